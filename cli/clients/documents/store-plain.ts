/** Values of parsers that know more than JSON, in stored form (core/json/json.ts). */
import { LockError } from '../../../core/codes/errors.ts'
import { storeValue, type Json } from '../../../core/json/json.ts'
import { displaySafe } from '../../../core/text.ts'

/** @throws LockError `CONFIG_INVALID` */
export function storePlain(value: unknown, file: string): Json {
  return LockError.within(displaySafe(file), () => LockError.as('CONFIG_INVALID', () => storeValue(plain(value, { left: MAX_VALUES }))))
}

/** More than any config has; aliases make a great many out of a few. */
const MAX_VALUES = 1_000_000

/** Large integers, dates and numbers that are none: no client's words are one of them, so each becomes what no reader takes. */
function plain(value: unknown, room: { left: number }): unknown {
  if (--room.left < 0) throw new LockError('CONFIG_INVALID', `more than ${MAX_VALUES} values`)
  if (typeof value === 'bigint' || value instanceof Date) return { $text: value.toString() }
  if (typeof value === 'number' && !Number.isFinite(value)) return { $text: String(value) }
  if (Array.isArray(value)) return value.map((item) => plain(item, room))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, room)]))
}
