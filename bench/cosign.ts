/** cosign verifying the lock of a signed project, for comparison: no network, the project's own trusted root. */
import { GITHUB_ISSUER } from '../core/identity/signer.ts'
import { LOCK_PREDICATE } from '../core/signing/statement.ts'
import { findPrograms } from '../test/interop/sigstore/programs.ts'
import type { Command } from './pairs.ts'
import { SIGNER } from './sign.ts'

/** Null where it is not installed. */
export async function cosignVerify(project: string): Promise<Command | null> {
  const { cosign } = await findPrograms()
  if (cosign === undefined) return null
  const files = ['--bundle', 'mcp.lock.sigstore.json', '--trusted-root', 'trusted_root.json', 'mcp.lock']
  const signer = ['--certificate-identity', SIGNER, '--certificate-oidc-issuer', GITHUB_ISSUER]
  return { program: cosign, argv: ['verify-blob-attestation', '--type', LOCK_PREDICATE, ...signer, ...files], cwd: project }
}
