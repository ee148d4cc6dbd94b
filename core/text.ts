/** How hostile text is written down (the lock) and shown (everything else). */

/**
 * Code points that are never written or shown as they are: Cc, Cf, Co, Zl, Zp, Zs except U+0020, and
 * Default_Ignorable_Code_Point, frozen from Unicode 17.0 (docs/format.md §4.2), never the runtime's own.
 */
// prettier-ignore
export const INVISIBLE: readonly (readonly [number, number])[] = [
  [0x0, 0x1f], [0x7f, 0xa0], [0xad, 0xad], [0x34f, 0x34f], [0x600, 0x605], [0x61c, 0x61c],
  [0x6dd, 0x6dd], [0x70f, 0x70f], [0x890, 0x891], [0x8e2, 0x8e2], [0x115f, 0x1160],
  [0x1680, 0x1680], [0x17b4, 0x17b5], [0x180b, 0x180f], [0x2000, 0x200f], [0x2028, 0x202f],
  [0x205f, 0x206f], [0x3000, 0x3000], [0x3164, 0x3164], [0xe000, 0xf8ff], [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff], [0xffa0, 0xffa0], [0xfff0, 0xfffb], [0x110bd, 0x110bd], [0x110cd, 0x110cd],
  [0x13430, 0x1343f], [0x1bca0, 0x1bca3], [0x1d173, 0x1d17a], [0xe0000, 0xe0fff],
  [0xf0000, 0xffffd], [0x100000, 0x10fffd],
]

const ranges = INVISIBLE.map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`).join('')
const HIDDEN = new RegExp(`[${ranges}]`, 'gu')
/** Runs of what no control character and no printable ASCII is: few, where most of a text is either. */
const BEYOND_ASCII = /[\x7f-\uffff]+/g
const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/

/** A JSON string literal as the lock writes it: JSON.stringify, and invisible characters as `\uxxxx`. */
export function quote(text: string): string {
  const literal = JSON.stringify(text)
  return NOT_PRINTABLE_ASCII.test(literal) ? literal.replace(HIDDEN, escapeUnits) : literal
}

/** JSON text as JSON.stringify lays it out, with its invisible characters as `\\uxxxx`. */
export function escapeHidden(json: string): string {
  const beyond = json.match(BEYOND_ASCII)
  if (beyond === null || beyond.join('').search(HIDDEN) < 0) return json
  return json.replace(BEYOND_ASCII, (run) => run.replace(HIDDEN, escapeUnits))
}

function escapeUnits(character: string): string {
  let escaped = ''
  for (let i = 0; i < character.length; i++) escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
  return escaped
}

/**
 * Any text on one line of a terminal or page: line ends as `⏎`, invisible and bidirectional
 * characters as `<U+202E>`, cut after `limit` UTF-16 code units with the count of what is left out.
 * What CI runners take for a command is broken up: `##[` and `##vso[` anywhere in a line of output, `::` where one begins.
 */
export function displaySafe(text: string, limit = 10_000): string {
  const whole = text.toWellFormed()
  const short = whole.length > limit ? `${whole.slice(0, limit).toWellFormed()}… (${whole.length - limit} more)` : whole
  const cut = short.replaceAll(/##(?=\w*\[)/g, '## ').replace(/^(\s*:):/, '$1 :')
  if (!NOT_PRINTABLE_ASCII.test(cut)) return cut
  return cut.replaceAll('\n', '⏎').replace(HIDDEN, (c) => `<U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`)
}

/** The first of many words, and how many more there are. */
export function atMost(most: number, words: readonly string[]): readonly string[] {
  return words.length <= most ? words : [...words.slice(0, most), `and ${words.length - most} more`]
}

/** Whether a text holds characters that a reader would not see, line ends and tabs aside. */
export function hasInvisible(text: string): boolean {
  HIDDEN.lastIndex = 0
  for (const [character] of text.matchAll(HIDDEN)) if (character !== '\n' && character !== '\t' && character !== '\r') return true
  return false
}

/** Whether a name from outside may stand in a command that a person is told to type. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(name)
}
