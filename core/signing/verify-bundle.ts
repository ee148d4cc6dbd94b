/**
 * Whether a bundle's signature holds: by whom, over what. No network, no clock.
 *
 * @sigstore/verify does the cryptography; what it leaves to its caller is checked here.
 */
import type { Bundle } from '@sigstore/bundle'
import { crypto as sigstore } from '@sigstore/core'
import { toSignedEntity, toTrustMaterial, VerificationError, Verifier, type Signer } from '@sigstore/verify'
import type { Code } from '../codes/codes.ts'
import { LockError } from '../codes/errors.ts'
import type { Identity } from '../identity/identity.ts'
import { hintOf, type PublicKey } from '../identity/keys.ts'
import type { SigstorePolicy } from '../policy/policy.ts'
import { identityOf } from './certificate.ts'
import type { TrustedRoot } from './trusted-root.ts'

export type Trust = {
  readonly root: TrustedRoot
  /** Keys that may sign without a certificate. */
  readonly keys: readonly PublicKey[]
  readonly thresholds: SigstorePolicy['thresholds']
}

/**
 * The identity that a bundle's signature proves.
 * @param artifact the signed bytes of a message signature; a DSSE envelope carries its own
 * @throws LockError `BUNDLE_INVALID`, `CERTIFICATE_INVALID`, `LOG_ENTRY_INVALID`, `SIGNATURE_INVALID`, `SIGNER_UNTRUSTED`, `TIMESTAMP_INVALID`
 */
export function verifyBundle(bundle: Bundle, trust: Trust, artifact?: Buffer): Identity {
  const { content } = bundle.verificationMaterial
  const key = content.$case === 'publicKey' ? findKey(content.publicKey.hint, trust.keys) : null
  const least = key === null ? 1 : 0
  const { log = least, timestamp = least, ctlog = least } = trust.thresholds
  const material = toTrustMaterial(trust.root, () => {
    if (key === null) throw new LockError('BUNDLE_INVALID', 'the bundle names no key')
    return { publicKey: sigstore.createPublicKey(key.spki), validFor: () => true }
  })
  const verifier = new Verifier(material, { tlogThreshold: log, timestampThreshold: timestamp, ctlogThreshold: ctlog })
  const signer = attempt(() => verifier.verify(toSignedEntity(bundle, artifact)))
  if (key !== null) return { kind: 'key', digest: key.digest }
  if (signer.identity === undefined) throw new LockError('CERTIFICATE_INVALID', 'the bundle has neither certificate nor key')
  return identityOf(signer.identity)
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

/** The library fails in many ways on malformed input; each is a failure of the bundle. */
function attempt(verify: () => Signer): Signer {
  try {
    return verify()
  } catch (cause) {
    if (cause instanceof LockError) throw cause
    if (cause instanceof VerificationError) throw new LockError(CODE_OF[cause.code], cause.message, { cause })
    throw new LockError('BUNDLE_INVALID', 'a member of the bundle has not the right form', { cause })
  }
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
