/**
 * What @sigstore/verify does not look at in a timestamp (RFC 3161): the parts that its signature does not cover
 * must have their only form, so that no two tokens say the same.
 */
import { ASN1Obj, RFC3161Timestamp } from '@sigstore/core'
import type { TrustedRoot } from '@sigstore/protobuf-specs'
import { LockError } from '../codes/errors.ts'
import { INTEGER, OCTETS, OID, parts, SEQUENCE, SET, TAGGED } from './der-parts.ts'
import { guarded } from './guarded.ts'

/** RFC 5652 §11.1; RFC 3161 §2.4.2 */
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
/** RFC 5758 §3.2: with SHA-256, SHA-384 and SHA-512. */
const ECDSA = ['1.2.840.10045.4.3.2', '1.2.840.10045.4.3.3', '1.2.840.10045.4.3.4']

/**
 * The time that a token says. Whether an authority of the root says so of this signature is checked elsewhere.
 * @throws LockError `TIMESTAMP_INVALID`
 */
export function readTimestamp(der: Uint8Array, root: TrustedRoot): Date {
  return guarded('TIMESTAMP_INVALID', 'the timestamp cannot be read', () => {
    const response = ASN1Obj.parseBuffer(Buffer.from(der))
    checkForm(response, root)
    return new RFC3161Timestamp(response).signingTime
  })
}

function checkForm(response: ASN1Obj, root: TrustedRoot): void {
  const [status, token] = parts(response, SEQUENCE, SEQUENCE, SEQUENCE)
  const [granted] = parts(status, SEQUENCE, INTEGER)
  if (granted.toInteger() !== 0n) throw invalid('the timestamp was not granted')
  const [, content] = parts(token, SEQUENCE, OID, TAGGED)
  const [signed] = parts(content, TAGGED, SEQUENCE)
  const [version, hashes, info, ...others] = signed.subs
  const signers = others.pop()
  const [certificates, ...more] = others
  if (version?.tag.toDER() !== INTEGER || version.toInteger() !== 3n || more.length > 0) throw unread()
  if (certificates !== undefined) checkCertificates(certificates, root)
  const [, contents] = parts(info, SEQUENCE, OID, TAGGED)
  parts(contents, TAGGED, OCTETS)
  const [signer] = parts(signers, SET, SEQUENCE)
  const [itsVersion, whose, hash, attributes, algorithm] = parts(signer, SEQUENCE, INTEGER, SEQUENCE, SEQUENCE, TAGGED, SEQUENCE, OCTETS)
  parts(whose, SEQUENCE, SEQUENCE, INTEGER)
  const [named] = parts(hashes, SET, SEQUENCE)
  if (itsVersion.toInteger() !== 1n || !named.toDER().equals(hash.toDER())) throw unread()
  const [how] = parts(algorithm, SEQUENCE, OID)
  if (!ECDSA.includes(how.toOID())) throw invalid('expected a timestamp that is signed with ECDSA')
  if (!attributes.subs.some(saysContent)) throw invalid('the signature of the timestamp does not say of what it is')
}

/** Certificates that a token carries are not needed: the root has those that are believed, and no other may stand there. */
function checkCertificates(carried: ASN1Obj, { timestampAuthorities }: TrustedRoot): void {
  if (carried.tag.toDER() !== TAGGED) throw unread()
  const known = timestampAuthorities.flatMap(({ certChain }) => certChain?.certificates ?? [])
  const bytes = carried.subs.map((one) => one.toDER())
  if (!bytes.every((one) => known.some(({ rawBytes }) => one.equals(rawBytes))))
    throw invalid('the timestamp carries a certificate that the trusted root does not have')
}

/** RFC 5652 §5.3: the content type is signed too. */
function saysContent({ subs: [type, values] }: ASN1Obj): boolean {
  return type?.toOID() === CONTENT_TYPE && values?.subs.length === 1 && values.subs[0]?.toOID() === TST_INFO
}

function unread(): LockError {
  return invalid('the timestamp has not the right form')
}

function invalid(message: string): LockError {
  return new LockError('TIMESTAMP_INVALID', message)
}
