/** Identity tokens: how an issuer makes one, and how Fulcio checks it. */
import { createPublicKey, sign, verify, type JsonWebKey, type KeyPairKeyObjectResult } from 'node:crypto'
import type { Claims } from './identity.ts'

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export function signToken(claims: Claims, keys: KeyPairKeyObjectResult, kid: string): string {
  const input = `${encode({ alg: 'RS256', kid, typ: 'JWT' })}.${encode(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), keys.privateKey).toString('base64url')}`
}

/** The issuer that a token names, unchecked. */
export function issuerOf(token: string): unknown {
  return claimsOf(token)['iss']
}

/** Throws where signature, audience or time are wrong. */
export function checkToken(token: string, keys: readonly JsonWebKey[], now: number): Claims {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const { alg, kid }: { alg?: string; kid?: string } = JSON.parse(decode(header))
  const key = keys.find((key) => key['kid'] === kid)
  if (alg !== 'RS256' || key === undefined) throw new Error('no key for token')
  const input = Buffer.from(`${header}.${payload}`)
  if (!verify('sha256', input, createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url')))
    throw new Error('bad signature')
  const claims = claimsOf(token)
  if (![claims['aud']].flat().includes('sigstore')) throw new Error('expected audience "sigstore"')
  if (typeof claims['exp'] !== 'number' || claims['exp'] * 1_000 <= now) throw new Error('token is expired')
  return claims
}

const decode = (part: string): string => Buffer.from(part, 'base64url').toString()

function claimsOf(token: string): Claims {
  const claims: Claims = JSON.parse(decode(token.split('.')[1] ?? ''))
  return claims
}
