/** X.509 certificates (RFC 5280), signed with ECDSA and SHA-256. */
import { createHash, randomBytes, sign, type KeyObject, type KeyPairKeyObjectResult } from 'node:crypto'
import { bits, explicit, integer, octets, oid, sequence, set, tagged, time, TRUE, utf8 } from './der.ts'

export interface Extension {
  readonly oid: string
  readonly critical?: true
  readonly value: Uint8Array
}

/** Who signs a certificate. */
export interface Issuer {
  readonly name: string
  readonly keys: KeyPairKeyObjectResult
}

export interface Template {
  /** The common name; a certificate by Fulcio has none. */
  readonly subject: string | null
  readonly publicKey: KeyObject
  readonly notBefore: number
  readonly notAfter: number
  readonly extensions: readonly Extension[]
  readonly serial?: Uint8Array
}

export const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))
export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'
export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'

export const spki = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' })
export const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

export function distinguishedName(commonName: string | null): Buffer {
  const parts: [string, string][] =
    commonName === null
      ? []
      : [
          ['2.5.4.10', 'loopback'],
          ['2.5.4.3', commonName],
        ]
  return sequence(...parts.map(([type, value]) => set(sequence(oid(type), utf8(value)))))
}

/** The bytes that are signed (§4.1.2). */
export function toBeSigned(template: Template, issuer: Issuer): Buffer {
  const { subject, publicKey, notBefore, notAfter, extensions, serial = randomSerial() } = template
  return sequence(
    explicit(0, integer(2)),
    integer(serial),
    ECDSA_SHA256,
    distinguishedName(issuer.name),
    sequence(time(notBefore), time(notAfter)),
    distinguishedName(subject),
    spki(publicKey),
    explicit(
      3,
      sequence(...extensions.map(({ oid: type, critical, value }) => sequence(oid(type), ...(critical ? [TRUE] : []), octets(value)))),
    ),
  )
}

export function certify(template: Template, issuer: Issuer): Buffer {
  const signed = toBeSigned(template, issuer)
  return sequence(signed, ECDSA_SHA256, bits(sign('sha256', signed, issuer.keys.privateKey)))
}

export const randomSerial = (): Buffer => Buffer.concat([Buffer.from([1]), randomBytes(15)])

const keyIdentifier = (key: KeyObject): Buffer => createHash('sha1').update(spki(key)).digest()

/** Key identifiers of subject and issuer (§4.2.1.1 and 2). */
export const identifiers = (publicKey: KeyObject, issuer: Issuer): Extension[] => [
  { oid: '2.5.29.14', value: octets(keyIdentifier(publicKey)) },
  { oid: '2.5.29.35', value: sequence(tagged(0x80, keyIdentifier(issuer.keys.publicKey))) },
]

export const digitalSignature: Extension = { oid: '2.5.29.15', critical: true, value: bits(Buffer.from([0x80]), 7) }
export const purpose = (use: string): Extension => ({ oid: '2.5.29.37', value: sequence(oid(use)) })

/** What makes a certificate one of an authority: it may sign certificates, over at most `depth` further authorities. */
export const authority = (depth?: number): Extension[] => [
  { oid: '2.5.29.15', critical: true, value: bits(Buffer.from([0x06]), 1) },
  { oid: '2.5.29.19', critical: true, value: sequence(TRUE, ...(depth === undefined ? [] : [integer(depth)])) },
]

export const pem = (certificate: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
