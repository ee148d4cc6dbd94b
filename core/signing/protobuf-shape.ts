/**
 * Checks for protobuf's JSON, as Sigstore's files have it. Closed, with one spelling for each value, where the
 * libraries take several: what they would skip or repair is refused, so that nothing in a file goes unread.
 */
import { closed, need, nullOr, text, type Check, type Members } from '../json/shape.ts'

/** Bytes in base64 with padding (RFC 4648 §4), in their only spelling. */
export const bytes =
  (least: number, most: number): Check =>
  (value) => {
    const decoded = typeof value === 'string' ? Buffer.from(value, 'base64') : null
    const isOnlySpelling = decoded !== null && decoded.toString('base64') === value
    need(isOnlySpelling && decoded.length >= least && decoded.length <= most, `${least} to ${most} bytes in base64`, value)
  }

/** An int64 that is not negative: a text in this JSON. */
export const int64 = text(/^(?:0|[1-9]\d{0,18})$/)

export const listOf =
  (least: number, most: number, check: Check): Check =>
  (value) => {
    need(Array.isArray(value) && value.length >= least && value.length <= most, `a list of ${least} to ${most}`, value)
    for (const item of value as never[]) check(item)
  }

/** An object with no other members; null says the same as nothing. */
export const message = (required: Members, optional: Members = {}): Check =>
  closed(required, Object.fromEntries(Object.entries(optional).map(([name, check]) => [name, nullOr(check)])))

/** A message with exactly one of these members besides its others. */
export const oneOf = (names: readonly string[], check: Check): Check => {
  const expected = `one of ${names.join(' and ')}`
  return (value) => {
    check(value)
    need(names.filter((name) => Object.hasOwn(value as object, name)).length === 1, expected, value)
  }
}
