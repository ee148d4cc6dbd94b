/** Values of variables and headers, kept out of everything that is written or shown. */
import { canonicalize } from '../../core/json/digest.ts'
import { LockError } from '../../core/codes/errors.ts'
import type { Json } from '../../core/json/json.ts'

/** Shorter values stand in too many texts by chance. */
const TELLING = 8

/** The text with every secret replaced; longer ones first, as they are given. */
export function redact(text: string, secrets: readonly string[]): string {
  let result = text
  for (const secret of secrets) if (secret.length > 0) result = result.replaceAll(secret, '***')
  return result
}

/** The same failure, its message without secrets: a server may repeat what it was sent. */
export function redacted(error: LockError, secrets: readonly string[]): LockError {
  const message = redact(error.message, secrets)
  return message === error.message ? error : new LockError(error.code, message)
}

/**
 * Refuses to pin what holds a secret.
 * @throws LockError `SURFACE_CONTAINS_SECRET`, which never repeats it
 */
export function refuseToPublish(surface: Json, secrets: readonly string[]): void {
  const text = canonicalize(surface)
  const isHeld = (secret: string): boolean => secret.length >= TELLING && text.includes(JSON.stringify(secret).slice(1, -1))
  if (secrets.some(isHeld))
    throw new LockError('SURFACE_CONTAINS_SECRET', 'what the server declares holds the value of a variable or header')
}
