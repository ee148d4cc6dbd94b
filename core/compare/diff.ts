/**
 * The differences between two sources or two surfaces, as findings: one for each leaf.
 *
 * `diffSurface` is complete: it returns nothing if and only if both surfaces have the same RFC 8785
 * form, the digests left out. Equal digests are taken as proof of equality, so they must have been
 * computed from what stands beside them, as `seal` and `parseLock` do.
 */
import type { Code } from '../codes/codes.ts'
import type { Finding } from './finding.ts'
import { escapeKey, isObject, member, own, unescapeKey, type Json, type JsonObject } from '../json/json.ts'
import { diffLeaves, unionOfKeys, type Leaf } from '../json/leaves.ts'
import type { Pin } from '../lock/lockfile.ts'
import { formatPointer, storedPointer } from '../json/pointer.ts'
import type { Source } from '../launch/source.ts'
import { entriesOf, isFailed, LIST_NAMES, seal, uiOf, type Entry, type List, type ListName, type Surface } from '../surface/surface.ts'

const SOURCE_CODES: { readonly [member: string]: Code } = {
  files: 'FILE_CHANGED',
  launch: 'LAUNCH_CHANGED',
  native: 'FILE_CHANGED',
  transport: 'TRANSPORT_CHANGED',
}

/** Subject `source`; pointers from the source on. What is neither launch, file nor transport is the package. */
export function diffSource(before: Source, after: Source): Finding[] {
  return diffLeaves(before as unknown as Json, after as unknown as Json)
    .flatMap(eachFile)
    .map((leaf) => ({
      code: SOURCE_CODES[String(leaf.path[0])] ?? 'PACKAGE_CHANGED',
      subject: 'source',
      pointer: formatPointer(leaf.path),
      ...sides(leaf),
    }))
}

/** Files that appear or go all at once are still one finding each. */
function eachFile(leaf: Leaf): Leaf[] {
  const isMap = leaf.path.length === 1 && (leaf.path[0] === 'files' || leaf.path[0] === 'native')
  const files = isMap ? diffLeaves(leaf.before ?? {}, leaf.after ?? {}, leaf.path) : []
  return files.length > 0 ? files : [leaf]
}

/** Every difference. A finding without a pointer is about its whole subject. */
export function diffSurface(before: Surface, after: Surface): Finding[] {
  return diff(before, after, new Set())
}

/** Every difference of what two pins cover: their source and their surface. */
export function diffPin(before: Pin, after: Pin): Finding[] {
  const source = diffSource(before.source, after.source)
  if (after.surface === null) return before.surface === null ? source : [...source, { code: 'SURFACE_UNPINNED', subject: 'surface' }]
  return [...source, ...diffSurface(before.surface ?? NOTHING, after.surface)]
}

/** What a server without any declaration declares: all that another has is new beside it. */
export const NOTHING: Surface = seal({ capabilities: {} })

export type SessionDifference = {
  readonly findings: readonly Finding[]
  /** The subjects, sorted, of pinned conditional definitions that the session was not offered, and of the UI only absent ones name. */
  readonly absent: readonly string[]
  /** The subjects, sorted, of other pinned definitions that it was not offered, where `match` lets them be absent. */
  readonly missing: readonly string[]
}

/**
 * Compares what one session saw with the pin. A conditional definition may be absent, never different,
 * and which definitions are conditional is not compared: one session cannot know. Under `subset` any
 * definition may be absent.
 */
export function compareSession(pinned: Surface, observed: Surface, match: 'exact' | 'subset' = 'exact'): SessionDifference {
  if (pinned.digest === observed.digest) return { findings: [], absent: [], missing: [] }
  const absent = new Set<string>()
  const missing = new Set<string>()
  const kept = new Set<string>()
  const gone = new Set<string>()
  for (const name of LIST_NAMES) {
    const seen = entriesOf(observed[name])
    for (const [key, entry] of Object.entries(entriesOf(pinned[name]) ?? {})) {
      const mayBeAbsent = entry.conditional === true || match === 'subset'
      const isAbsent = mayBeAbsent && seen !== undefined && !Object.hasOwn(seen, key)
      if (isAbsent) (entry.conditional === true ? absent : missing).add(subject(name, key))
      if (name === 'tools') for (const uri of uiOf(entry.definition)) (isAbsent ? gone : kept).add(escapeKey(uri))
    }
  }
  const unnamed = [...gone].filter((uri) => !kept.has(uri) && !Object.hasOwn(observed.ui ?? {}, uri))
  for (const uri of unnamed) if (Object.hasOwn(pinned.ui ?? {}, uri)) absent.add(subject('ui', uri))
  const findings = diff(withoutUi(pinned, unnamed), observed, new Set([...absent, ...missing]), true)
  return { findings, absent: [...absent].sort(), missing: [...missing].sort() }
}

/** The surface without UI resources, and without what their reading left in `extra`. */
function withoutUi(surface: Surface, uris: readonly string[]): Surface {
  if (uris.length === 0) return surface
  const { ui, extra, ...rest } = surface
  const keptUi = without(ui, uris)
  const reads = without(member(extra, 'resources/read'), uris)
  const keptExtra = { ...without(extra, ['resources/read']), ...(reads === undefined ? {} : { 'resources/read': reads }) }
  return {
    ...rest,
    ...(keptUi === undefined ? {} : { ui: keptUi }),
    ...(Object.keys(keptExtra).length === 0 ? {} : { extra: keptExtra }),
  }
}

/** A map without some keys; undefined where nothing remains. */
function without(map: Json | undefined, keys: readonly string[]): JsonObject | undefined {
  const rest = Object.entries(isObject(map) ? map : {}).filter(([key]) => !keys.includes(key))
  return rest.length === 0 ? undefined : Object.fromEntries(rest)
}

function diff(before: Surface, after: Surface, absent: ReadonlySet<string>, oneSession = false): Finding[] {
  if (before.digest === after.digest) return []
  const whole = (code: Code, name: 'serverInfo' | 'instructions' | 'capabilities' | 'extra'): Finding[] =>
    found(code, name, diffLeaves(before[name], after[name]))
  return [
    ...whole('SERVER_INFO_CHANGED', 'serverInfo'),
    ...whole('INSTRUCTIONS_CHANGED', 'instructions'),
    ...whole('CAPABILITIES_CHANGED', 'capabilities'),
    ...LIST_NAMES.flatMap((name) => diffList(name, before[name], after[name], absent, oneSession)),
    ...diffMap('UI_CHANGED', 'ui', before.ui, after.ui),
    ...diffMap('SKILL_CHANGED', 'skills', before.skills, after.skills),
    ...whole('EXTRA_CHANGED', 'extra'),
  ]
}

function diffList(
  name: ListName,
  before: List | undefined,
  after: List | undefined,
  absent: ReadonlySet<string>,
  oneSession: boolean,
): Finding[] {
  const old = entriesOf(before) ?? {}
  const now = entriesOf(after) ?? {}
  // An error is not "no definitions": nothing is said to be removed.
  const keys = after !== undefined && isFailed(after) ? [] : unionOfKeys(old, now)
  return [
    ...diffLeaves(state(before), state(after)).map((leaf): Finding => ({ code: 'LIST_CHANGED', subject: name, ...sides(leaf) })),
    ...keys
      .filter((key) => !absent.has(subject(name, key)))
      .flatMap((key) => diffEntry(subject(name, key), own(old, key), own(now, key), oneSession)),
  ]
}

function diffEntry(name: string, before: Entry | undefined, after: Entry | undefined, oneSession: boolean): Finding[] {
  if (before === undefined || after === undefined) {
    return [
      ...(before === undefined ? [] : [{ code: 'DEFINITION_REMOVED' as const, subject: name, before: before.definition }]),
      ...(after === undefined ? [] : [{ code: 'DEFINITION_ADDED' as const, subject: name, after: after.definition }]),
    ]
  }
  const leaves = before.digest === after.digest ? [] : diffLeaves(before.definition, after.definition)
  const was = before.conditional === true
  const is = after.conditional === true
  const conditional = oneSession || was === is ? [] : [{ code: 'CONDITIONAL_CHANGED' as const, subject: name, before: was, after: is }]
  return [...found('DEFINITION_CHANGED', name, leaves), ...conditional]
}

/** `ui` and `skills`: maps of values without digests. A `ui` comes and goes with the tools that name it: no change of its own. */
function diffMap(code: Code, name: 'ui' | 'skills', before: JsonObject | undefined, after: JsonObject | undefined): Finding[] {
  const old = before === undefined || isFailed(before) ? {} : before
  const now = after === undefined || isFailed(after) ? {} : after
  const keys = after !== undefined && isFailed(after) ? [] : unionOfKeys(old, now)
  const lists = name === 'ui' && keys.length > 0 ? [] : diffLeaves(state(before), state(after))
  return [
    ...lists.map((leaf): Finding => ({ code: 'LIST_CHANGED', subject: name, ...sides(leaf) })),
    ...keys.flatMap((key) => found(code, subject(name, key), diffLeaves(own(old, key), own(now, key)))),
  ]
}

/** What LIST_CHANGED compares: absent, there (`{}`), or failed. */
function state(list: List | JsonObject | undefined): Json | undefined {
  return list === undefined ? undefined : isFailed(list) ? list : {}
}

function found(code: Code, name: string, leaves: readonly Leaf[]): Finding[] {
  return leaves.map((leaf) => {
    const pointer = storedPointer(leaf.path)
    return { code, subject: name, ...(pointer === '' ? {} : { pointer }), ...sides(leaf) }
  })
}

function sides({ before, after }: Leaf): { before?: Json; after?: Json } {
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
}

function subject(kind: ListName | 'ui' | 'skills', key: string): string {
  return `${kind}/${unescapeKey(key)}`
}
