/** A certificate transparency log that signs, and stores nothing (RFC 6962 §3.2). */
import { sign, type KeyPairKeyObjectResult } from 'node:crypto'
import { sha256, spki, type Extension } from './certificate.ts'
import { octets } from './der.ts'

/** The extension that holds a signed timestamp over a certificate without it (§3.3). */
export function signedTimestamp(log: KeyPairKeyObjectResult, at: number, tbs: Uint8Array, issuer: KeyPairKeyObjectResult): Extension {
  const when = Buffer.alloc(8)
  when.writeBigUInt64BE(BigInt(at))
  const signature = sign(
    'sha256',
    Buffer.concat([
      Buffer.from([0, 0]), // v1, certificate_timestamp
      when,
      uint(1, 2), // precert_entry
      sha256(spki(issuer.publicKey)),
      uint(tbs.length, 3),
      tbs,
      uint(0, 2), // no extensions
    ]),
    log.privateKey,
  )
  const sct = Buffer.concat([
    Buffer.from([0]),
    sha256(spki(log.publicKey)),
    when,
    uint(0, 2),
    Buffer.from([4, 3]), // SHA-256, ECDSA
    uint(signature.length, 2),
    signature,
  ])
  return { oid: '1.3.6.1.4.1.11129.2.4.2', value: octets(Buffer.concat([uint(sct.length + 2, 2), uint(sct.length, 2), sct])) }
}

function uint(value: number, bytes: number): Buffer {
  const out = Buffer.alloc(bytes)
  out.writeUIntBE(value, 0, bytes)
  return out
}
