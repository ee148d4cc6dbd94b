/** Identity tokens (OpenID Connect Core §2), read without being verified: that is what the certificate authority does. */
import { LockError } from '../../core/codes/errors.ts'
import { isArray, isObject, parseStrictBytes, type Json, type JsonObject } from '../../core/json/json.ts'
import { displaySafe } from '../../core/text.ts'

/** Holds the token itself where neither inspection nor JSON shows it. */
export class IdentityToken {
  /** What its issuer says of its holder, hostile where it is shown. */
  readonly claims: JsonObject
  readonly #raw: string

  constructor(raw: string, claims: JsonObject) {
    this.#raw = raw
    this.claims = claims
  }

  /** For the certificate authority alone; never in an output. */
  get raw(): string {
    return this.#raw
  }
}

export const MAX_TOKEN = 16 * 1024
const PART = /^[\w-]+$/

/**
 * @param text white space round it is not part of it
 * @param now milliseconds of the epoch
 * @throws LockError `IDENTITY_TOKEN_INVALID`, without causes: they would repeat the token
 */
export function readToken(text: string, clientId: string, now: number): IdentityToken {
  const raw = text.trim()
  if (raw.length > MAX_TOKEN) throw invalid(`it has more than ${MAX_TOKEN} characters`)
  const parts = raw.split('.')
  const [header, payload] = parts.map((part) => (PART.test(part) ? objectIn(part) : null))
  if (parts.length !== 3 || !PART.test(parts[2] ?? '') || header == null || payload == null)
    throw invalid('expected a JSON Web Token, three parts in base64url with a dot between them')
  checkClaims(payload, clientId, now)
  return new IdentityToken(raw, payload)
}

function objectIn(part: string): JsonObject | null {
  try {
    const value = parseStrictBytes(Buffer.from(part, 'base64url'))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** What the certificate authority will insist on, said while the words for it are at hand. */
function checkClaims(claims: JsonObject, clientId: string, now: number): void {
  const { iss, sub, aud, exp, email, email_verified: verified } = claims
  if (typeof iss !== 'string' || iss === '') throw invalid('it names no issuer, `iss`')
  if (typeof sub !== 'string' || sub === '') throw invalid('it names no subject, `sub`')
  const audiences = isArray(aud) ? aud : [aud]
  if (!audiences.includes(clientId)) throw invalid(`expected the audience \`${clientId}\`, got ${shown(audiences)}`)
  if (typeof exp !== 'number' || exp <= 0 || exp > 8e12) throw invalid('it does not say until when it is valid, `exp`')
  if (exp * 1_000 <= now)
    throw invalid(`it expired at ${instant(exp * 1_000)}, and the clock here says ${instant(now)}: take a new one, or correct the clock`)
  // Some providers write their booleans as texts, and Fulcio takes those too.
  if (typeof email === 'string' && email !== '' && verified !== true && verified !== 'true')
    throw invalid(`\`${displaySafe(iss, 200)}\` has not verified the e-mail address of its holder, \`email_verified\``)
}

function shown(audiences: readonly (Json | undefined)[]): string {
  const names = audiences.filter((name) => typeof name === 'string').map((name) => `\`${displaySafe(name, 100)}\``)
  return names.slice(0, 5).join(', ') || 'none'
}

const instant = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

function invalid(message: string): LockError {
  return new LockError('IDENTITY_TOKEN_INVALID', message)
}
