/**
 * The shape of a lock, checked by hand: a schema library's start-up would cost more than the whole
 * offline check. `schemas/mcp.lock.schema.json` says the same; a test holds the two together.
 */
import { LockError } from './errors.ts'
import { escapeKey, isObject, member, unescapeKey, type Json, type JsonObject } from './json.ts'
import type { Lock } from './lockfile.ts'
import { isSpelledNumber } from './number.ts'
import { isFailed, LISTS, type ListName } from './surface.ts'

type Check = (value: Json) => void
type Members = { readonly [key: string]: Check }

const DIGEST = /^mcl1:[0-9a-f]{64}$/
const SHA256 = /^sha256:[0-9a-f]{64}$/

/**
 * `marked` says whether any key begins with `$`: without one no received value holds a marker of ours.
 * @throws LockError `LOCK_INVALID`, with the JSON pointer of what is wrong
 */
export function checkLockShape(value: Json, marked = true): Lock {
  try {
    lockOf(marked ? markers : () => {})(value)
  } catch (error) {
    throw error instanceof Misfit ? error.toFailure() : error
  }
  return value as unknown as Lock
}

/** What is wrong; the place is put together on the way out, so that a good lock pays nothing for it. */
class Misfit extends Error {
  readonly path: string[] = []

  toFailure(): LockError {
    return new LockError('LOCK_INVALID', `${this.path.length === 0 ? 'the file' : `/${this.path.toReversed().join('/')}`}: ${this.message}`)
  }
}

/** Checks the member of a map or object. */
function at(key: string, check: Check, value: Json): void {
  try {
    check(value)
  } catch (error) {
    if (error instanceof Misfit) error.path.push(key)
    throw error
  }
}

const string: Check = (value) => need(typeof value === 'string', 'a string', value)
const positive: Check = (value) => need(Number.isInteger(value) && (value as number) > 0, 'a positive integer', value)

const text = (pattern: RegExp): Check => {
  const expected = `a text like ${pattern.source}`
  return (value) => need(typeof value === 'string' && pattern.test(value), expected, value)
}

const literal = (...allowed: Json[]): Check => {
  const expected = allowed.join(' or ')
  return (value) => need(allowed.includes(value), expected, value)
}

const strings: Check = (value) => {
  need(Array.isArray(value), 'an array', value)
  for (const item of value as Json[]) string(item)
}

const names: Check = (value) => {
  strings(value)
  const list = value as string[]
  need(list.every((name, i) => i === 0 || (list[i - 1] as string) < name), 'sorted names, each once', value)
}

const missing: Check = () => need(false, 'a member', undefined)
const unknown: Check = (value) => need(false, 'no member of this name', value)

/** A closed object: an unknown member is refused. */
const closed = (required: Members, optional: Members): Check => {
  const members = { ...required, ...optional }
  const needed = Object.keys(required)
  return (value) => {
    const object = objectAt(value)
    for (const key of needed) if (!Object.hasOwn(object, key)) at(key, missing, null)
    for (const key in object) at(key, Object.hasOwn(members, key) ? (members[key] as Check) : unknown, object[key] as Json)
  }
}

/** What is left out rather than written empty. */
const filled = (check: Check): Check => (value) => {
  check(value)
  need(Object.keys(value as JsonObject).length > 0, 'at least one member', value)
}

const mapOf = (check: Check): Check => (value) => {
  const map = objectAt(value)
  for (const key in map) at(key, check, map[key] as Json)
}

const list = (name: ListName, received: Check): Check => {
  const entry = closed(
    { definition: received, digest: text(DIGEST) },
    { conditional: literal(true), parts: filled(closed({}, { description: text(DIGEST), inputSchema: text(DIGEST) })) },
  )
  return (value) => {
    if (isFailed(value)) return failed(value)
    const entries = objectAt(value)
    for (const key in entries) {
      at(key, entry, entries[key] as Json)
      const id = member(member(entries[key], 'definition'), LISTS[name].key)
      if (typeof id !== 'string' || key !== escapeKey(id)) at(key, () => need(false, `the key to be the definition's \`${LISTS[name].key}\``, id), null)
    }
  }
}

const failed: Check = closed({ $failed: (value) => need(Number.isSafeInteger(value), 'a JSON-RPC error code', value) }, {})

const orFailed = (check: Check): Check => (value) => (isFailed(value) ? failed(value) : check(value))

/** A map whose keys were received: none is a marker of ours. */
const receivedKeys = (check: Check): Check => (value) => {
  mapOf(check)(value)
  for (const key of Object.keys(value as JsonObject)) need(escapeKey(unescapeKey(key)) === key, 'a received key in stored form', key)
}

const launch: Check = (value) =>
  isObject(value) && Object.hasOwn(value, 'url')
    ? closed({ url: string }, { headers: filled(names) })(value)
    : closed({ args: strings, command: string }, { cwd: string, env: filled(names), envFile: string, envValues: filled(mapOf(string)) })(value)

const source = closed(
  { launch, transport: literal('stdio', 'streamable-http', 'sse') },
  {
    files: filled(mapOf(text(SHA256))),
    package: closed(
      { name: string, type: literal('npm'), version: string },
      { closure: text(SHA256), integrity: text(/^sha(?:1|256|384|512)-[A-Za-z0-9+/]+=*$/) },
    ),
  },
)

const surfaceOf = (received: Check): Check =>
  closed(
    { capabilities: received, digest: text(DIGEST) },
    {
      extra: filled(mapOf(filled(receivedKeys(received)))),
      instructions: received,
      prompts: list('prompts', received),
      resources: list('resources', received),
      resourceTemplates: list('resourceTemplates', received),
      serverInfo: received,
      skills: orFailed(receivedKeys(received)),
      tools: list('tools', received),
      ui: filled(receivedKeys(orFailed(received))),
    },
  )

const observed = closed({ era: literal('legacy', 'modern'), placeholders: names, profile: positive, protocolVersion: string }, {})

const pinOf = (received: Check): Check => {
  const surface = surfaceOf(received)
  const some: Check = (value) => (value === null ? undefined : surface(value))
  return closed({ digest: text(DIGEST), observed, source, surface: some }, { adHoc: literal(true) })
}

const lockOf = (received: Check): Check => closed({ lockfileVersion: literal(1), servers: mapOf(pinOf(received)) }, {})

/** Our own markers may stand in a received value only as we write them. */
function markers(value: Json): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) return value.forEach(markers)
  const object = value as JsonObject
  for (const key in object) {
    const isMarker = key.charCodeAt(0) === 0x24 && Object.hasOwn(MARKERS, key)
    if (isMarker) need(Object.keys(object).length === 1, `\`${key}\` alone`, value)
    at(key, isMarker ? (MARKERS[key] as Check) : markers, object[key] as Json)
  }
}

const integer: Check = (value) => need(Number.isSafeInteger(value), 'an integer', value)
const size: Check = (value) => need(Number.isSafeInteger(value) && (value as number) >= 0, 'a size', value)

const MARKERS: Members = {
  $number: (value) => need(typeof value === 'string' && isSpelledNumber(value), 'digits and exponent', value),
  $bytes: closed({ digest: text(SHA256), size }, {}),
  $volatile: closed(
    { type: literal('timestamp', 'iana-time-zone', 'uuid', 'integer', 'os-platform') },
    { prefix: string, suffix: string, min: integer, max: integer },
  ),
  $failed: () => need(false, 'no failure inside a definition', undefined),
}

function objectAt(value: Json): JsonObject {
  need(isObject(value), 'an object', value)
  return value as JsonObject
}

function need(ok: boolean, expected: string, got: Json | undefined): void {
  if (ok) return
  const shown = got === undefined ? 'nothing' : typeof got === 'object' ? (got === null ? 'null' : 'another shape') : JSON.stringify(got).slice(0, 60)
  throw new Misfit(`expected ${expected}, got ${shown}`)
}
