/** `verify-bundle --bundle FILE (--certificate-identity ID --certificate-oidc-issuer URL | --key PEM) [--trusted-root FILE] FILE_OR_DIGEST` */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { verifyForeign } from './verify-foreign.ts'

export async function verifyBundleCommand(argv: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { bundle: text, 'certificate-identity': text, 'certificate-oidc-issuer': text, key: text, 'trusted-root': text },
    allowPositionals: true,
  })
  const { bundle, 'certificate-identity': subject, 'certificate-oidc-issuer': issuer, key, 'trusted-root': root } = values
  const [artifact, ...more] = positionals
  if (bundle === undefined || artifact === undefined || more.length > 0) throw new Error('expected --bundle FILE and one FILE_OR_DIGEST')
  verifyForeign({
    bundle: await readFile(bundle, 'utf8'),
    root: root === undefined ? null : await readFile(root, 'utf8'),
    signer: await signerOf(subject, issuer, key),
    artifact: artifact.startsWith('sha256:') ? artifact : await readFile(artifact),
  })
}

async function signerOf(subject: string | undefined, issuer: string | undefined, key: string | undefined) {
  if (key !== undefined && subject === undefined && issuer === undefined) return { key: await readFile(key, 'utf8') }
  if (key === undefined && subject !== undefined && issuer !== undefined) return { issuer, subject }
  throw new Error('expected --certificate-identity and --certificate-oidc-issuer, or --key')
}
