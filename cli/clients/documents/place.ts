/** A value of a config together with where it stands, so that every wrong shape is named by file and pointer. */
import { LockError } from '../../../core/codes/errors.ts'
import { escapeKey, isObject, unescapeKey, type Json, type JsonObject } from '../../../core/json/json.ts'
import { formatPointer, type Path } from '../../../core/json/pointer.ts'
import { displaySafe } from '../../../core/text.ts'

/** Longer than any word of a launch, short enough for what looks through it. */
const MAX_WORD = 16_384

export class Place {
  readonly value: Json | undefined
  /** Received keys and indices from the document's root. */
  readonly path: Path
  readonly file: string

  constructor(value: Json | undefined, file: string, path: Path = []) {
    this.value = value
    this.file = file
    this.path = path
  }

  /** The member with this received key. */
  at(key: string): Place {
    const stored = escapeKey(key)
    const value = isObject(this.value) && Object.hasOwn(this.value, stored) ? this.value[stored] : undefined
    return new Place(value, this.file, [...this.path, key])
  }

  has(key: string): boolean {
    return this.at(key).value !== undefined
  }

  entries(): [string, Place][] {
    return Object.keys(this.object()).map((key) => [unescapeKey(key), this.at(unescapeKey(key))])
  }

  items(): Place[] {
    if (!Array.isArray(this.value)) throw this.wrong('an array')
    return this.value.map((item: Json, i) => new Place(item, this.file, [...this.path, i]))
  }

  object(): JsonObject {
    if (!isObject(this.value)) throw this.wrong('an object')
    return this.value
  }

  text(): string {
    if (typeof this.value !== 'string') throw this.wrong('a string')
    if (this.value.includes('\0')) throw this.wrong('a string without U+0000')
    if (this.value.length > MAX_WORD) throw this.invalid(`a string of more than ${MAX_WORD} characters`)
    return this.value
  }

  wrong(expected: string): LockError {
    const { value } = this
    const kind =
      value === undefined
        ? 'nothing'
        : value === null
          ? 'null'
          : Array.isArray(value)
            ? 'an array'
            : typeof value === 'object'
              ? 'an object'
              : `a ${typeof value}`
    return this.invalid(`expected ${expected}, got ${kind}`)
  }

  invalid(message: string): LockError {
    return new LockError('CONFIG_INVALID', `${this.#shown()}: ${message}`)
  }

  #shown(): string {
    return `${displaySafe(this.file)}: ${displaySafe(formatPointer(this.path), 300)}`
  }

  /** Runs what may fail with a `LockError` that does not know the place. */
  within<T>(make: () => T): T {
    return LockError.within(this.#shown(), make)
  }
}
