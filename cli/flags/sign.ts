import { Option } from 'commander'
import type { SignOptions } from '../signing/sign-lock.ts'
import { noCommand, seconds, type AddCommand } from './flag.ts'

const HELP = `
Signs with an identity, which Sigstore makes public for good, or with a key. mcp-lock.yaml must name
the signer (mcp-lock trust add); verify then accepts the lock from nobody else.

With an identity:
  mcp-lock sign                          at a terminal: signs you in with the browser, says what
                                         becomes public, and asks
  mcp-lock sign --yes                    GitHub Actions with \`permissions: id-token: write\`; elsewhere
                                         SIGSTORE_ID_TOKEN, a token for the audience sigstore
  mcp-lock sign --yes --identity-token-file token.txt

With an identity, at a terminal:
  mcp-lock sign                          signs you in with the browser; over SSH, or with BROWSER=none,
                                         by a code that you enter in one elsewhere

With a key, ECDSA P-256 or Ed25519; nothing becomes public without a signing config that names a log:
  mcp-lock sign --key key.pem            MCP_LOCK_KEY_PASSPHRASE opens one that is encrypted
  mcp-lock sign --key ENV:SIGNING_KEY    the PEM itself, from a variable
  mcp-lock sign --key kms.pub --key-command 'my-kms sign'
                                         the bytes to sign on stdin, the signature in base64 on stdout

A Sigstore of your own, by the files that cosign takes; mcp-lock.yaml can name both:
  mcp-lock sign --signing-config signing_config.json --trusted-root trusted_root.json`

export const addSign: AddCommand = (program, line) => {
  program
    .command('sign')
    .description('sign mcp.lock with Sigstore, or with a key')
    .option('-y, --yes', 'make the identity public without asking', false)
    .option('--key <file>', 'sign with this private key, in PEM; ENV:NAME takes it from a variable')
    .option('--key-command <words>', 'let a command sign, by the shell; --key is the public key then')
    .option('--identity-token-file <file>', 'a file with the identity token')
    .option('--signing-config <file>', 'where to sign: a signing_config.json')
    .option('--trusted-root <file>', 'whom to trust when the signature is checked: a trusted_root.json')
    .option('--repository <url>', 'fail unless the policy says this repository')
    .option('--force', 'sign again what is signed already', false)
    .addOption(new Option('--timeout <seconds>', 'how long a service, or the key command, may take').default(20).argParser(seconds))
    .addHelpText('after', HELP)
    .action(async (options: SignOptions) => {
      noCommand(line)
      const { sign } = await import('../commands/sign.ts')
      line.done(await sign(options, line.world))
    })
}
