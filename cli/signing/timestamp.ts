/** A timestamp of a signature (RFC 3161). */
import { createHash } from 'node:crypto'
import type { Service } from '../../core/signing/signing-config.ts'
import { ask, below, type Asking, type Named } from './services.ts'

/** TimeStampReq: version 1, and the imprint that follows is a SHA-256 (RFC 3161 §2.4.1). */
const HEAD = Buffer.from('30360201013031300d060960864801650304020105000420', 'hex')

/** The TimeStampResp in DER. @throws LockError as `ask` */
export async function timestamp(signature: Buffer, { url }: Service, asking: Asking): Promise<Buffer> {
  const authority: Named = { name: 'the timestamp authority', url }
  const body = Buffer.concat([HEAD, createHash('sha256').update(signature).digest()])
  const request = { method: 'POST', type: 'application/timestamp-query', body }
  // v0.1 of the signing config names the host alone.
  const place = url.pathname === '/' ? below(authority, '/api/v1/timestamp') : url
  return (await ask(authority, place, request, asking)).body
}
