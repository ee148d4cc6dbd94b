/** What a verified signing certificate says: the identity in it, and that it is one for signing. */
import { ASN1Obj } from '@sigstore/core'
import type { Signer } from '@sigstore/verify'
import { LockError } from '../codes/errors.ts'
import { CLAIMS, type ClaimName, type Identity } from '../identity/identity.ts'

/** Fulcio's own arc (fulcio docs/oid-info.md). */
const FULCIO = '1.3.6.1.4.1.57264.1'
/** RFC 5280 §4.2.1.12 */
const EXTENDED_KEY_USAGE = '2.5.29.37'
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'
const UTF8_STRING = 0x0c

type Certified = NonNullable<Signer['identity']>

/** @throws LockError `CERTIFICATE_INVALID` */
export function identityOf({ subjectAlternativeName: subject, oids = [] }: Certified): Extract<Identity, { kind: 'certificate' }> {
  const extensions = new Map(oids.map(({ oid, value }) => [oid?.id.join('.') ?? '', Buffer.from(value)]))
  const usages = extensions.get(EXTENDED_KEY_USAGE)
  if (usages === undefined || !ASN1Obj.parseBuffer(usages).subs.some((usage) => usage.toOID() === CODE_SIGNING))
    throw invalid('the certificate is not one for signing code')
  const claim = (arc: number): string | null => derText(extensions.get(`${FULCIO}.${arc}`))
  const names = Object.keys(CLAIMS) as ClaimName[]
  const claims = names.flatMap((name) => {
    const value = claim(CLAIMS[name])
    return value === null ? [] : [[name, value] as const]
  })
  const issuer = claim(8) ?? rawText(extensions.get(`${FULCIO}.1`))
  if (issuer === null || subject === undefined) throw invalid('the certificate names no issuer and subject')
  return { kind: 'certificate', issuer, subject, claims: Object.fromEntries(claims) }
}

/** From .8 on, the value is a DER UTF8String. */
function derText(der: Buffer<ArrayBuffer> | undefined): string | null {
  if (der === undefined) return null
  const { tag, value } = ASN1Obj.parseBuffer(der)
  if (tag.toDER() !== UTF8_STRING) throw invalid('a claim of the certificate is no UTF8String')
  return rawText(value)
}

/** Up to .6, the value is the text itself. */
function rawText(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new LockError('CERTIFICATE_INVALID', 'a claim of the certificate is not UTF-8', { cause })
  }
}

function invalid(message: string): LockError {
  return new LockError('CERTIFICATE_INVALID', message)
}
