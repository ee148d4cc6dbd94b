/** Public keys of signers: ECDSA P-256 and Ed25519, by the SHA-256 of their SPKI. */
import { LockError } from '../codes/errors.ts'
import { sha256 } from '../json/digest.ts'

const { createPublicKey } = process.getBuiltinModule('node:crypto')

type KeyObject = ReturnType<typeof createPublicKey>

export type PublicKey = {
  readonly type: 'p256' | 'ed25519'
  /** SubjectPublicKeyInfo, DER (RFC 5280 §4.1). */
  readonly spki: Buffer<ArrayBuffer>
  readonly digest: `sha256:${string}`
}

const MAX_PEM = 8 * 1024

/** @throws LockError `KEY_INVALID` for anything but the PEM of one public key */
export function parsePublicKey(pem: string): PublicKey {
  const text = pem.trim()
  if (text.includes('PRIVATE KEY-----'))
    throw new LockError('KEY_INVALID', 'expected a public key, got a private one; `openssl pkey -in KEY -pubout` prints its public key')
  if (text.length > MAX_PEM || !/^-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----$/.test(text))
    throw new LockError('KEY_INVALID', 'expected the PEM of one public key, `-----BEGIN PUBLIC KEY-----`')
  try {
    return publicKeyOf(createPublicKey(text))
  } catch (cause) {
    if (cause instanceof LockError) throw cause
    throw new LockError('KEY_INVALID', 'the public key cannot be read', { cause })
  }
}

/** The public key of a key. @throws LockError `KEY_INVALID` for other kinds */
export function publicKeyOf(key: KeyObject): PublicKey {
  const type = typeOf(key)
  if (type === null) throw new LockError('KEY_INVALID', `expected ECDSA P-256 or Ed25519, got ${wordKind(key)}`)
  const spki = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' })
  return { type, spki, digest: sha256(spki) }
}

function wordKind({ type, asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const curve = asymmetricKeyDetails?.namedCurve
  return `${asymmetricKeyType ?? type}${curve === undefined ? '' : ` on ${curve}`}`
}

function typeOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): PublicKey['type'] | null {
  if (asymmetricKeyType === 'ed25519') return 'ed25519'
  return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'p256' : null
}

/** The hint by which a bundle names its key: base64 of the SHA-256 of the SPKI, as cosign writes it. */
export function hintOf({ digest }: PublicKey): string {
  return Buffer.from(digest.slice('sha256:'.length), 'hex').toString('base64')
}
