/** What a new signature counts on from: the bundle that it replaces. */
import { LockError } from '../../core/codes/errors.ts'
import { sameRepository } from '../../core/identity/repository.ts'
import { claimedStatement } from '../../core/signing/verify-lock.ts'
import { displaySafe } from '../../core/text.ts'

/** Of the statement to be made. */
export type Count = { readonly serial: number; readonly previous: `sha256:${string}` | null }

/** Beyond any count of signatures: a bundle that says more was made to leave no number above it. */
const LAST = 1_000_000_000

/**
 * The bundle need not be valid any more, as where its signer is no longer one; but it must be about this lock.
 * @param bundle what stands beside the lock; null for nothing
 * @throws LockError `BUNDLE_UNUSABLE`
 */
export function nextCount(bundle: string | null, repository: string, path: string): Count {
  if (bundle === null) return { serial: 1, previous: null }
  if (/^(?:<{7} |={7}$|>{7} )/m.test(bundle))
    throw unusable(
      'it has the markers of a merge; take the bundle of the branch that this goes to, `git checkout --ours mcp.lock.sigstore.json` or `--theirs`',
    )
  const { subject, predicate } = LockError.as('BUNDLE_UNUSABLE', () => claimedStatement(bundle))
  if (!sameRepository(predicate.repository.uri, repository))
    throw unusable(`it was signed for another repository, \`${displaySafe(predicate.repository.uri, 200)}\``)
  if (predicate.path !== path) throw unusable(`it was signed at another path, \`${displaySafe(predicate.path, 200)}\``)
  if (predicate.serial >= LAST) throw unusable(`its serial number is ${predicate.serial}, and no later one follows`)
  return { serial: predicate.serial + 1, previous: `sha256:${subject[0].digest.sha256}` }
}

function unusable(message: string): LockError {
  return new LockError('BUNDLE_UNUSABLE', message)
}
