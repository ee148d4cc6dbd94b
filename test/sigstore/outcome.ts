/** What the code of `verify` says of a signed lock, as vectors word it. */
import { posix } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { sha256 } from '../../core/json/digest.ts'
import { parseLock } from '../../core/lock/lockfile.ts'
import { parsePolicy } from '../../core/policy/policy-file.ts'
import { parseTrustedRoot } from '../../core/signing/trusted-root.ts'
import { checkSigner, checkStatement, keysOf, openSignature } from '../../core/signing/verify-lock.ts'
import type { Expected } from './vector-case.ts'

/** The texts of a project, and where in the repository it is. */
export interface SignedProject {
  readonly lock: string
  readonly bundle: string
  readonly policy: string
  readonly root: string
  readonly path: string
}

/** The signer, or the code of what is wrong; several are joined. */
export function outcomeOf({ lock, bundle, policy, root, path }: SignedProject): Expected {
  try {
    const { signers, sigstore, repository = { uri: '' } } = parsePolicy(policy)
    const trust = { keys: keysOf(signers), thresholds: sigstore.thresholds, root: parseTrustedRoot(root) }
    const signature = openSignature(bundle, trust)
    const ownPolicy = { path: posix.join(posix.dirname(path), 'mcp-lock.yaml'), sha256: sha256(policy).slice('sha256:'.length) }
    const signedLock = { text: lock, pins: parseLock(lock).servers }
    const untrusted = checkSigner(signature, signers)
    const findings = untrusted.length > 0 ? untrusted : checkStatement(signature, signedLock, { repository, path, policy: ownPolicy })
    if (findings.length > 0) return { code: findings.map(({ code }) => code).join(' ') }
    const { identity } = signature
    return { signer: identity.kind === 'key' ? { spki: identity.digest } : { issuer: identity.issuer, subject: identity.subject } }
  } catch (error) {
    if (!(error instanceof LockError)) throw error
    return { code: error.code }
  }
}
