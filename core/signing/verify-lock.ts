/** Whether a lock is signed as the policy demands: these bytes, here, by one of its signers. */
import { LockError } from '../codes/errors.ts'
import type { Finding } from '../compare/finding.ts'
import type { Identity } from '../identity/identity.ts'
import { parsePublicKey } from '../identity/keys.ts'
import { mismatches, sameRepository } from '../identity/match.ts'
import type { Signer } from '../identity/signer.ts'
import { sha256 } from '../json/digest.ts'
import type { Pins } from '../lock/lockfile.ts'
import type { SigstorePolicy } from '../policy/policy.ts'
import { parseBundle } from './bundle.ts'
import { PAYLOAD_TYPE } from './dsse.ts'
import { parseLockStatement, type LockStatement } from './statement.ts'
import type { TrustedRoot } from './trusted-root.ts'
import { verifyBundle } from './verify-bundle.ts'

/** What a lock is checked against; none of it comes from lock or bundle. */
export type Expected = {
  readonly signers: readonly Signer[]
  readonly thresholds: SigstorePolicy['thresholds']
  readonly root: TrustedRoot
  readonly repository: { readonly uri: string; readonly id?: string }
  /** Of the lock from the top of the repository, with slashes. */
  readonly path: string
  readonly policy: { readonly path: string; readonly sha256: string } | null
}

export type SignedLock = { readonly text: string; readonly pins: Pins; readonly bundle: string }

export type Signature = { readonly identity: Identity; readonly statement: LockStatement }

/**
 * Opens a bundle and believes it: its signature holds and is one of the signers'. What it signs is not looked at yet.
 * @throws LockError `BUNDLE_INVALID`, `STATEMENT_INVALID`, `SIGNER_UNTRUSTED`, and as `verifyBundle`
 */
export function openSignature(text: string, { signers, thresholds, root }: Pick<Expected, 'signers' | 'thresholds' | 'root'>): Signature {
  const { bundle, version } = parseBundle(text)
  if (version !== '0.3') throw new LockError('BUNDLE_INVALID', `expected a bundle v0.3, got v${version}`)
  if (bundle.content.$case !== 'dsseEnvelope') throw new LockError('BUNDLE_INVALID', 'expected a DSSE envelope')
  const { payloadType, payload, signatures } = bundle.content.dsseEnvelope
  if (payloadType !== PAYLOAD_TYPE) throw new LockError('BUNDLE_INVALID', `expected the payload type \`${PAYLOAD_TYPE}\``)
  if (signatures.length !== 1 || signatures[0]?.keyid !== '')
    throw new LockError('BUNDLE_INVALID', 'expected one signature, without a keyid')
  const keys = signers.flatMap((signer) => ('key' in signer ? [parsePublicKey(signer.key)] : []))
  const identity = verifyBundle(bundle, { root, keys, thresholds })
  const statement = parseLockStatement(payload)
  if (!signers.some((signer) => mismatches(signer, identity).length === 0)) throw untrusted(identity)
  return { identity, statement }
}

function untrusted(identity: Identity): LockError {
  const who = identity.kind === 'key' ? identity.digest : `${identity.subject} (${identity.issuer})`
  return new LockError('SIGNER_UNTRUSTED', `signed by ${who}`)
}

/** What keeps a believed signature from being one of this lock, here, under this policy. */
export function checkStatement({ identity, statement }: Signature, lock: Omit<SignedLock, 'bundle'>, expected: Expected): Finding[] {
  const { subject, predicate } = statement
  const find = (code: Finding['code'], detail: string): Finding => ({ code, subject: 'signature', detail })
  const findings: Finding[] = []
  if (`sha256:${subject[0].digest.sha256}` !== sha256(lock.text))
    findings.push(find('SIGNATURE_OTHER_FILE', `it signs sha256:${subject[0].digest.sha256}`))
  else if (!samePins(predicate.servers, lock.pins)) findings.push(find('STATEMENT_INVALID', 'it names other pins than the lock has'))
  const { uri, id } = predicate.repository
  if (!sameRepository(uri, expected.repository.uri) || (expected.repository.id !== undefined && id !== expected.repository.id))
    findings.push(find('SIGNATURE_OTHER_REPOSITORY', `it was signed for ${uri}`))
  else if (!isOwnClaim(identity, expected.repository))
    findings.push(find('SIGNATURE_OTHER_REPOSITORY', 'the certificate is of another repository'))
  if (predicate.path !== expected.path) findings.push(find('SIGNATURE_OTHER_PATH', `it was signed at ${predicate.path}`))
  const { policy } = predicate
  if (policy?.path !== expected.policy?.path || policy?.sha256 !== expected.policy?.sha256)
    findings.push(
      find(
        'SIGNATURE_OTHER_POLICY',
        policy === null ? 'it was signed without a policy' : `it names ${policy.path} with sha256:${policy.sha256}`,
      ),
    )
  return findings
}

function samePins(named: { readonly [name: string]: string }, pins: Pins): boolean {
  const names = Object.keys(pins)
  return (
    names.length === Object.keys(named).length && names.every((name) => Object.hasOwn(named, name) && named[name] === pins[name]?.digest)
  )
}

/** A certificate of a CI job says which repository it ran in. */
function isOwnClaim(identity: Identity, { uri, id }: Expected['repository']): boolean {
  if (identity.kind === 'key') return true
  const { sourceRepositoryUri, sourceRepositoryId } = identity.claims
  if (sourceRepositoryUri === undefined) return true
  return sameRepository(sourceRepositoryUri, uri) && (id === undefined || sourceRepositoryId === id)
}
