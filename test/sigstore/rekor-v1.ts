/** Rekor v1: entries of the kinds `dsse` and `hashedrekord`, each with a promise, a proof and a checkpoint. */
import { createHash, createPublicKey, sign, verify, type KeyPairKeyObjectResult } from 'node:crypto'
import { canonicalize } from '../../core/json/digest.ts'
import type { Json } from '../../core/json/json.ts'
import { sha256, spki } from './certificate.ts'
import { json, type Answer, type Service } from './loopback.ts'
import { checkpoint, leafHash, Tree, type Signer } from './tree.ts'

interface Envelope {
  readonly payloadType: string
  readonly payload: string
  readonly signatures: readonly { readonly sig: string }[]
}

type ProposedEntry =
  | {
      readonly kind: 'dsse'
      readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } }
    }
  | { readonly kind: 'hashedrekord'; readonly spec: Json }

/** Entries of earlier trees of this log: an entry's index in the log is not the one in its tree. */
const EARLIER = 1_000
const TREE_ID = '1193050959916656506'
const ENTRIES = '/api/v1/log/entries'

export class RekorV1 {
  readonly #signer: Signer
  readonly #clock: () => number
  readonly #tree = new Tree()
  readonly #entries = new Map<string, object>()

  constructor(name: string, { publicKey, privateKey }: KeyPairKeyObjectResult, clock: () => number) {
    this.#signer = { name, keyId: sha256(spki(publicKey)), privateKey }
    this.#clock = clock
  }

  readonly service: Service = ({ method, path, body }) => {
    if (method === 'POST' && path === ENTRIES) {
      const entry: ProposedEntry = JSON.parse(body)
      return this.add(Buffer.from(canonicalize(canonicalEntry(entry))))
    }
    const uuid = path.slice(ENTRIES.length + 1)
    const entry = this.#entries.get(uuid)
    return method === 'GET' && entry !== undefined ? json(200, { [uuid]: entry }) : json(404, { code: 404, message: 'not found' })
  }

  /** Logs the bytes of a canonical entry, once. */
  add(body: Buffer): Answer {
    const uuid = BigInt(TREE_ID).toString(16).padStart(16, '0') + leafHash(body).toString('hex')
    const location = `${ENTRIES}/${uuid}`
    if (this.#entries.has(uuid)) {
      return json(409, { code: 409, message: `an equivalent entry already exists in the transparency log with UUID ${uuid}` }, { location })
    }
    const index = this.#tree.add(body)
    const logged = {
      body: body.toString('base64'),
      integratedTime: Math.floor(this.#clock() / 1_000),
      logID: this.#signer.keyId.toString('hex'),
      logIndex: EARLIER + index,
    }
    const entry = {
      ...logged,
      verification: {
        inclusionProof: {
          checkpoint: checkpoint(`${this.#signer.name} - ${TREE_ID}`, this.#tree, this.#signer),
          hashes: this.#tree.path(index).map((hash) => hash.toString('hex')),
          logIndex: index,
          rootHash: this.#tree.root().toString('hex'),
          treeSize: this.#tree.size,
        },
        signedEntryTimestamp: sign('sha256', Buffer.from(canonicalize(logged)), this.#signer.privateKey).toString('base64'),
      },
    }
    this.#entries.set(uuid, entry)
    return json(201, { [uuid]: entry }, { location })
  }
}

/** What is logged of a proposed entry: of an envelope its hashes, and the signatures that a verifier accepts. */
function canonicalEntry(entry: ProposedEntry): Json {
  switch (entry.kind) {
    case 'hashedrekord':
      return { apiVersion: '0.0.1', kind: entry.kind, spec: entry.spec }
    case 'dsse': {
      const { envelope: text, verifiers } = entry.spec.proposedContent
      const envelope: Envelope = JSON.parse(text)
      const payload = Buffer.from(envelope.payload, 'base64')
      const signed = preAuthentication(envelope.payloadType, payload)
      const signatures = envelope.signatures.map(({ sig }) => {
        const verifier = verifiers.find((verifier) => accepts(verifier, signed, Buffer.from(sig, 'base64')))
        if (verifier === undefined) throw new Error('could not verify envelope')
        return { signature: sig, verifier }
      })
      const hash = (bytes: Uint8Array | string) => ({ algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') })
      return { apiVersion: '0.0.1', kind: entry.kind, spec: { envelopeHash: hash(text), payloadHash: hash(payload), signatures } }
    }
  }
}

/** DSSE v1: the bytes that a signature is over. */
export const preAuthentication = (type: string, payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload])

/** A verifier is the PEM of a certificate or key, in base64. */
function accepts(verifier: string, signed: Buffer, signature: Buffer): boolean {
  const key = createPublicKey(Buffer.from(verifier, 'base64'))
  return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, key, signature)
}
