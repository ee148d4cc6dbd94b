/**
 * The shape of a lock (docs/format.md §4.3). `schemas/mcp.lock.schema.json` says the same; a test holds
 * the two together.
 */
import { escapeKey, isObject, member, unescapeKey, type Json, type JsonObject } from '../json/json.ts'
import type { Lock } from './lockfile.ts'
import { isSpelledNumber } from '../json/number.ts'
import {
  arrayOf,
  at,
  closed,
  filled,
  fit,
  integer,
  literal,
  mapOf,
  names,
  need,
  objectAt,
  positive,
  size,
  string,
  text,
  type Check,
  type Members,
} from '../json/shape.ts'
import type { Code } from '../codes/codes.ts'
import { isFailed, LISTS, type ListName, type Surface } from '../surface/surface.ts'
import { VOLATILE_TYPES } from '../surface/volatile.ts'

const DIGEST = text(/^mcl1:[0-9a-f]{64}$/)
const SHA256 = text(/^sha256:[0-9a-f]{64}$/)

/**
 * `marked` says whether any key is a marker of ours, escaped or not: without one no received value holds any.
 * @throws LockError `LOCK_INVALID`, with the JSON pointer of what is wrong
 */
export function checkLockShape(value: Json, marked = true): Lock {
  fit(marked ? lockOf(markers, described, content) : lockOf(anything, anything, anything), value, 'LOCK_INVALID', 'the file')
  return value as unknown as Lock
}

/**
 * The shape of one surface, from wherever it came.
 * @throws LockError with `code` and the JSON pointer of what is wrong
 */
export function checkSurfaceShape(value: Json, code: Code): Surface {
  fit(surfaceOf(markers, described, content), value, code, 'the surface')
  return value as unknown as Surface // its shape was checked
}

/** `received` checks any received value, `definition` and `content` those that may hold a `$bytes` at some member. */
function lockOf(received: Check, definition: Check, item: Check): Check {
  const surface = surfaceOf(received, definition, item)
  const some: Check = (value) => (value === null ? undefined : surface(value))
  const pin = closed({ digest: DIGEST, observed, source, surface: some }, { adHoc: literal(true), registry })
  return closed({ lockfileVersion: literal(1), servers: serversOf(pin) })
}

const serversOf =
  (pin: Check): Check =>
  (value) => {
    for (const key in objectAt(value)) need(key !== '' && escapeKey(key) === key, 'the name of a server', key)
    mapOf(pin)(value)
  }

const visible = text(/^[!-~]{1,200}$/)
const registry = closed({ name: visible, proof: string, version: visible })
const observed = closed({ era: literal('legacy', 'modern'), placeholders: names, profile: positive, protocolVersion: string })

/** A map whose keys were received: none is a marker of ours. */
const receivedKeys =
  (check: Check): Check =>
  (value) => {
    mapOf(check)(value)
    for (const key in value as JsonObject) need(escapeKey(unescapeKey(key)) === key, 'a received key in stored form', key)
  }

const npm = closed({
  closure: SHA256,
  integrity: text(/^sha(?:1|256|384|512)-[A-Za-z0-9+/]+=*$/),
  name: string,
  type: literal('npm'),
  version: string,
})
const pypi = closed({ closure: SHA256, name: text(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), type: literal('pypi'), version: string })
const packageOf: Check = (value) => (member(value, 'type') === 'pypi' ? pypi(value) : npm(value))
const image = closed({ digest: SHA256, name: string })
const native: Check = (value) => {
  filled(mapOf(SHA256))(value)
  for (const key in objectAt(value)) need(/^[a-z0-9]+-[a-z0-9]+$/.test(key), 'a platform', key)
}
const command = closed(
  { args: arrayOf(string), command: string },
  { cwd: string, env: filled(names), envFile: string, envValues: filled(receivedKeys(string)) },
)
const someProgram = closed(
  { launch: command, transport: literal('stdio') },
  { files: filled(receivedKeys(SHA256)), image, native, package: packageOf },
)
const program: Check = (value) => {
  someProgram(value)
  const kinds = ['image', 'native', 'package'].filter((name) => member(value, name) !== undefined)
  need(kinds.length <= 1, 'one of image, native and package', kinds.join(', '))
}
const address = closed({ launch: closed({ url: string }, { headers: filled(names) }), transport: literal('streamable-http', 'sse') })
const source: Check = (value) => (member(member(value, 'launch'), 'url') === undefined ? program(value) : address(value))

function surfaceOf(received: Check, definition: Check, item: Check): Check {
  const object = receivedKeys(received)
  const members = filled(object)
  const contents = arrayOf((value) => {
    objectAt(value)
    item(value)
  })
  return closed(
    { capabilities: object, digest: DIGEST },
    {
      extra: filled(
        closed({}, { ...Object.fromEntries(METHODS.map((method) => [method, members])), 'resources/read': filled(receivedKeys(members)) }),
      ),
      instructions: received,
      prompts: list('prompts', definition),
      resources: list('resources', definition),
      resourceTemplates: list('resourceTemplates', definition),
      serverInfo: definition,
      skills: orFailed(keyed('uri', object, (skill) => skill)),
      tools: list('tools', definition),
      ui: filled(receivedKeys(orFailed(contents))),
    },
  )
}

const METHODS = ['initialize', 'server/discover', 'skills/list', ...Object.values(LISTS).map(({ method }) => method)]

const failed = closed({ $failed: integer })
const orFailed =
  (check: Check): Check =>
  (value) =>
    isFailed(value) ? failed(value) : check(value)

const list = (name: ListName, definition: Check): Check => {
  const entry = closed(
    { definition, digest: DIGEST },
    { conditional: literal(true), parts: filled(closed({}, { description: DIGEST, inputSchema: DIGEST })) },
  )
  return orFailed(keyed(LISTS[name].key, entry, (value) => member(value, 'definition')))
}

/** A map in which every key is the stored form of a member of the definition. */
const keyed =
  (name: string, entry: Check, definitionOf: (entry: Json | undefined) => Json | undefined): Check =>
  (value) => {
    const map = objectAt(value)
    for (const key in map) {
      at(key, entry, map[key] as Json)
      const id = member(definitionOf(map[key]), name)
      if (typeof id !== 'string' || key !== escapeKey(id))
        at(key, () => need(false, `the key to be the definition's \`${name}\``, id), null)
    }
  }

const anything: Check = () => {}

/** A received value: our own markers may stand in it only as we write them. */
function markers(value: Json): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) return value.forEach(markers)
  const object = value as JsonObject
  for (const key in object) {
    const isMarker = key.charCodeAt(0) === 0x24 && Object.hasOwn(MARKERS, key)
    if (isMarker) need(Object.keys(object).length === 1, 'a marker alone', value)
    at(key, isMarker ? (MARKERS[key] as Check) : markers, object[key] as Json)
  }
}

const nowhere =
  (what: string): Check =>
  () =>
    need(false, `no ${what} at this place`, undefined)

const affixes = { prefix: string, suffix: string }
const rule = closed({ type: literal(...VOLATILE_TYPES) }, affixes)
const integerRule = closed({ type: literal('integer') }, { ...affixes, min: integer, max: integer })

const MARKERS: Members = {
  $number: (value) => need(typeof value === 'string' && isSpelledNumber(value), 'digits and exponent', value),
  $bytes: nowhere('`$bytes`'),
  $failed: nowhere('failure'),
  $lines: nowhere('`$lines`'),
  $volatile: (value) => (member(value, 'type') === 'integer' ? integerRule(value) : rule(value)),
}

/** A received value with another check for some of its members. */
const withMembers =
  (special: Members): Check =>
  (value) => {
    if (!isObject(value)) return markers(value)
    for (const key in value) if (key.charCodeAt(0) === 0x24 && Object.hasOwn(MARKERS, key)) return markers(value)
    for (const key in value) at(key, Object.hasOwn(special, key) ? (special[key] as Check) : markers, value[key] as Json)
  }

const bytes = closed({ $bytes: closed({ digest: SHA256, size }) })
const body: Check = (value) => (isObject(value) && Object.hasOwn(value, '$bytes') ? bytes(value) : markers(value))
const icon = withMembers({ src: body })
const described = withMembers({ icons: (value) => (Array.isArray(value) ? value.forEach(icon) : markers(value)) })
const received = withMembers({ text: body, blob: body })

/** An item of a UI resource: an object, and so no marker itself. */
const content: Check = (value) => {
  receivedKeys(anything)(value)
  received(value)
}
