/** A certificate transparency log that signs, and stores nothing (RFC 6962 §3.2). */
import { sign, type KeyObject, type KeyPairKeyObjectResult } from 'node:crypto'
import { sha256, spki, type Extension } from './certificate.ts'
import { octets } from './der.ts'

/** The timestamp's signature, as the struct `digitally-signed` has it: over a certificate without timestamps. */
export function signTimestamp(log: KeyPairKeyObjectResult, at: number, tbs: Uint8Array, issuer: KeyObject): Buffer {
  const signature = sign(
    'sha256',
    Buffer.concat([
      Buffer.from([0, 0]), // v1, certificate_timestamp
      milliseconds(at),
      uint(1, 2), // precert_entry
      sha256(spki(issuer)),
      uint(tbs.length, 3),
      tbs,
      uint(0, 2), // no extensions
    ]),
    log.privateKey,
  )
  return Buffer.concat([Buffer.from([4, 3]), uint(signature.length, 2), signature]) // SHA-256, ECDSA
}

/** The extension that holds a signed timestamp (§3.3). */
export function signedTimestamp(log: KeyPairKeyObjectResult, at: number, tbs: Uint8Array, issuer: KeyObject): Extension {
  const sct = Buffer.concat([
    Buffer.from([0]), // v1
    sha256(spki(log.publicKey)),
    milliseconds(at),
    uint(0, 2), // no extensions
    signTimestamp(log, at, tbs, issuer),
  ])
  return { oid: '1.3.6.1.4.1.11129.2.4.2', value: octets(Buffer.concat([uint(sct.length + 2, 2), uint(sct.length, 2), sct])) }
}

function milliseconds(at: number): Buffer {
  const out = Buffer.alloc(8)
  out.writeBigUInt64BE(BigInt(at))
  return out
}

function uint(value: number, bytes: number): Buffer {
  const out = Buffer.alloc(bytes)
  out.writeUIntBE(value, 0, bytes)
  return out
}
