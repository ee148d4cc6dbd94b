import type { SignOptions } from '../signing/sign-lock.ts'
import { noCommand, type AddCommand } from './flag.ts'
import { serviceTimeout, signing } from './signing.ts'

const HELP = `
Signs with an identity, which Sigstore makes public for good, or with a key. mcp-lock.yaml must name
the signer (mcp-lock trust add); verify then accepts the lock from nobody else.

With an identity:
  mcp-lock sign                          at a terminal: signs you in with the browser, or over SSH and
                                         with BROWSER=none by a code that you enter in one elsewhere;
                                         says what becomes public, and asks
  mcp-lock sign --yes                    GitHub Actions with \`permissions: id-token: write\`; elsewhere
                                         SIGSTORE_ID_TOKEN, a token for the audience sigstore
  mcp-lock sign --yes --identity-token-file token.txt

With a key, ECDSA P-256 or Ed25519; nothing becomes public without a signing config that names a log:
  mcp-lock sign --key key.pem            MCP_LOCK_KEY_PASSPHRASE opens one that is encrypted
  mcp-lock sign --key ENV:SIGNING_KEY    the PEM itself, from a variable
  mcp-lock sign --key kms.pub --key-command 'my-kms sign'
                                         the bytes to sign on stdin, the signature in base64 on stdout

A Sigstore of your own, by the files that cosign takes; mcp-lock.yaml can name both:
  mcp-lock sign --signing-config signing_config.json --trusted-root trusted_root.json

A manifest for a registry, in place of the lock, signed as its author for whoever publishes it:
  mcp-lock sign notes.manifest.json      writes notes.manifest.json.sigstore.json
  mcp-lock sign server.json              lists the server first, and writes its manifest too`

export const addSign: AddCommand = (program, line) => {
  signing(program.command('sign'))
    .description('sign mcp.lock, or a manifest, with Sigstore or with a key')
    .argument('[file]', 'a manifest, or a server.json, in place of mcp.lock')
    .option('--repository <url>', 'fail unless the policy says this repository')
    .option('--force', 'sign again what is signed already', false)
    .addOption(serviceTimeout())
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, options: SignOptions) => {
      if (file !== undefined) {
        const { signFile } = await import('../commands/sign-file.ts')
        line.done(await signFile({ ...options, file, command: line.command }, line.world))
        return
      }
      noCommand(line)
      const { sign } = await import('../commands/sign.ts')
      line.done(await sign(options, line.world))
    })
}
