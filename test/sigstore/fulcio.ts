/** Fulcio's `POST /api/v2/signingCert`: the token and the proof of possession are checked as by the real one. */
import { createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { CertificateAuthority } from './ca.ts'
import { pem } from './certificate.ts'
import { checkToken, issuerOf } from './id-token.ts'
import { identityOf } from './identity.ts'
import type { IssuerName } from './keys.ts'
import { json, type Service } from './loopback.ts'

export interface TrustedIssuer {
  readonly name: IssuerName
  readonly issuer: string
  readonly jwks: () => readonly JsonWebKey[]
}

interface CertificateRequest {
  readonly credentials: { readonly oidcIdentityToken: string }
  readonly publicKeyRequest: {
    readonly publicKey: { readonly content: string }
    readonly proofOfPossession: string
  }
}

export function fulcio(ca: CertificateAuthority, issuers: readonly TrustedIssuer[], clock: () => number): Service {
  return ({ method, path, body }) => {
    if (method !== 'POST' || path !== '/api/v2/signingCert') return { status: 404 }
    const request: CertificateRequest = JSON.parse(body)
    const token = request.credentials.oidcIdentityToken
    const issuer = issuers.find(({ issuer }) => issuer === issuerOf(token))
    if (issuer === undefined) return refused('There was an error processing the identity token: unknown issuer')
    const publicKey = createPublicKey(request.publicKeyRequest.publicKey.content)
    const identity = identityOf(issuer.name, checkToken(token, issuer.jwks(), clock()))
    if (!possesses(publicKey, identity.challenge, Buffer.from(request.publicKeyRequest.proofOfPossession, 'base64'))) {
      return refused('The signature supplied in the request could not be verified')
    }
    const certificate = ca.issue({ publicKey, ...identity, at: clock() })
    return json(200, { signedCertificateEmbeddedSct: { chain: { certificates: [certificate, ...ca.chain].map(pem) } } })
  }
}

const refused = (message: string) => json(400, { code: 3, message, details: [] })

const possesses = (key: KeyObject, challenge: string, signature: Uint8Array): boolean =>
  verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', Buffer.from(challenge), key, signature)
