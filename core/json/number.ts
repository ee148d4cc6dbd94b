/**
 * Numbers as digits and exponent, never expanded (docs/format.md §2.3).
 *
 * A JSON number is kept as the double that RFC 8785 §3.2.2.3 would print, as long as that print has
 * the same decimal value as the received text; otherwise as `{"$number": "-?D(.D+)?e[+-]N"}`.
 */
/** `d.ddd × 10^exponent`; the exponent as signed digits without leading zeros, for it may be of any length. */
type Decimal = { readonly sign: '' | '-'; readonly digits: string; readonly exponent: string }

/** A number that no double holds, in stored form. */
export type SpelledNumber = { readonly $number: string }

/** The stored form of a number's received text, which must be a JSON number. Every zero is `0`. */
export function storeNumber(text: string): number | SpelledNumber {
  const value = Number(text)
  if (text.length < 16 && !text.includes('e') && !text.includes('E')) return value === 0 ? 0 : value
  const exact = decompose(text)
  if (exact === null) return 0
  if (Number.isFinite(value) && value !== 0) {
    const printed = decompose(String(value))
    if (printed !== null && printed.digits === exact.digits && printed.exponent === exact.exponent) return value
  }
  return { $number: spell(exact) }
}

/** Whether a stored `$number` is one that `storeNumber` would have written. */
export function isSpelledNumber(text: string): boolean {
  if (!/^-?[1-9](?:\.\d*[1-9])?e[+-](?:0|[1-9]\d*)$/.test(text) || text.endsWith('e-0')) return false
  const again = storeNumber(text)
  return typeof again === 'object' && again.$number === text
}

/** Null is zero. */
function decompose(text: string): Decimal | null {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (parts === null) throw new Error(`not a number: ${text.slice(0, 40)}`)
  const [, sign, whole = '', fraction = '', power = '0'] = parts
  const all = whole + fraction
  let first = 0
  while (first < all.length && all.charCodeAt(first) === 0x30) first++
  if (first === all.length) return null
  let end = all.length
  while (all.charCodeAt(end - 1) === 0x30) end--
  return {
    sign: sign === '-' ? '-' : '',
    digits: all.slice(first, end),
    exponent: shift(power, whole.length - 1 - first),
  }
}

function spell({ sign, digits, exponent }: Decimal): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  return `${sign}${digits[0]}${fraction}e${exponent}`
}

const TAIL = 15

/** `power + by` in decimal, as `[+-]N`: linear in the digits of `power`, where BigInt is not. */
function shift(power: string, by: number): string {
  const negative = power.startsWith('-')
  const magnitude = power.replace(/^[+-]?0*(?=\d)/, '')
  if (magnitude.length <= TAIL) {
    const sum = (negative ? -Number(magnitude) : Number(magnitude)) + by
    return sum < 0 ? `${sum}` : `+${sum}`
  }
  let tail = Number(magnitude.slice(-TAIL)) + (negative ? -by : by)
  let head = magnitude.slice(0, -TAIL)
  if (tail < 0) head = step(head, '0', '9', -1)
  if (tail >= 10 ** TAIL) head = step(head, '9', '0', 1)
  tail = (tail + 10 ** TAIL) % 10 ** TAIL
  const sum = `${head}${String(tail).padStart(TAIL, '0')}`.replace(/^0+/, '')
  return `${negative ? '-' : '+'}${sum}`
}

/** Counts a decimal text up or down by one; `from` digits at its end turn into `to`. */
function step(digits: string, from: string, to: string, by: 1 | -1): string {
  let end = digits.length
  while (end > 0 && digits[end - 1] === from) end--
  const turned = to.repeat(digits.length - end)
  if (end === 0) return `1${turned}`
  return digits.slice(0, end - 1) + String(Number(digits[end - 1]) + by) + turned
}
