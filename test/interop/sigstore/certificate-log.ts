/** A certificate log as Fulcio calls it: signs what it is handed, and stores nothing (RFC 6962 §3.2 and §4.2). */
import { X509Certificate, type KeyPairKeyObjectResult } from 'node:crypto'
import forge from 'node-forge'
import { sha256, spki } from '../../sigstore/certificate.ts'
import { signTimestamp } from '../../sigstore/ct-log.ts'
import { json, type Service } from '../../sigstore/loopback.ts'

/** RFC 6962 §3.1: marks a precertificate, and is not part of what the log signs. */
const POISON = '1.3.6.1.4.1.11129.2.4.3'

export function certificateLog(keys: KeyPairKeyObjectResult): Service {
  return ({ method, path, body }) => {
    if (method !== 'POST' || path !== '/ct/v1/add-pre-chain') return { status: 404 }
    const { chain }: { readonly chain: readonly string[] } = JSON.parse(body)
    const [precertificate = '', issuer = ''] = chain
    const timestamp = Date.now()
    const { publicKey } = new X509Certificate(Buffer.from(issuer, 'base64'))
    const signature = signTimestamp(keys, timestamp, withoutPoison(Buffer.from(precertificate, 'base64')), publicKey)
    const id = sha256(spki(keys.publicKey)).toString('base64')
    return json(200, { sct_version: 0, id, timestamp, extensions: '', signature: signature.toString('base64') })
  }
}

/** The part of a precertificate that its issuer signed, less the poison. The extensions are its last field (RFC 5280 §4.1). */
function withoutPoison(precertificate: Buffer): Buffer {
  const { asn1 } = forge
  const [toBeSigned] = children(asn1.fromDer(precertificate.toString('binary')))
  const [extensions] = children(children(toBeSigned).at(-1))
  if (toBeSigned === undefined || extensions === undefined) throw new Error('expected a precertificate')
  const poison = asn1.oidToDer(POISON).getBytes()
  extensions.value = children(extensions).filter((extension) => children(extension)[0]?.value !== poison)
  return Buffer.from(asn1.toDer(toBeSigned).getBytes(), 'binary')
}

function children(value: forge.asn1.Asn1 | undefined): forge.asn1.Asn1[] {
  return value === undefined || typeof value.value === 'string' ? [] : value.value
}
