/**
 * The shape of a lock, checked by hand: a schema library's start-up would cost more than the whole
 * offline check. `schemas/mcp.lock.schema.json` says the same; a test holds the two together.
 */
import { LockError } from './errors.ts'
import { escapeKey, isObject, member, unescapeKey, type Json, type JsonObject } from './json.ts'
import type { Lock } from './lockfile.ts'
import { isSpelledNumber } from './number.ts'
import { isFailed, LISTS, type ListName } from './surface.ts'

type Check = (value: Json, at: string) => void
type Members = { readonly [key: string]: Check }

const DIGEST = /^mcl1:[0-9a-f]{64}$/
const SHA256 = /^sha256:[0-9a-f]{64}$/

/** @throws LockError `LOCK_INVALID`, with the JSON pointer of what is wrong. */
export function checkLockShape(value: Json): Lock {
  lock(value, '')
  return value as unknown as Lock
}

const string: Check = (value, at) => need(typeof value === 'string', at, 'a string', value)
const positive: Check = (value, at) => need(Number.isInteger(value) && (value as number) > 0, at, 'a positive integer', value)
const anything: Check = (value, at) => markers(value, at)
const text = (pattern: RegExp): Check => (value, at) => need(typeof value === 'string' && pattern.test(value), at, `a text like ${pattern.source}`, value)
const literal = (...allowed: Json[]): Check => (value, at) => need(allowed.includes(value), at, allowed.join(' or '), value)

const strings: Check = (value, at) => {
  need(Array.isArray(value), at, 'an array', value)
  for (const item of value as Json[]) string(item, at)
}

const names: Check = (value, at) => {
  strings(value, at)
  const list = value as string[]
  need(list.every((name, i) => i === 0 || (list[i - 1] as string) < name), at, 'sorted names, each once', value)
}

/** A closed object: an unknown member is refused. */
const closed = (required: Members, optional: Members): Check => {
  const members = { ...required, ...optional }
  return (value, at) => {
    const object = objectAt(value, at)
    for (const key of Object.keys(required)) need(Object.hasOwn(object, key), `${at}/${key}`, 'a member', undefined)
    for (const [key, item] of Object.entries(object)) {
      const check = Object.hasOwn(members, key) ? members[key] : undefined
      if (check === undefined) throw new LockError('LOCK_INVALID', `${at}/${key}: an unknown member`)
      check(item, `${at}/${key}`)
    }
  }
}

/** What is left out rather than written empty. */
const filled = (check: Check): Check => (value, at) => {
  check(value, at)
  need(Object.keys(value as JsonObject).length > 0, at, 'at least one member', value)
}

const mapOf = (check: Check): Check => (value, at) => {
  for (const [key, item] of Object.entries(objectAt(value, at))) check(item, `${at}/${key}`)
}

const list = (name: ListName): Check => {
  const entry = closed(
    { definition: anything, digest: text(DIGEST) },
    { conditional: literal(true), parts: filled(closed({}, { description: text(DIGEST), inputSchema: text(DIGEST) })) },
  )
  return (value, at) => {
    if (isFailed(value)) return failed(value, at)
    for (const [key, item] of Object.entries(objectAt(value, at))) {
      entry(item, `${at}/${key}`)
      const id = member(member(item, 'definition'), LISTS[name].key)
      need(typeof id === 'string' && key === escapeKey(id), `${at}/${key}`, `the key to be the definition's \`${LISTS[name].key}\``, id)
    }
  }
}

const failed: Check = closed({ $failed: (value, at) => need(Number.isSafeInteger(value), at, 'a JSON-RPC error code', value) }, {})

const orFailed = (check: Check): Check => (value, at) => (isFailed(value) ? failed(value, at) : check(value, at))

/** A map whose keys were received: none is a marker of ours. */
const receivedKeys = (check: Check): Check => (value, at) => {
  mapOf(check)(value, at)
  for (const key of Object.keys(value as JsonObject)) need(escapeKey(unescapeKey(key)) === key, at, 'a received key in stored form', key)
}

const launch: Check = (value, at) =>
  isObject(value) && Object.hasOwn(value, 'url')
    ? closed({ url: string }, { headers: filled(names) })(value, at)
    : closed({ args: strings, command: string }, { cwd: string, env: filled(names), envFile: string, envValues: filled(mapOf(string)) })(value, at)

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

const surface = closed(
  { capabilities: anything, digest: text(DIGEST) },
  {
    extra: filled(mapOf(filled(receivedKeys(anything)))),
    instructions: anything,
    prompts: list('prompts'),
    resources: list('resources'),
    resourceTemplates: list('resourceTemplates'),
    serverInfo: anything,
    skills: orFailed(receivedKeys(anything)),
    tools: list('tools'),
    ui: filled(receivedKeys(orFailed(anything))),
  },
)

const pin = closed(
  {
    digest: text(DIGEST),
    observed: closed(
      { era: literal('legacy', 'modern'), placeholders: names, profile: positive, protocolVersion: string },
      {},
    ),
    source,
    surface: (value, at) => (value === null ? undefined : surface(value, at)),
  },
  { adHoc: literal(true) },
)

const lock = closed({ lockfileVersion: literal(1), servers: mapOf(pin) }, {})

/** Our own markers may stand in a received value only as we write them. */
function markers(value: Json, at: string): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const item of value) markers(item, at)
    return
  }
  const object = value as JsonObject
  for (const key of Object.keys(object)) {
    if (key.charCodeAt(0) === 0x24 && Object.hasOwn(MARKERS, key)) {
      need(Object.keys(object).length === 1, at, `\`${key}\` alone`, value)
      ;(MARKERS[key] as Check)(object[key] as Json, `${at}/${key}`)
      return
    }
    markers(object[key] as Json, at)
  }
}

const MARKERS: Members = {
  $number: (value, at) => need(typeof value === 'string' && isSpelledNumber(value), at, 'digits and exponent', value),
  $bytes: closed({ digest: text(SHA256), size: (value, at) => need(Number.isSafeInteger(value) && (value as number) >= 0, at, 'a size', value) }, {}),
  $volatile: closed(
    { type: literal('timestamp', 'iana-time-zone', 'uuid', 'integer', 'os-platform') },
    { prefix: string, suffix: string, min: integer, max: integer },
  ),
  $failed: (_, at) => need(false, at, 'no failure inside a definition', undefined),
}

function integer(value: Json, at: string): void {
  need(Number.isSafeInteger(value), at, 'an integer', value)
}

function objectAt(value: Json, at: string): JsonObject {
  need(isObject(value), at, 'an object', value)
  return value as JsonObject
}

function need(ok: boolean, at: string, expected: string, got: Json | undefined): void {
  if (ok) return
  const shown = got === undefined ? 'nothing' : typeof got === 'object' ? (got === null ? 'null' : 'another shape') : JSON.stringify(got).slice(0, 60)
  throw new LockError('LOCK_INVALID', `${at === '' ? 'the file' : at}: expected ${expected}, got ${shown}`)
}
