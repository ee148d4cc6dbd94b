/** Bundles v0.3 from the services of a Sigstore, without its HTTP: as an honest client makes them, for tests to alter. */
import { sign, type KeyPairKeyObjectResult } from 'node:crypto'
import { pem, sha256, spki } from './certificate.ts'
import type { Answer, Service } from './loopback.ts'
import { preAuthentication } from './rekor-v1.ts'
import type { Services, Sigstore } from './sigstore.ts'

/** A key, and the certificate that names who has it. */
export interface SigningKey {
  readonly keys: KeyPairKeyObjectResult
  readonly certificate?: Buffer
}

export interface LogEntry {
  logIndex?: string
  logId: { keyId: string }
  kindVersion: { kind: string; version: string }
  integratedTime?: string
  inclusionPromise?: { signedEntryTimestamp: string }
  inclusionProof?: { logIndex?: string; rootHash: string; treeSize: string; hashes?: string[]; checkpoint: { envelope: string } }
  canonicalizedBody: string
}

/** protobuf's JSON of a bundle; every member may be altered. */
export interface Bundle {
  mediaType: string
  verificationMaterial: {
    certificate?: { rawBytes: string }
    publicKey?: { hint: string }
    tlogEntries?: LogEntry[]
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] }
  }
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid?: string }[] }
}

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

export const hintOf = ({ keys }: SigningKey): string => base64(sha256(spki(keys.publicKey)))

export function makeBundle(sigstore: Sigstore, key: SigningKey, payload: Uint8Array, services: Services, type = PAYLOAD_TYPE): Bundle {
  const signed = preAuthentication(type, payload)
  const { privateKey } = key.keys
  const signature = sign(privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, privateKey)
  const dsseEnvelope = { payload: base64(payload), payloadType: type, signatures: [{ sig: base64(signature) }] }
  const { certificate } = key
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      ...(certificate === undefined ? { publicKey: { hint: hintOf(key) } } : { certificate: { rawBytes: base64(certificate) } }),
      ...(services.rekor === null ? {} : { tlogEntries: [logEntry(sigstore, services.rekor, key, dsseEnvelope, signed)] }),
      ...(services.tsa ? { timestampVerificationData: { rfc3161Timestamps: [timestampOver(sigstore, signature)] } } : {}),
    },
    dsseEnvelope,
  }
}

export function timestampOver({ tsa, clock }: Sigstore, signature: Uint8Array, at = clock()): { signedTimestamp: string } {
  return { signedTimestamp: base64(tsa.timestamp({ artifactHash: base64(sha256(signature)), hashAlgorithm: 'sha256' }, at)) }
}

function logEntry(sigstore: Sigstore, rekor: 1 | 2, key: SigningKey, envelope: Bundle['dsseEnvelope'], signed: Uint8Array): LogEntry {
  return rekor === 1 ? entryOfV1(sigstore, key, envelope) : entryOfV2(sigstore, key, envelope.signatures[0]?.sig ?? '', signed)
}

function entryOfV2({ rekor2 }: Sigstore, { keys, certificate }: SigningKey, content: string, signed: Uint8Array): LogEntry {
  const rawBytes = base64(certificate ?? spki(keys.publicKey))
  const verifier = { [certificate === undefined ? 'publicKey' : 'x509Certificate']: { rawBytes }, keyDetails: 'PKIX_ECDSA_P256_SHA_256' }
  return asked(rekor2.service, '/api/v2/log/entries', {
    hashedRekordRequestV002: { digest: base64(sha256(signed)), signature: { content, verifier } },
  })
}

/** What Rekor v1 answers. */
interface EntryOfV1 {
  readonly body: string
  readonly integratedTime: number
  readonly logID: string
  readonly logIndex: number
  readonly verification: {
    readonly inclusionProof: {
      readonly checkpoint: string
      readonly hashes: readonly string[]
      readonly logIndex: number
      readonly rootHash: string
      readonly treeSize: number
    }
    readonly signedEntryTimestamp: string
  }
}

export function entryOfV1({ rekor1 }: Sigstore, { keys, certificate }: SigningKey, envelope: Bundle['dsseEnvelope']): LogEntry {
  const verifier = certificate === undefined ? keys.publicKey.export({ format: 'pem', type: 'spki' }).toString() : pem(certificate)
  const proposedContent = { envelope: JSON.stringify(envelope), verifiers: [base64(Buffer.from(verifier))] }
  const entries: { [uuid: string]: EntryOfV1 } = asked(rekor1.service, '/api/v1/log/entries', {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: { proposedContent },
  })
  const [entry] = Object.values(entries)
  if (entry === undefined) throw new Error('no entry')
  const { inclusionProof, signedEntryTimestamp } = entry.verification
  const hex = (text: string): string => Buffer.from(text, 'hex').toString('base64')
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: hex(entry.logID) },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(inclusionProof.logIndex),
      rootHash: hex(inclusionProof.rootHash),
      treeSize: String(inclusionProof.treeSize),
      hashes: inclusionProof.hashes.map(hex),
      checkpoint: { envelope: inclusionProof.checkpoint },
    },
    canonicalizedBody: entry.body,
  }
}

function asked<T>(service: Service, path: string, request: unknown): T {
  const body = JSON.stringify(request)
  const answer: Answer = service({ method: 'POST', path, query: new URLSearchParams(), headers: {}, body, bytes: Buffer.from(body) })
  const value: T = JSON.parse(String(answer.body))
  return value
}
