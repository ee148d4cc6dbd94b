/** How a lock stands with the bundle beside it. */
import { CODES } from '../codes/codes.ts'
import { LockError } from '../codes/errors.ts'
import type { Finding } from '../compare/finding.ts'
import type { Repository } from '../identity/repository.ts'
import type { Signer } from '../identity/signer.ts'
import type { Standing } from './judge-change.ts'
import type { TrustedRoot } from './trusted-root.ts'
import { checkSigner, checkStatement, keysOf, openSignature, type Expected, type SignedLock } from './verify-lock.ts'
import type { Trust } from './verify-bundle.ts'

/** Who may sign a lock, and what makes a signature good; none of it comes from what is checked. */
export type LockTrust = {
  readonly signers: readonly Signer[]
  readonly thresholds: Trust['thresholds']
  readonly root: TrustedRoot
  /** Known wherever there are signers. */
  readonly repository: Repository | null
}

export type Signed = {
  readonly lock: SignedLock
  readonly bundle: string
  /** Of the lock from the top of the repository, with slashes. */
  readonly path: string
  readonly policy: Expected['policy']
}

/** A bundle that signs something else, by a signer and here. */
export const OUTDATED: readonly Finding['code'][] = ['SIGNATURE_OTHER_FILE', 'SIGNATURE_OTHER_POLICY']

export function standingOf({ lock, bundle, path, policy }: Signed, { signers, repository, ...trust }: LockTrust): Standing {
  try {
    const signature = openSignature(bundle, { ...trust, keys: keysOf(signers) })
    const untrusted = checkSigner(signature, signers)
    if (untrusted.length > 0) return { kind: 'refused', findings: untrusted }
    if (repository === null) throw new Error('signers without a repository')
    const findings = checkStatement(signature, lock, { repository, path, policy })
    const { serial } = signature.statement.predicate
    if (findings.length === 0) return { kind: 'signed', serial }
    return findings.every(({ code }) => OUTDATED.includes(code)) ? { kind: 'outdated', serial, findings } : { kind: 'refused', findings }
  } catch (error) {
    if (!(error instanceof LockError) || CODES[error.code].exit !== 4) throw error
    return { kind: 'refused', findings: [{ code: error.code, subject: 'signature', detail: error.message }] }
  }
}
