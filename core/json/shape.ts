/**
 * Checks of a value's shape, put together by hand: a schema library's start-up would cost more than the
 * whole offline check. A value that is right costs no text and no path; both are made on the way out.
 */
import { LockError } from '../codes/errors.ts'
import type { Code } from '../codes/codes.ts'
import { isObject, type Json, type JsonObject } from './json.ts'

/** Throws a `Misfit` where the value is not as it should be. */
export type Check = (value: Json) => void
export type Members = { readonly [key: string]: Check }

/** What is wrong, and the keys round it, innermost first. */
class Misfit extends Error {
  readonly path: string[] = []
}

/** @throws LockError with `code` and the JSON pointer of what is wrong */
export function fit(check: Check, value: Json, code: Code, whole: string): void {
  try {
    check(value)
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    throw new LockError(code, `${error.path.length === 0 ? whole : `/${error.path.toReversed().join('/')}`}: ${error.message}`)
  }
}

/** Whether it is as the check says. */
export function fits(check: Check, value: Json): boolean {
  try {
    check(value)
    return true
  } catch (error) {
    if (error instanceof Misfit) return false
    throw error
  }
}

export function need(ok: boolean, expected: string, got: Json | undefined): void {
  if (ok) return
  const shown =
    got === undefined ? 'nothing' : typeof got === 'object' ? (got === null ? 'null' : 'another shape') : JSON.stringify(got).slice(0, 60)
  throw new Misfit(`expected ${expected}, got ${shown}`)
}

/** Checks the member of a map or object. */
export function at(key: string, check: Check, value: Json): void {
  try {
    check(value)
  } catch (error) {
    if (error instanceof Misfit) error.path.push(key)
    throw error
  }
}

export const string: Check = (value) => need(typeof value === 'string', 'a string', value)
export const integer: Check = (value) => need(Number.isSafeInteger(value), 'an integer', value)
export const size: Check = (value) => need(Number.isSafeInteger(value) && (value as number) >= 0, 'a size', value)
export const positive: Check = (value) => need(Number.isSafeInteger(value) && (value as number) > 0, 'a positive integer', value)

export const text = (pattern: RegExp): Check => {
  const expected = `a text like ${pattern.source}`
  return (value) => need(typeof value === 'string' && pattern.test(value), expected, value)
}

export const literal = (...allowed: readonly (string | number | true)[]): Check => {
  const expected = allowed.join(' or ')
  return (value) =>
    need(
      allowed.some((one) => one === value),
      expected,
      value,
    )
}

export const arrayOf =
  (check: Check): Check =>
  (value) => {
    need(Array.isArray(value), 'an array', value)
    for (const item of value as Json[]) check(item)
  }

const strings = arrayOf(string)

/** Texts in order, each once. */
export const names: Check = (value) => {
  strings(value)
  const list = value as string[]
  need(
    list.every((name, i) => i === 0 || (list[i - 1] as string) < name),
    'sorted names, each once',
    value,
  )
}

const missing: Check = () => need(false, 'a member', undefined)
const unknown: Check = (value) => need(false, 'no member of this name', value)

/** A closed object: an unknown member is refused. */
export const closed = (required: Members, optional: Members = {}): Check => {
  const members = { ...required, ...optional }
  const needed = Object.keys(required)
  return (value) => {
    const object = objectAt(value)
    for (const key of needed) if (!Object.hasOwn(object, key)) at(key, missing, null)
    for (const key in object) at(key, Object.hasOwn(members, key) ? (members[key] as Check) : unknown, object[key] as Json)
  }
}

/** An object with these members, and whatever others: for answers that may come to say more. */
export const having =
  (required: Members, optional: Members = {}): Check =>
  (value) => {
    const object = objectAt(value)
    for (const key in required) at(key, Object.hasOwn(object, key) ? (required[key] as Check) : missing, object[key] ?? null)
    for (const key in optional) if (Object.hasOwn(object, key)) at(key, optional[key] as Check, object[key] as Json)
  }

export const oneOf =
  (...checks: readonly Check[]): Check =>
  (value) =>
    need(
      checks.some((check) => fits(check, value)),
      'one of several shapes',
      value,
    )

export const mapOf =
  (check: Check): Check =>
  (value) => {
    const map = objectAt(value)
    for (const key in map) at(key, check, map[key] as Json)
  }

/** The first check that fits; what the last one says where none does. */
export const anyOf =
  (...checks: readonly [Check, ...Check[]]): Check =>
  (value) => {
    for (const [i, check] of checks.entries()) {
      try {
        return check(value)
      } catch (error) {
        if (!(error instanceof Misfit) || i === checks.length - 1) throw error
      }
    }
  }

/** A value that is null, or as the check says. */
export const nullOr =
  (check: Check): Check =>
  (value) =>
    value === null ? undefined : check(value)

/** An array of exactly one. */
export const one =
  (check: Check): Check =>
  (value) => {
    need(Array.isArray(value) && value.length === 1, 'exactly one', value)
    check((value as Json[])[0] as Json)
  }

/** What is left out rather than written empty. */
export const filled =
  (check: Check): Check =>
  (value) => {
    check(value)
    need(Object.keys(value as JsonObject).length > 0, 'at least one member', value)
  }

export function objectAt(value: Json): JsonObject {
  need(isObject(value), 'an object', value)
  return value as JsonObject
}
