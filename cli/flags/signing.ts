/** The flags of every command that signs. */
import { Option, type Command } from 'commander'
import { seconds } from './flag.ts'

export function signing(command: Command): Command {
  return command
    .option('-y, --yes', 'sign, and make public what that makes public, without asking', false)
    .option('--key <file>', 'sign with this private key, in PEM; ENV:NAME takes it from a variable')
    .option('--key-command <words>', 'let a command sign, by the shell; --key is the public key then')
    .option('--identity-token-file <file>', 'a file with the identity token')
    .option('--signing-config <file>', 'where to sign: a signing_config.json')
    .option('--trusted-root <file>', 'whom to trust when signatures are checked: a trusted_root.json')
}

export function serviceTimeout(): Option {
  return new Option('--timeout <seconds>', 'how long a service, or the key command, may take').default(20).argParser(seconds)
}
