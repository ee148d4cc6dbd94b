/** What @sigstore/verify does not look at in a signing certificate: that it is one for signing, and names one identity. */
import { crypto as sigstore, X509Certificate, type ASN1Obj } from '@sigstore/core'
import { LockError } from '../codes/errors.ts'
import type { CertificateIdentity } from '../identity/identity.ts'
import { publicKeyOf } from '../identity/keys.ts'
import { readClaims } from './claims.ts'
import { BIT_STRING, parts, SEQUENCE } from './der-parts.ts'
import { guarded } from './guarded.ts'

/** RFC 5280 §4.2.1 */
const KEY_USAGE = '2.5.29.15'
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17'
const BASIC_CONSTRAINTS = '2.5.29.19'
const EXTENDED_KEY_USAGE = '2.5.29.37'
const UNDERSTOOD = [KEY_USAGE, SUBJECT_ALTERNATIVE_NAME, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE]
/** §4.2.1.12 */
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'
export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
/** §4.2.1.6: rfc822Name and uniformResourceIdentifier, IA5String. */
const NAMES = [0x81, 0x86]

/**
 * The identity that a leaf certificate names. Whether an authority issued it is checked elsewhere.
 * @throws LockError `CERTIFICATE_INVALID`
 */
export function readCertificate(der: Uint8Array): CertificateIdentity {
  return guarded('CERTIFICATE_INVALID', 'the certificate cannot be read', () => {
    const certificate = X509Certificate.parse(Buffer.from(der))
    checkForm(certificate)
    checkKey(certificate)
    const extensions = extensionsOf(certificate)
    if (
      !serves(certificate, CODE_SIGNING) ||
      certificate.extBasicConstraints?.isCA === true ||
      certificate.extKeyUsage?.digitalSignature !== true
    )
      throw invalid('the certificate is not one for signing code')
    return { kind: 'certificate', subject: readSubject(extensions.get(SUBJECT_ALTERNATIVE_NAME)), ...readClaims(extensions) }
  })
}

/** Whether its extended key usage names a purpose. */
export function serves(certificate: X509Certificate, purpose: string): boolean {
  const usages = certificate.extension(EXTENDED_KEY_USAGE)?.valueObj.subs[0]?.subs ?? []
  return usages.some((usage) => usage.toOID() === purpose)
}

/** What no signature covers has its only form (RFC 5280 §4.1.1). Throws a plain error otherwise. */
export function checkForm({ root }: X509Certificate): void {
  const [signed, algorithm, signature] = parts(root, SEQUENCE, SEQUENCE, SEQUENCE, BIT_STRING)
  if (signed.subs[2]?.toDER().equals(algorithm.toDER()) !== true || signature.value[0] !== 0) throw new Error('another form than expected')
}

function checkKey({ publicKey }: X509Certificate): void {
  const key = sigstore.createPublicKey(publicKey)
  try {
    publicKeyOf(key)
  } catch (cause) {
    throw new LockError('CERTIFICATE_INVALID', 'expected a key ECDSA P-256 or Ed25519 in the certificate', { cause })
  }
}

/** Their values by OID. */
function extensionsOf({ extensions }: X509Certificate): ReadonlyMap<string, ASN1Obj> {
  const values = new Map<string, ASN1Obj>()
  for (const { subs } of extensions) {
    const oid = subs[0]?.toOID() ?? ''
    const value = subs.at(-1)
    if (value === undefined || values.has(oid)) throw invalid('the certificate has an extension twice')
    const isCritical = subs.length === 3 && subs[1]?.toBoolean() === true
    if (isCritical && !UNDERSTOOD.includes(oid)) throw invalid('the certificate has a critical extension that is not known')
    values.set(oid, value)
  }
  return values
}

/** One name: of several, a reader could take another than an authority meant. */
function readSubject(extension: ASN1Obj | undefined): string {
  const names = extension?.subs[0]?.subs ?? []
  const [name] = names
  if (names.length !== 1 || name === undefined || !NAMES.includes(name.tag.toDER()))
    throw invalid('expected one name in the certificate, a URI or an e-mail')
  const text = name.value.toString('latin1')
  if (!/^[\x21-\x7e]{1,2048}$/.test(text)) throw invalid('the name in the certificate has characters that none has')
  return text
}

function invalid(message: string): LockError {
  return new LockError('CERTIFICATE_INVALID', message)
}
