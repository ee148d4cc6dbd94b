/** Values of parsers that know more than JSON, in stored form (core/json/json.ts). */
import { LockError } from '../../../core/codes/errors.ts'
import { storeValue, type Json } from '../../../core/json/json.ts'
import { displaySafe } from '../../../core/text.ts'

/** @throws LockError `CONFIG_INVALID` */
export function storePlain(value: unknown, file: string): Json {
  try {
    return storeValue(plain(value))
  } catch (cause) {
    if (!(cause instanceof LockError)) throw cause
    throw new LockError('CONFIG_INVALID', `${displaySafe(file)}: ${cause.message}`, { cause })
  }
}

/** Large integers, dates and numbers that are none: no client's words are one of them, so each becomes what no reader takes. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint' || value instanceof Date) return { $text: value.toString() }
  if (typeof value === 'number' && !Number.isFinite(value)) return { $text: String(value) }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}
