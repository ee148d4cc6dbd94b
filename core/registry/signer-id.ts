/** Who signed a statement, as records, statuses and control statements write it. */
import type { Identity } from '../identity/identity.ts'
import { anyOf, closed, text } from '../json/shape.ts'

export type SignerId = { readonly issuer: string; readonly subject: string } | { readonly spki: `sha256:${string}` }

export function signerId(identity: Identity): SignerId {
  return identity.kind === 'key' ? { spki: identity.digest } : { issuer: identity.issuer, subject: identity.subject }
}

export function isSameSigner(a: SignerId, b: SignerId): boolean {
  if ('spki' in a) return 'spki' in b && a.spki === b.spki
  return 'issuer' in b && a.issuer === b.issuer && a.subject === b.subject
}

const TEXT = text(/^[^\0-\x1f\x7f]{1,1024}$/)
export const SHA256 = text(/^sha256:[0-9a-f]{64}$/)
export const SIGNER = anyOf(closed({ issuer: TEXT, subject: TEXT }), closed({ spki: SHA256 }))
