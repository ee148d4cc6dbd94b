/** A timestamp authority: tokens of RFC 3161, in CMS (RFC 5652), with a certificate whose only use is critical. */
import { sign } from 'node:crypto'
import {
  authority,
  certify,
  digitalSignature,
  distinguishedName,
  ECDSA_SHA256,
  identifiers,
  purpose,
  randomSerial,
  sha256,
  TIME_STAMPING,
} from './certificate.ts'
import { explicit, generalizedTime, integer, octets, oid, sequence, set, tagged, time } from './der.ts'
import type { Keys } from './keys.ts'
import type { Service } from './loopback.ts'
import { VALIDITY } from './validity.ts'

const SHA256 = '2.16.840.1.101.3.4.2.1'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const HASHES: { readonly [name: string]: readonly [oid: string, bytes: number] } = {
  sha256: [SHA256, 32],
  sha384: ['2.16.840.1.101.3.4.2.2', 48],
  sha512: ['2.16.840.1.101.3.4.2.3', 64],
}

/** timestamp-server's request in JSON, which is what `@sigstore/sign` sends; others send that of RFC 3161. */
interface TimestampRequest {
  readonly artifactHash: string
  readonly hashAlgorithm: string
  readonly nonce?: number
  readonly certificates?: boolean
}

export class TimestampAuthority {
  /** From the one that signs to the root. */
  readonly chain: readonly Buffer[]
  readonly #keys: Keys
  readonly #serial = randomSerial()
  readonly #name = 'loopback tsa root'
  readonly #contentType: string

  /** `use` is its certificate's extended key usage, `contentType` the signed attribute. */
  constructor(keys: Keys, { use = TIME_STAMPING, contentType = TST_INFO } = {}) {
    this.#contentType = contentType
    this.#keys = keys
    const root = { name: this.#name, keys: keys.tsaRoot }
    const { publicKey } = keys.tsaRoot
    this.chain = [
      certify(
        {
          subject: 'loopback tsa',
          publicKey: keys.tsa.publicKey,
          ...VALIDITY,
          serial: this.#serial,
          extensions: [digitalSignature, { ...purpose(use), critical: true }, ...identifiers(keys.tsa.publicKey, root)],
        },
        root,
      ),
      certify({ subject: root.name, publicKey, ...VALIDITY, extensions: [...authority(), ...identifiers(publicKey, root)] }, root),
    ]
  }

  /** The TimeStampResp for a request, as of a time. */
  timestamp({ artifactHash, hashAlgorithm, nonce, certificates = false }: TimestampRequest, at: number): Buffer {
    const [algorithm, size] = HASHES[hashAlgorithm.toLowerCase().replace('-', '')] ?? ['', 0]
    const imprint = Buffer.from(artifactHash, 'base64')
    if (size === 0 || imprint.length !== size) throw new Error('message digest has incorrect length for specified algorithm')
    const info = sequence(
      integer(1),
      oid('1.3.6.1.4.1.57264.2'), // Sigstore's policy
      sequence(sequence(oid(algorithm)), octets(imprint)),
      integer(randomSerial()),
      generalizedTime(at),
      sequence(integer(1)), // accurate to a second
      ...(nonce === undefined ? [] : [integer(nonce)]),
    )
    return sequence(sequence(integer(0)), this.#signed(info, certificates, at))
  }

  #signed(info: Buffer, certificates: boolean, at: number): Buffer {
    const [certificate = Buffer.alloc(0)] = this.chain
    const attributes = [
      sequence(oid('1.2.840.113549.1.9.3'), set(oid(this.#contentType))), // content type
      sequence(oid('1.2.840.113549.1.9.5'), set(time(at))), // signing time
      sequence(oid('1.2.840.113549.1.9.4'), set(octets(sha256(info)))), // message digest
      sequence(oid('1.2.840.113549.1.9.16.2.47'), set(sequence(sequence(sequence(octets(sha256(certificate))))))), // signing certificate v2
    ]
    const signer = sequence(
      integer(1),
      sequence(distinguishedName(this.#name), integer(this.#serial)),
      sequence(oid(SHA256)),
      retagged(0xa0, set(...attributes)),
      ECDSA_SHA256,
      octets(sign('sha256', set(...attributes), this.#keys.tsa.privateKey)),
    )
    return sequence(
      oid('1.2.840.113549.1.7.2'), // signed data
      explicit(
        0,
        sequence(
          integer(3),
          set(sequence(oid(SHA256))),
          sequence(oid(TST_INFO), explicit(0, octets(info))),
          ...(certificates ? [tagged(0xa0, certificate)] : []),
          set(signer),
        ),
      ),
    )
  }
}

/** An implicit tag in place of a set's own. */
const retagged = (tag: number, der: Buffer): Buffer => Buffer.concat([Buffer.from([tag]), der.subarray(1)])

export function timestamping(tsa: TimestampAuthority, clock: () => number): Service {
  return ({ method, path, headers, body, bytes }) => {
    if (method !== 'POST' || path !== '/api/v1/timestamp') return { status: 404 }
    const request: TimestampRequest = headers['content-type'] === 'application/timestamp-query' ? readRequest(bytes) : JSON.parse(body)
    return { status: 201, headers: { 'content-type': 'application/timestamp-reply' }, body: tsa.timestamp(request, clock()) }
  }
}

/** A TimeStampReq for a SHA-256, with or without `certReq` (RFC 3161 §2.4.1). */
function readRequest(der: Buffer): TimestampRequest {
  const version = sequence(integer(1)).subarray(2)
  const imprint = (digest: Uint8Array): Buffer => sequence(sequence(oid(SHA256), Buffer.from([0x05, 0x00])), octets(digest))
  const start = 2 + version.length
  const digest = der.subarray(start, start + imprint(Buffer.alloc(32)).length).subarray(-32)
  const rest = der.subarray(start + imprint(digest).length)
  if (!der.equals(sequence(version, imprint(digest), rest))) throw new Error('not a request for a SHA-256')
  return { artifactHash: digest.toString('base64'), hashAlgorithm: 'sha256', certificates: rest.length > 0 }
}
