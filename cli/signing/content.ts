/** What is signed and by whom, as the logs are told and the bundle says. */
import { hintOf, type PublicKey } from '../../core/identity/keys.ts'
import { pae } from '../../core/signing/dsse.ts'

export type Content =
  | { readonly kind: 'envelope'; readonly type: string; readonly payload: Buffer }
  /** The signature of a file alone, as `cosign sign-blob` makes it. */
  | { readonly kind: 'message'; readonly bytes: Buffer }

/** By what a signature is verified. */
export type Verifier =
  | { readonly kind: 'certificate'; readonly der: Buffer<ArrayBuffer> }
  | { readonly kind: 'key'; readonly key: PublicKey }

export type Signer = {
  readonly verifier: Verifier
  /** Of the bytes themselves: ECDSA over their SHA-256, in DER, or Ed25519. */
  readonly sign: (bytes: Buffer) => Promise<Buffer>
}

export type Signed = { readonly content: Content; readonly verifier: Verifier; readonly signature: Buffer }

/** The bytes that a signature is over. */
export function signedBytes(content: Content): Buffer {
  return content.kind === 'envelope' ? pae(content.type, content.payload) : content.bytes
}

/** The certificate or key in PEM. */
export function pemOf(verifier: Verifier): string {
  const [label, der] = verifier.kind === 'certificate' ? ['CERTIFICATE', verifier.der] : ['PUBLIC KEY', verifier.key.spki]
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/** A DSSE envelope in JSON, without a keyid: cosign takes one for a condition. */
export function envelopeOf({ type, payload }: Extract<Content, { kind: 'envelope' }>, signature: Buffer): object {
  return { payload: payload.toString('base64'), payloadType: type, signatures: [{ sig: signature.toString('base64') }] }
}

/** Who signed, as a bundle names it. */
export function materialOf(verifier: Verifier): object {
  return verifier.kind === 'certificate'
    ? { certificate: { rawBytes: verifier.der.toString('base64') } }
    : { publicKey: { hint: hintOf(verifier.key) } }
}
