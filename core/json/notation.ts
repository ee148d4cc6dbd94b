/**
 * How stored JSON is written in files (docs/format.md §4.1): sorted keys, two spaces, `$lines` for a
 * text with line feeds, invisible characters escaped. `formatJson` writes it, `readNotation` reads it.
 */
import { isOrderedKey } from './digest.ts'
import { LockError } from '../codes/errors.ts'
import { escapeKey, MAX_DEPTH, type Json, type JsonObject } from './json.ts'
import { escapeHidden, quote } from '../text.ts'

/** The lock itself wraps definitions in this many levels. */
const WRAPPING = 16

/** Any stored JSON in the lock's layout, with one line feed at the end. */
export function formatJson(value: Json): string {
  return `${layout(value, '\n')}\n`
}

function layout(value: Json, indent: string): string {
  if (typeof value === 'string') return value.includes('\n') ? layout({ $lines: value.split('\n') }, indent) : quote(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const deeper = `${indent}  `
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => layout(item, deeper))
    return items.length === 0 ? '[]' : `[${deeper}${items.join(`,${deeper}`)}${indent}]`
  }
  const object = value as JsonObject
  const members = Object.keys(object)
    .sort()
    .map((key) => `${quote(key)}: ${layout(object[key] as Json, deeper)}`)
  return members.length === 0 ? '{}' : `{${deeper}${members.join(`,${deeper}`)}${indent}}`
}

export type Notation = {
  readonly value: Json
  /** Whether every object has its keys in the order of RFC 8785, so that JSON.stringify keeps it. */
  readonly ordered: boolean
  /** Whether any key is one of our markers, or a received one that looks like it. */
  readonly marked: boolean
  /** The text that `formatJson` would write for the value, where it is not the text that was read; else null. */
  readonly rewritten: string | null
}

/**
 * The stored JSON that a file's text stands for. JSON.stringify's own layout is the lock's wherever
 * keys are in order, so the text is written by hand only where they are not.
 * @param parsed JSON.parse of the text; its `$lines` are joined in place
 * @throws LockError `LOCK_INVALID`, for what JSON.parse lets through unseen
 */
export function readNotation(parsed: Json, text: string): Notation {
  try {
    const native = JSON.stringify(parsed, null, 2)
    const reader = new Reader(text)
    const value = reader.join(parsed, 0)
    const { ordered, marked } = reader
    const same = ordered ? isWith(escapeHidden(native), text) : formatJson(value) === text
    return { value, ordered, marked, rewritten: same ? null : formatJson(value) }
  } catch (cause) {
    if (cause instanceof RangeError) throw new LockError('LOCK_INVALID', 'nested too deep', { cause })
    throw cause
  }
}

/** Whether a text is this one and a line feed. */
function isWith(start: string, text: string): boolean {
  return text.length === start.length + 1 && text.endsWith('\n') && text.startsWith(start)
}

class Reader {
  /** Also false where a string has a line feed, which the writer would have split. */
  ordered = true
  marked = false
  /** A text without such escapes has no string that needs a look. */
  readonly #mayBreak: boolean
  readonly #mayBeIllFormed: boolean

  constructor(text: string) {
    const hasUnits = text.includes('\\u')
    this.#mayBreak = hasUnits || text.includes('\\n')
    this.#mayBeIllFormed = hasUnits || !text.isWellFormed()
  }

  join(value: Json, depth: number): Json {
    if (typeof value === 'string') return this.#string(value)
    if (typeof value !== 'object' || value === null) return value
    if (depth > MAX_DEPTH + WRAPPING) throw new LockError('LOCK_INVALID', 'nested too deep')
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) value[i] = this.join(value[i] as Json, depth + 1)
      return value
    }
    return this.#object(value as { [key: string]: Json }, depth)
  }

  #string(value: string): string {
    if (this.#mayBeIllFormed && !value.isWellFormed()) throw new LockError('LOCK_INVALID', 'a lone surrogate')
    if (this.#mayBreak && value.includes('\n')) this.ordered = false
    return value
  }

  #object(object: { [key: string]: Json }, depth: number): Json {
    let last: string | null = null
    for (const key in object) {
      if (key.charCodeAt(0) === 0x24) {
        if (key === '$lines') return linesOf(object)
        this.marked ||= escapeKey(key) !== key
      }
      if (key === '__proto__') throw new LockError('LOCK_INVALID', 'a key that no server can have sent')
      this.#string(key)
      if (!isOrderedKey(last, key)) this.ordered = false
      last = key
      const item = object[key] as Json
      if (typeof item !== 'object') this.join(item, depth + 1)
      else if (item !== null) object[key] = this.join(item, depth + 1)
    }
    return object
  }
}

function linesOf(object: JsonObject): string {
  const lines = object['$lines'] as Json
  const whole = Array.isArray(lines) && lines.length >= 2 && Object.keys(object).length === 1
  if (!whole || !lines.every((line) => typeof line === 'string' && !line.includes('\n') && line.isWellFormed())) {
    throw new LockError('LOCK_INVALID', 'a `$lines` that is not two or more lines')
  }
  return lines.join('\n')
}
