/** Rekor, in its two versions: an entry about a signature, as protobuf's JSON of `TransparencyLogEntry`. */
import { createHash } from 'node:crypto'
import { TransparencyLogEntry } from '@sigstore/protobuf-specs'
import { LockError } from '../../core/codes/errors.ts'
import { isArray, isObject, member, type Json } from '../../core/json/json.ts'
import type { Service } from '../../core/signing/signing-config.ts'
import { envelopeOf, pemOf, signedBytes, type Signed, type Verifier } from './content.ts'
import type { Answer } from '../network/exchange.ts'
import { ask, below, jsonOf, malformed, type Asking, type Named } from './services.ts'

/** What a log answers where it has such an entry already. */
const CONFLICT = 409
const JSON_TYPE = 'application/json'

/** @throws LockError as `ask` */
export async function logEntry(signed: Signed, { url, version }: Service, asking: Asking): Promise<unknown> {
  const rekor: Named = { name: 'Rekor', url }
  const entry = await (version === 1 ? entryOfV1(signed, rekor, asking) : entryOfV2(signed, rekor, asking))
  try {
    // What a bundle may have of it, in protobuf's order.
    return TransparencyLogEntry.toJSON(TransparencyLogEntry.fromJSON(entry))
  } catch {
    throw malformed(rekor, 'no entry of a log')
  }
}

async function entryOfV1(signed: Signed, rekor: Named, asking: Asking): Promise<Json> {
  const entries = below(rekor, '/api/v1/log/entries')
  const request = { method: 'POST', type: JSON_TYPE, body: JSON.stringify(proposed(signed)) }
  const answer = await ask(rekor, entries, request, asking, [CONFLICT])
  const found = answer.status === CONFLICT ? await present(answer, entries, rekor, asking) : answer
  const logged = jsonOf(found.body, rekor)
  const [entry, ...others] = isObject(logged) ? Object.values(logged) : []
  if (entry === undefined || others.length > 0) throw malformed(rekor, 'something else than one entry')
  return translated(entry, rekor)
}

/** An answer to an earlier attempt was lost, so the entry is there. */
async function present({ headers }: Answer, entries: URL, rekor: Named, asking: Asking): Promise<Answer> {
  const uuid = /\/([0-9a-f]{64,80})$/.exec(headers.get('location') ?? '')?.[1]
  if (uuid === undefined) throw malformed(rekor, '409 without saying where the entry is')
  return ask(rekor, below({ url: entries }, `/${uuid}`), { method: 'GET', type: JSON_TYPE }, asking)
}

/** An entry to be logged (rekor, pkg/types). */
function proposed({ content, verifier, signature }: Signed): object {
  const key = Buffer.from(pemOf(verifier)).toString('base64')
  switch (content.kind) {
    case 'envelope': {
      const envelope = JSON.stringify(envelopeOf(content, signature))
      return { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent: { envelope, verifiers: [key] } } }
    }
    case 'message': {
      const value = createHash('sha256').update(content.bytes).digest('hex')
      const spec = {
        data: { hash: { algorithm: 'sha256', value } },
        signature: { content: signature.toString('base64'), publicKey: { content: key } },
      }
      return { apiVersion: '0.0.1', kind: 'hashedrekord', spec }
    }
  }
}

/** Rekor v1 has a JSON of its own, in hex where protobuf has base64. */
function translated(entry: Json, rekor: Named): Json {
  const { body, logID, logIndex, integratedTime, verification } = members(entry)
  const { inclusionProof, signedEntryTimestamp } = members(verification)
  const { checkpoint, hashes, logIndex: proofIndex, rootHash, treeSize } = members(inclusionProof)
  const base64 = (hex: Json | undefined): string => (typeof hex === 'string' ? Buffer.from(hex, 'hex').toString('base64') : '')
  const decimal = (value: Json | undefined): string => (typeof value === 'number' ? String(value) : '')
  if (typeof body !== 'string' || typeof checkpoint !== 'string' || typeof signedEntryTimestamp !== 'string' || !isArray(hashes))
    throw malformed(rekor, 'an entry without a proof')
  return {
    logIndex: decimal(logIndex),
    logId: { keyId: base64(logID) },
    kindVersion: kindOf(body, rekor),
    integratedTime: decimal(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: decimal(proofIndex),
      rootHash: base64(rootHash),
      treeSize: decimal(treeSize),
      hashes: hashes.map(base64),
      checkpoint: { envelope: checkpoint },
    },
    canonicalizedBody: body,
  }
}

function kindOf(body: string, rekor: Named): Json {
  const logged = jsonOf(Buffer.from(body, 'base64'), rekor)
  return { kind: member(logged, 'kind') ?? '', version: member(logged, 'apiVersion') ?? '' }
}

function members(value: Json | undefined): { readonly [name: string]: Json | undefined } {
  return isObject(value) ? value : {}
}

/** Rekor v2 takes hashes alone: that of what the signature is over (rekor-tiles, from v2.3.0 on). */
async function entryOfV2(signed: Signed, rekor: Named, asking: Asking): Promise<Json> {
  const { content, verifier, signature } = signed
  const digest = createHash('sha256').update(signedBytes(content)).digest('base64')
  const hashedRekordRequestV002 = { digest, signature: { content: signature.toString('base64'), verifier: verifierOfV2(verifier) } }
  const request = { method: 'POST', type: JSON_TYPE, body: JSON.stringify({ hashedRekordRequestV002 }) }
  const answer = await ask(rekor, below(rekor, '/api/v2/log/entries'), request, asking, [CONFLICT])
  if (answer.status === CONFLICT) throw new AlreadyLogged(rekor)
  return jsonOf(answer.body, rekor)
}

/** A log that has the entry and cannot be asked for it. */
export class AlreadyLogged extends LockError {
  constructor({ url }: Named) {
    super('SIGNING_REFUSED', `Rekor at \`${url.host}\` has this entry already, and does not give it out`)
  }
}

function verifierOfV2(verifier: Verifier): object {
  const keyDetails = 'PKIX_ECDSA_P256_SHA_256'
  return verifier.kind === 'certificate'
    ? { keyDetails, x509Certificate: { rawBytes: verifier.der.toString('base64') } }
    : { keyDetails, publicKey: { rawBytes: verifier.key.spki.toString('base64') } }
}
