/**
 * Rekor v2 (rekor-tiles from v2.3.0 on): entries of the kind `hashedrekord` 0.0.2 only, no promise and no time of its
 * own. Ed25519 would have to be prehashed there, so it is refused. That the signature is one of the digest is not
 * checked here: Node has no function for it.
 */
import { createPublicKey, X509Certificate, type KeyPairKeyObjectResult } from 'node:crypto'
import { canonicalize } from '../../core/json/digest.ts'
import type { JsonObject } from '../../core/json/json.ts'
import { sha256, spki } from './certificate.ts'
import { json, type Service } from './loopback.ts'
import { checkpoint, Tree, type Signer } from './tree.ts'

interface Verifier {
  readonly publicKey?: { readonly rawBytes: string }
  readonly x509Certificate?: { readonly rawBytes: string }
  readonly keyDetails: string
}

interface CreateEntryRequest {
  readonly hashedRekordRequestV002?: {
    readonly digest: string
    readonly signature: { readonly content: string; readonly verifier: Verifier }
  }
}

export class RekorV2 {
  /** SHA-256 of the name, a newline, the type of key and the key (C2SP signed-note). */
  readonly keyId: Buffer
  readonly #signer: Signer
  readonly #tree = new Tree()

  constructor(name: string, { publicKey, privateKey }: KeyPairKeyObjectResult) {
    this.keyId = sha256(`${name}\n\x01`, spki(publicKey).subarray(-32))
    this.#signer = { name, keyId: this.keyId, privateKey }
  }

  readonly service: Service = ({ method, path, body }) => {
    if (method !== 'POST' || path !== '/api/v2/log/entries') return { status: 404 }
    const { hashedRekordRequestV002: request }: CreateEntryRequest = JSON.parse(body)
    if (request === undefined) throw new Error('invalid type, must be hashedrekord')
    const { digest, signature } = request
    const verifier = checkedVerifier(signature.verifier)
    if (Buffer.from(digest, 'base64').length !== 32) throw new Error('digest has wrong length')
    if (signature.content === '') throw new Error('missing signature')
    const spec = {
      hashedRekordV002: {
        data: { algorithm: 'SHA2_256', digest },
        signature: { content: signature.content, verifier },
      },
    }
    return json(200, this.add(Buffer.from(canonicalize({ apiVersion: '0.0.2', kind: 'hashedrekord', spec }))))
  }

  /** Logs the bytes of an entry. */
  add(body: Buffer): object {
    const logIndex = String(this.#tree.add(body))
    const hashes = this.#tree.path(Number(logIndex)).map((hash) => hash.toString('base64'))
    return {
      ...(logIndex === '0' ? {} : { logIndex }), // protobuf's JSON leaves out what is zero or empty
      logId: { keyId: this.keyId.toString('base64') },
      kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
      inclusionProof: {
        ...(logIndex === '0' ? {} : { logIndex }),
        rootHash: this.#tree.root().toString('base64'),
        treeSize: String(this.#tree.size),
        ...(hashes.length === 0 ? {} : { hashes }),
        checkpoint: { envelope: checkpoint(this.#signer.name, this.#tree, this.#signer) },
      },
      canonicalizedBody: body.toString('base64'),
    }
  }
}

/** A certificate or a key, each in its own member, with the algorithm that it is of. */
function checkedVerifier({ publicKey, x509Certificate, keyDetails }: Verifier): JsonObject {
  const rawBytes = (x509Certificate ?? publicKey)?.rawBytes ?? ''
  const der = Buffer.from(rawBytes, 'base64')
  const key =
    x509Certificate === undefined ? createPublicKey({ key: der, format: 'der', type: 'spki' }) : new X509Certificate(der).publicKey
  if (keyDetails !== 'PKIX_ECDSA_P256_SHA_256' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error(`unsupported algorithm ${keyDetails}`)
  }
  return { keyDetails, [x509Certificate === undefined ? 'publicKey' : 'x509Certificate']: { rawBytes } }
}
