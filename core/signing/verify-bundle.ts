/**
 * Whether a bundle's signature holds: by whom, over what. No network, no clock.
 *
 * @sigstore/verify does the cryptography; what it leaves to its caller is checked here (docs/format.md §7.3).
 */
import type { Bundle } from '@sigstore/bundle'
import { crypto as sigstore } from '@sigstore/core'
import { HashAlgorithm } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, VerificationError, Verifier, type SignedEntity } from '@sigstore/verify'
import type { Code } from '../codes/codes.ts'
import { LockError } from '../codes/errors.ts'
import type { Identity } from '../identity/identity.ts'
import { hintOf, type PublicKey } from '../identity/keys.ts'
import { own } from '../json/json.ts'
import type { SigstorePolicy } from '../policy/policy.ts'
import { readCertificate } from './certificate.ts'
import { guarded } from './guarded.ts'
import { checkLogEntry, checkLogKey } from './log-entry.ts'
import { readTimestamp } from './timestamp.ts'
import type { TrustedRoot } from './trusted-root.ts'

export type Trust = {
  readonly root: TrustedRoot
  /** Keys that may sign without a certificate. */
  readonly keys: readonly PublicKey[]
  readonly thresholds: SigstorePolicy['thresholds']
}

/** Signed bytes; or their digest, with somebody who verifies a signature of a digest, for which Node has no function. */
export type Artifact = Buffer | { readonly sha256: Buffer; readonly isSigned: (key: sigstore.KeyObject, signature: Buffer) => boolean }

/**
 * The identity that a bundle's signature proves.
 * @param artifact what a message signature is of; a DSSE envelope carries its own
 * @throws LockError `BUNDLE_INVALID`, `CERTIFICATE_INVALID`, `LOG_ENTRY_INVALID`, `SIGNATURE_INVALID`, `SIGNER_UNTRUSTED`, `TIMESTAMP_INVALID`
 */
export function verifyBundle(bundle: Bundle, { root, keys, thresholds }: Trust, artifact?: Artifact): Identity {
  return guarded('BUNDLE_INVALID', 'a member of the bundle has not the right form', () => {
    const { content, tlogEntries, timestampVerificationData } = bundle.verificationMaterial
    const signer = content.$case === 'publicKey' ? ofKey(findKey(content.publicKey.hint, keys)) : ofCertificate(certificateIn(content))
    for (const entry of tlogEntries) checkLogEntry(entry, root, signer.der)
    const stamped = (timestampVerificationData?.rfc3161Timestamps ?? []).map(({ signedTimestamp }) => readTimestamp(signedTimestamp, root))
    const promised = tlogEntries.flatMap(({ inclusionPromise, integratedTime }) =>
      inclusionPromise === undefined ? [] : [new Date(Number(integratedTime) * 1000)],
    )
    const times = [...stamped, ...promised]
    // A certificate holds for minutes: whatever the policy says, one of no time is worth nothing.
    if (signer.identity.kind === 'certificate' && times.length === 0)
      throw new LockError('TIMESTAMP_INVALID', 'nothing says when it was signed')
    checkDigest(bundle, artifact)
    checkAmount(signer.identity, { log: tlogEntries.length, timestamp: times.length }, thresholds)
    verify(bundle, artifact, signer, root, thresholds)
    for (const entry of tlogEntries) checkLogKey(entry, root, times)
    return signer.identity
  })
}

type Signer = { readonly identity: Identity; readonly der: Buffer<ArrayBuffer> }

function ofKey({ digest, spki }: PublicKey): Signer {
  return { identity: { kind: 'key', digest }, der: spki }
}

function ofCertificate(bytes: Uint8Array): Signer {
  return { identity: readCertificate(bytes), der: Buffer.from(bytes) }
}

type Material = Exclude<Bundle['verificationMaterial']['content'], { $case: 'publicKey' }>

function certificateIn(content: Material): Uint8Array {
  const leaf = content.$case === 'certificate' ? content.certificate : content.x509CertificateChain.certificates[0]
  return leaf?.rawBytes ?? new Uint8Array()
}

const HASHES: { readonly [algorithm: string]: string } = { SHA2_256: 'sha256', SHA2_384: 'sha384', SHA2_512: 'sha512' }

/** A message signature names the digest of what it signs; without an entry in a log, nobody else compares it. */
function checkDigest({ content }: Bundle, artifact: Artifact | undefined): void {
  if (content.$case !== 'messageSignature') return
  const { algorithm, digest } = content.messageSignature.messageDigest
  const named = artifact === undefined ? undefined : digestOf(artifact, own(HASHES, HashAlgorithm[algorithm] ?? ''))
  if (named?.equals(digest) !== true)
    throw new LockError('SIGNATURE_INVALID', 'the bundle names another digest than that of what it should sign')
}

function digestOf(artifact: Artifact, hash: string | undefined): Buffer | undefined {
  if (!Buffer.isBuffer(artifact)) return hash === 'sha256' ? artifact.sha256 : undefined
  return hash === undefined ? undefined : sigstore.digest(hash, artifact)
}

/** The bundle as the library verifies it. */
function entityOf(bundle: Bundle, artifact: Artifact | undefined): SignedEntity {
  if (artifact === undefined || Buffer.isBuffer(artifact)) return toSignedEntity(bundle, artifact)
  const entity = toSignedEntity(bundle)
  const { signature } = entity
  if (bundle.content.$case === 'messageSignature') signature.verifySignature = (key) => artifact.isSigned(key, signature.signature)
  return entity
}

/** Too little for a policy that asks for more than is usual is no forgery, but most often signed before it did. */
function checkAmount({ kind }: Identity, has: { readonly log: number; readonly timestamp: number }, asked: Trust['thresholds']): void {
  for (const [what, words, code] of [
    ['log', 'entries of a log', 'LOG_ENTRY_INVALID'],
    ['timestamp', 'timestamps', 'TIMESTAMP_INVALID'],
  ] as const) {
    const [least, most] = [leastOf(kind), asked[what] ?? 0]
    if (most > least && has[what] >= least && has[what] < most)
      throw new LockError(code, `the policy asks for ${most} ${words}, and the bundle has ${has[what]}`)
  }
}

/** Of each kind of proof, where the policy does not say how much. */
function leastOf(kind: Identity['kind']): number {
  return kind === 'key' ? 0 : 1
}

/** The library fails in many ways on malformed input; each is a failure of the bundle. */
function verify(
  bundle: Bundle,
  artifact: Artifact | undefined,
  { identity, der }: Signer,
  root: TrustedRoot,
  thresholds: Trust['thresholds'],
): void {
  const least = leastOf(identity.kind)
  const { log = least, timestamp = least, ctlog = least } = thresholds
  const material = toTrustMaterial(root, () => ({ publicKey: sigstore.createPublicKey(der), validFor: () => true }))
  const verifier = new Verifier(material, { tlogThreshold: log, timestampThreshold: timestamp, ctlogThreshold: ctlog })
  try {
    verifier.verify(entityOf(bundle, artifact))
  } catch (cause) {
    if (cause instanceof VerificationError) throw new LockError(CODE_OF[cause.code], cause.message, { cause })
    throw cause
  }
}

function findKey(hint: string, keys: readonly PublicKey[]): PublicKey {
  const key = keys.find((one) => hintOf(one) === hint)
  if (key === undefined) {
    const words = keys.length === 0 ? 'no key is trusted' : `expected ${keys.map(({ digest }) => digest).join(' or ')}`
    throw new LockError('SIGNER_UNTRUSTED', `signed, as the bundle says, by the key ${wordHint(hint)}; ${words}`)
  }
  return key
}

/** Of the form that `hintOf` gives it, the digest of the key. */
function wordHint(hint: string): string {
  return /^[A-Za-z0-9+/]{43}=$/.test(hint) ? `sha256:${Buffer.from(hint, 'base64').toString('hex')}` : `with the hint ${hint}`
}

const CODE_OF: { readonly [code in VerificationError['code']]: Code } = {
  NOT_IMPLEMENTED_ERROR: 'BUNDLE_INVALID',
  TLOG_ERROR: 'LOG_ENTRY_INVALID',
  TLOG_INCLUSION_PROOF_ERROR: 'LOG_ENTRY_INVALID',
  TLOG_INCLUSION_PROMISE_ERROR: 'LOG_ENTRY_INVALID',
  TLOG_MISSING_INCLUSION_ERROR: 'LOG_ENTRY_INVALID',
  TLOG_BODY_ERROR: 'LOG_ENTRY_INVALID',
  CERTIFICATE_ERROR: 'CERTIFICATE_INVALID',
  PUBLIC_KEY_ERROR: 'SIGNATURE_INVALID',
  SIGNATURE_ERROR: 'SIGNATURE_INVALID',
  TIMESTAMP_ERROR: 'TIMESTAMP_INVALID',
}
