/**
 * The surface: all that a server declares before a call (docs/format.md §3).
 *
 * `readSurface` turns the raw results of one session into it; `seal` adds the digests.
 */
import { byCodeUnit, canonicalize, digest, digestCanonical, sha256, type Digest } from '../json/digest.ts'
import { LockError } from '../codes/errors.ts'
import { escapeKey, isArray, isObject, member, unescapeKey, type Json, type JsonObject } from '../json/json.ts'

/** The four lists: where they are asked for, which capability declares them, what names an entry. */
export const LISTS = {
  tools: { kind: 'tool', method: 'tools/list', capability: 'tools', key: 'name' },
  prompts: { kind: 'prompt', method: 'prompts/list', capability: 'prompts', key: 'name' },
  resources: { kind: 'resource', method: 'resources/list', capability: 'resources', key: 'uri' },
  resourceTemplates: { kind: 'resourceTemplate', method: 'resources/templates/list', capability: 'resources', key: 'uriTemplate' },
} as const

export type ListName = keyof typeof LISTS
export const LIST_NAMES = Object.keys(LISTS) as ListName[]

export type Failed = { readonly $failed: number }
export type Entry = {
  readonly conditional?: true
  readonly definition: JsonObject
  readonly digest: Digest
  readonly parts?: { readonly description?: Digest; readonly inputSchema?: Digest }
}
/** Keyed by the stored form of name, uri or uriTemplate. */
export type Entries = { readonly [key: string]: Entry }
export type List = Entries | Failed

export type Surface = {
  readonly capabilities: Json
  readonly digest: Digest
  readonly extra?: JsonObject
  readonly instructions?: Json
  readonly prompts?: List
  readonly resourceTemplates?: List
  readonly resources?: List
  readonly serverInfo?: Json
  readonly skills?: JsonObject
  readonly tools?: List
  readonly ui?: JsonObject
}

/** A list's raw answers: the result of every page, or the code of the JSON-RPC error. */
export type Pages = { readonly pages: readonly Json[] } | { readonly failed: number }

/** What one session with a server brought back, each result as received (stored form). */
export type Listing = {
  readonly handshake: { readonly method: 'initialize' | 'server/discover'; readonly result: Json }
  readonly lists: { readonly [name in ListName]?: Pages }
  readonly skills?: Pages
  readonly ui: { readonly [uri: string]: Pages }
}

type Draft = { -readonly [key in keyof Omit<Surface, 'digest'>]: Surface[key] }

const HANDSHAKE = new Set(['protocolVersion', 'supportedVersions', 'capabilities', 'serverInfo', 'instructions'])
const TRANSPORT = new Set(['nextCursor', 'ttlMs', 'cacheScope', 'resultType', '_meta'])
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo'

/** @throws LockError `ANSWER_MALFORMED`, `DUPLICATE_NAME` */
export function readSurface(listing: Listing): Surface {
  const { method, result } = listing.handshake
  const hello = object(result, method)
  const extra: Record<string, Json> = {}
  const draft: Draft = { capabilities: object(member(hello, 'capabilities'), `${method} capabilities`) }
  const serverInfo = Object.hasOwn(hello, 'serverInfo') ? hello['serverInfo'] : member(member(hello, '_meta'), SERVER_INFO)
  if (serverInfo !== undefined) draft.serverInfo = withoutIconBytes(serverInfo)
  const instructions = member(hello, 'instructions')
  if (instructions !== undefined && instructions !== '') draft.instructions = instructions
  collectExtra(extra, method, hello, HANDSHAKE)
  for (const name of LIST_NAMES) {
    const answer = listing.lists[name]
    if (answer !== undefined) draft[name] = readList(name, answer, extra)
  }
  if (listing.skills !== undefined) draft.skills = readSkills(listing.skills, extra)
  const ui = Object.entries(listing.ui)
  if (ui.length > 0) draft.ui = Object.fromEntries(ui.map(([uri, answer]) => [keyOf(uri, 'resources/read'), readUi(uri, answer, extra)]))
  if (Object.keys(extra).length > 0) draft.extra = extra
  return seal(draft)
}

/** The URIs of the UI resources that the listed tools name, sorted. */
export function uiResources(tools: Pages | undefined): string[] {
  if (tools === undefined || 'failed' in tools) return []
  const uris = new Set<string>()
  for (const page of tools.pages) {
    const list = member(page, 'tools')
    for (const tool of isArray(list) ? list : []) for (const uri of uiOf(tool)) uris.add(uri)
  }
  return [...uris].sort(byCodeUnit)
}

/** The UI resources that one tool's definition names. */
export function uiOf(definition: Json): string[] {
  const meta = member(definition, '_meta')
  return [member(member(meta, 'ui'), 'resourceUri'), member(meta, 'ui/resourceUri')].filter((uri) => typeof uri === 'string')
}

/** Adds an entry's digests; `write` makes the RFC 8785 form. */
export function sealEntry(name: ListName, definition: JsonObject, conditional = false, write = canonicalize): Entry {
  const parts: { description?: Digest; inputSchema?: Digest } = {}
  for (const part of ['description', 'inputSchema'] as const) {
    const value = member(definition, part)
    if (value !== undefined) parts[part] = digestCanonical(part, write(value))
  }
  return {
    ...(conditional ? { conditional } : {}),
    definition,
    digest: digestCanonical(LISTS[name].kind, write(definition)),
    ...(Object.keys(parts).length > 0 ? { parts } : {}),
  }
}

/** A surface with its digest, which covers each list's entries by their digests. */
export function seal(surface: Omit<Surface, 'digest'>): Surface {
  return { ...surface, digest: surfaceDigest(surface) }
}

export function surfaceDigest(surface: Omit<Surface, 'digest'>): Digest {
  const preimage: Record<string, Json> = { ...(surface as JsonObject) }
  delete preimage['digest']
  for (const name of LIST_NAMES) {
    const list = surface[name]
    if (list !== undefined && !isFailed(list)) preimage[name] = reduced(list)
  }
  return digest('surface', preimage)
}

function reduced(list: Entries): Json {
  const map: Record<string, Json> = {}
  for (const [key, entry] of Object.entries(list)) {
    map[key] = entry.conditional === true ? { conditional: true, digest: entry.digest } : { digest: entry.digest }
  }
  return map
}

export function isFailed(list: List | Json): list is Failed {
  return typeof list === 'object' && list !== null && Object.hasOwn(list, '$failed')
}

/** A list's entries; undefined where it is absent or failed. */
export function entriesOf(list: List | undefined): Entries | undefined {
  return list === undefined || isFailed(list) ? undefined : list
}

function readList(name: ListName, answer: Pages, extra: Record<string, Json>): List {
  if ('failed' in answer) return { $failed: answer.failed }
  const { method, key } = LISTS[name]
  const entries: Record<string, Entry> = {}
  for (const item of items(answer.pages, method, name, extra)) {
    const definition = normalize(name, object(item, `an entry of ${method}`))
    const id = member(definition, key)
    if (typeof id !== 'string') throw new LockError('ANSWER_MALFORMED', `${method}: expected a string \`${key}\` in every entry`)
    const stored = keyOf(id, method)
    if (Object.hasOwn(entries, stored)) throw new LockError('DUPLICATE_NAME', `${method}: two entries named \`${id}\``)
    entries[stored] = sealEntry(name, definition)
  }
  return entries
}

/** The stored form of a name or URI that becomes a key. */
function keyOf(id: string, method: string): string {
  if (id === '__proto__') throw new LockError('JSON_PROTO_KEY', `${method}: an entry named \`__proto__\``)
  return escapeKey(id)
}

/** The items of all pages; unknown result-level keys go to `extra`. */
function items(pages: readonly Json[], method: string, list: string, extra: Record<string, Json>): Json[] {
  return pages.flatMap((page) => {
    const result = object(page, `the result of ${method}`)
    const array = member(result, list)
    if (!isArray(array)) throw new LockError('ANSWER_MALFORMED', `${method}: expected an array \`${list}\``)
    collectExtra(extra, method, result, new Set([list]))
    return array
  })
}

function collectExtra(extra: Record<string, Json>, method: string, result: JsonObject, known: ReadonlySet<string>): void {
  const unknown: Record<string, Json> = { ...(member(extra, method) as JsonObject | undefined) }
  for (const [key, value] of Object.entries(result)) {
    if (TRANSPORT.has(key) || known.has(key)) continue
    if (Object.hasOwn(unknown, key) && canonicalize(unknown[key] as Json) !== canonicalize(value)) {
      throw new LockError('ANSWER_MALFORMED', `${method}: pages disagree about \`${unescapeKey(key)}\``)
    }
    unknown[key] = value
  }
  if (Object.keys(unknown).length > 0) extra[method] = unknown
}

function readSkills(answer: Pages, extra: Record<string, Json>): JsonObject {
  if ('failed' in answer) return { $failed: answer.failed }
  const skills: Record<string, Json> = {}
  for (const item of items(answer.pages, 'skills/list', 'skills', extra)) {
    const uri = member(item, 'uri')
    if (typeof uri !== 'string') throw new LockError('ANSWER_MALFORMED', 'skills/list: expected a string `uri` in every entry')
    const stored = keyOf(uri, 'skills/list')
    if (Object.hasOwn(skills, stored)) throw new LockError('DUPLICATE_NAME', `skills/list: two entries with the uri \`${uri}\``)
    skills[stored] = item
  }
  return skills
}

function readUi(uri: string, answer: Pages, extra: Record<string, Json>): Json {
  if ('failed' in answer) return { $failed: answer.failed }
  const found: Record<string, Json> = {}
  const contents = items(answer.pages, 'resources/read', 'contents', found)
  if (Object.keys(found).length > 0) {
    extra['resources/read'] = {
      ...(member(extra, 'resources/read') as JsonObject | undefined),
      [escapeKey(uri)]: found['resources/read'] as Json,
    }
  }
  return contents.map((item) => {
    const content: Record<string, Json> = { ...object(item, 'an item of resources/read') }
    for (const body of ['text', 'blob']) if (typeof content[body] === 'string') content[body] = bytesOf(content[body])
    return content
  })
}

/** Protocol defaults that mean the same as absence, and icons' bodies (docs/format.md §3.2). */
function normalize(name: ListName, definition: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...(withoutIconBytes(definition) as JsonObject) }
  const execution = member(definition, 'execution')
  if (name === 'tools' && execution !== undefined && canonicalize(execution) === '{"taskSupport":"forbidden"}') delete result['execution']
  return result
}

function withoutIconBytes(value: Json): Json {
  const icons = member(value, 'icons')
  if (!isObject(value) || !isArray(icons)) return value
  return {
    ...value,
    icons: icons.map((icon) => {
      const src = member(icon, 'src')
      return isObject(icon) && typeof src === 'string' && src.startsWith('data:') ? { ...icon, src: bytesOf(src) } : icon
    }),
  }
}

function bytesOf(text: string): Json {
  return { $bytes: { digest: sha256(text), size: Buffer.byteLength(text) } }
}

function object(value: Json | undefined, what: string): JsonObject {
  if (isObject(value)) return value
  throw new LockError(
    'ANSWER_MALFORMED',
    `${what}: expected an object, got ${Array.isArray(value) ? 'an array' : value === undefined ? 'nothing' : typeof value}`,
  )
}
