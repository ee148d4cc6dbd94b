/** A signer in the words of `revoke --signer`, as records name it: one identity, never a pattern. */
import { LockError } from '../../core/codes/errors.ts'
import { parsePublicKey } from '../../core/identity/keys.ts'
import { GITHUB, GITHUB_ISSUER } from '../../core/identity/signer.ts'
import type { SignerId } from '../../core/registry/index.ts'
import { namedSigner } from '../project/named-signer.ts'
import type { World } from '../world/world.ts'

/**
 * The words of `trust add`, or the digest of a key.
 * @throws LockError `USAGE`, `KEY_INVALID`, `FILE_UNREADABLE`
 */
export async function signerIdOf(words: string, issuer: string | null, { cwd }: World): Promise<SignerId> {
  if (/^sha256:[0-9a-f]{64}$/.test(words) && issuer === null) return { spki: words as `sha256:${string}` } // its form was checked
  const signer = await namedSigner(words, issuer, cwd)
  if ('key' in signer) return { spki: parsePublicKey(signer.key).digest }
  if ('subject' in signer) return { issuer: signer.issuer, subject: signer.subject }
  if ('github' in signer && signer.ref !== undefined)
    return { issuer: GITHUB_ISSUER, subject: `${GITHUB}/${signer.github}/${signer.workflow}@${signer.ref}` }
  throw new LockError('USAGE', 'a signer is revoked by its exact identity')
}
