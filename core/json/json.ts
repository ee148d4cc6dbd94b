/**
 * Strict JSON, in the form that lock and digests share ("stored form", docs/format.md §2).
 *
 * A received text is parsed without losing or repairing anything: duplicate keys, `__proto__` keys,
 * lone surrogates and too great depth are refused; a number that a double cannot hold is kept as
 * `{"$number": "…"}`; a received key that looks like one of our markers gets one more `$`.
 */
import { LockError } from '../codes/errors.ts'
import { storeNumber } from './number.ts'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

/** Arrays and objects within one another, the outermost included. */
export const MAX_DEPTH = 64

const MARKER = /^\$+(?:number|lines|volatile|bytes|failed)$/

/** The stored form of a received key: markers of ours get one more `$`. */
export function escapeKey(key: string): string {
  return MARKER.test(key) ? `$${key}` : key
}

/** The received form of a stored key; the inverse of `escapeKey`. */
export function unescapeKey(key: string): string {
  return key.startsWith('$$') && MARKER.test(key) ? key.slice(1) : key
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** What a map has under a key of its own, never what every object inherits. */
export function own<T>(map: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/** An own member, never an inherited one: received objects may lack what every object inherits. */
export function member(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/**
 * Stored form of a value that some other parser already parsed (its duplicates are gone by then);
 * `depth` is the number of arrays and objects round it.
 */
export function storeValue(value: unknown, depth = 0): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new LockError('JSON_INVALID', `expected a number, got ${value}`)
    return value === 0 ? 0 : value
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new LockError('JSON_LONE_SURROGATE', 'a lone surrogate')
    return value
  }
  if (typeof value === 'object' && depth >= MAX_DEPTH) throw new LockError('JSON_TOO_DEEP', `nested deeper than ${MAX_DEPTH}`)
  if (Array.isArray(value)) return value.map((item) => storeValue(item, depth + 1))
  if (typeof value !== 'object') throw new LockError('JSON_INVALID', `expected JSON, got ${typeof value}`)
  const object: Record<string, Json> = {}
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    object[escapeKey(checkKey(key, ''))] = storeValue(item, depth + 1)
  }
  return object
}

function checkKey(key: string, where: string): string {
  if (key === '__proto__') throw new LockError('JSON_PROTO_KEY', `the key \`__proto__\`${where}`)
  if (!key.isWellFormed()) throw new LockError('JSON_LONE_SURROGATE', `a key with a lone surrogate${where}`)
  return key
}

/**
 * Parses one JSON text (RFC 8259) strictly into stored form.
 * @throws LockError `JSON_*`, naming the offset in UTF-16 code units.
 */
export function parseStrict(text: string): Json {
  return new Parser(text).document()
}

/** The same for bytes, which must be UTF-8 without a byte order mark (RFC 8259 §8.1). */
export function parseStrictBytes(bytes: Uint8Array): Json {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new LockError('JSON_NOT_UTF8', 'bytes that are not UTF-8', { cause })
  }
  return parseStrict(text)
}

const PLAIN = /[^"\\\u0000-\u001f]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Json {
    this.#space()
    const value = this.#value(0)
    this.#space()
    if (this.#at < this.#text.length) throw this.#unexpected()
    return value
  }

  #value(depth: number): Json {
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x22:
        return this.#string()
      case 0x7b:
        return this.#object(depth + 1)
      case 0x5b:
        return this.#array(depth + 1)
      case 0x74:
        return this.#word('true', true)
      case 0x66:
        return this.#word('false', false)
      case 0x6e:
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #object(depth: number): Json {
    this.#open(depth)
    const object: Record<string, Json> = {}
    if (this.#take(0x7d)) return object
    do {
      this.#space()
      if (this.#text.charCodeAt(this.#at) !== 0x22) throw this.#unexpected()
      const start = this.#at
      const received = this.#string()
      if (received === '__proto__') checkKey(received, ` at offset ${start}`)
      const key = received.charCodeAt(0) === 0x24 ? escapeKey(received) : received
      if (Object.hasOwn(object, key)) throw new LockError('JSON_DUPLICATE_KEY', `a second key ${show(received)} at offset ${start}`)
      if (!this.#take(0x3a)) throw this.#unexpected()
      this.#space()
      object[key] = this.#value(depth)
    } while (this.#take(0x2c))
    if (!this.#take(0x7d)) throw this.#unexpected()
    return object
  }

  #array(depth: number): Json {
    this.#open(depth)
    const array: Json[] = []
    if (this.#take(0x5d)) return array
    do {
      this.#space()
      array.push(this.#value(depth))
    } while (this.#take(0x2c))
    if (!this.#take(0x5d)) throw this.#unexpected()
    return array
  }

  #open(depth: number): void {
    if (depth > MAX_DEPTH) throw new LockError('JSON_TOO_DEEP', `nested deeper than ${MAX_DEPTH} at offset ${this.#at}`)
    this.#at++
  }

  #string(): string {
    const start = this.#at
    let result = ''
    this.#at++
    for (;;) {
      PLAIN.lastIndex = this.#at
      PLAIN.test(this.#text)
      const chunk = this.#text.slice(this.#at, PLAIN.lastIndex)
      result = result === '' ? chunk : result + chunk
      this.#at = PLAIN.lastIndex
      const next = this.#text.charCodeAt(this.#at)
      if (next === 0x22) break
      if (next !== 0x5c) throw this.#unexpected()
      result += this.#escape()
    }
    this.#at++
    if (!result.isWellFormed()) throw new LockError('JSON_LONE_SURROGATE', `a lone surrogate in the string at offset ${start}`)
    return result
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? ''
    if (letter === 'u') {
      const hex = this.#text.slice(this.#at + 2, this.#at + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw this.#unexpected()
      this.#at += 6
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    const plain = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
    if (plain === undefined) throw this.#unexpected()
    this.#at += 2
    return plain
  }

  #number(): Json {
    NUMBER.lastIndex = this.#at
    if (!NUMBER.test(this.#text)) throw this.#unexpected()
    const text = this.#text.slice(this.#at, NUMBER.lastIndex)
    this.#at = NUMBER.lastIndex
    return storeNumber(text)
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected()
    this.#at += word.length
    return value
  }

  #take(code: number): boolean {
    this.#space()
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at++
    return true
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at++
    }
  }

  #unexpected(): LockError {
    const got = this.#at < this.#text.length ? show(this.#text.slice(this.#at, this.#at + 12)) : 'the end'
    return new LockError('JSON_INVALID', `expected JSON, got ${got} at offset ${this.#at}`)
  }
}

function show(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
