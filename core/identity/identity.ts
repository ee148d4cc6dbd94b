/** Who signed, as a verified bundle says. */

/** The claims of Fulcio's certificates by the last arc of their OID, 1.3.6.1.4.1.57264.1.x (fulcio docs/oid-info.md). */
export const CLAIMS = {
  buildSignerUri: 9,
  buildSignerDigest: 10,
  runnerEnvironment: 11,
  sourceRepositoryUri: 12,
  sourceRepositoryDigest: 13,
  sourceRepositoryRef: 14,
  sourceRepositoryId: 15,
  sourceRepositoryOwnerUri: 16,
  sourceRepositoryOwnerId: 17,
  buildConfigUri: 18,
  buildConfigDigest: 19,
  buildTrigger: 20,
  runInvocationUri: 21,
  sourceRepositoryVisibility: 22,
  deploymentEnvironment: 23,
  tokenSubject: 24,
} as const

export type ClaimName = keyof typeof CLAIMS
export type Claims = { readonly [name in ClaimName]?: string }

/** Every text of it is what the issuer asserted, and hostile where it is shown. */
export type CertificateIdentity = {
  readonly kind: 'certificate'
  readonly issuer: string
  readonly subject: string
  readonly claims: Claims
}

export type Identity = CertificateIdentity | { readonly kind: 'key'; readonly digest: `sha256:${string}` }
