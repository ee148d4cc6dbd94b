/**
 * Volatile values: declared by the policy at a JSON pointer, with a type out of a closed list, and
 * replaced by a marker that keeps the rule and never the value (docs/format.md §3.4).
 */
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { parseStoredPointer, storedPointer } from '../json/pointer.ts'
import { isFailed, LIST_NAMES, seal, sealEntry, type Entries, type Surface } from './surface.ts'

export const VOLATILE_TYPES = ['timestamp', 'iana-time-zone', 'uuid', 'integer', 'os-platform'] as const
export type VolatileType = (typeof VOLATILE_TYPES)[number]

export type VolatileRule = {
  /** RFC 6901, in received keys, from the surface on: `/tools/NAME/inputSchema/…`, `/instructions`. */
  readonly pointer: string
  readonly type: VolatileType
  readonly prefix?: string
  readonly suffix?: string
  readonly min?: number
  readonly max?: number
}

/** The surface with markers in place of the values that fit their rules, and which rules did and did not. */
export type Applied = { readonly surface: Surface; readonly fitting: ReadonlySet<string>; readonly unfit: ReadonlySet<string> }

/** Replaces each value that fits its rule. A rule whose place is absent is in neither set. */
export function applyRules(surface: Surface, rules: readonly VolatileRule[]): Applied {
  const fitting = new Set<string>()
  const unfit = new Set<string>()
  let draft: JsonObject = surface
  for (const rule of rules) {
    const mark = (value: Json): Json => {
      const fits = fitsRule(value, rule)
      ;(fits ? fitting : unfit).add(rule.pointer)
      return fits ? marker(rule) : value
    }
    draft = replaceAt(draft, placeOf(rule.pointer), mark) as JsonObject
  }
  return { surface: fitting.size === 0 ? surface : resealed(draft as unknown as Surface, fitting), fitting, unfit }
}

/** Surfaces of which a reader has seen that no key in them is a marker. */
const UNMARKED = new WeakSet<Surface>()

/** Spares `rulesOf` from looking for what cannot be there. */
export function noteUnmarked(surface: Surface): void {
  UNMARKED.add(surface)
}

/** The rules that a pinned surface was made with, sorted by pointer. */
export function rulesOf(surface: Surface): VolatileRule[] {
  if (UNMARKED.has(surface)) return []
  const rules: VolatileRule[] = []
  const path: string[] = []
  const visit = (value: JsonObject): void => {
    for (const key in value) {
      const item = value[key] as Json
      if (typeof item !== 'object' || item === null) continue
      if (key === '$volatile' && isObject(item)) {
        rules.push({ ...(item as Omit<VolatileRule, 'pointer'>), pointer: storedPointer(path) })
        continue
      }
      path.push(key)
      visit(item as JsonObject) // an array has its items under their indices
      path.pop()
    }
  }
  const visitFrom = (start: readonly string[], value: Json): void => {
    path.splice(0, path.length, ...start)
    if (typeof value === 'object' && value !== null) visit(value as JsonObject)
  }
  for (const [member, value] of Object.entries(surface)) {
    if (member === 'digest') continue
    const list = LIST_NAMES.find((name) => name === member)
    if (list === undefined) visitFrom([member], value)
    else
      for (const [key, entry] of Object.entries(value as Entries))
        if (isObject(entry.definition)) visitFrom([member, key], entry.definition)
  }
  return rules.sort((a, b) => (a.pointer < b.pointer ? -1 : 1))
}

/** Whether two rules say the same; member order does not count. */
export function sameRule(a: VolatileRule, b: VolatileRule): boolean {
  return (
    a.pointer === b.pointer && a.type === b.type && a.prefix === b.prefix && a.suffix === b.suffix && a.min === b.min && a.max === b.max
  )
}

/** The rule that would declare two differing values volatile, or null where no type of the closed list fits both. */
export function suggestRule(pointer: string, one: Json, other: Json): VolatileRule | null {
  if (typeof one !== 'string' || typeof other !== 'string') return null
  const differs = firstDifference(one, other)
  for (const type of VOLATILE_TYPES) {
    for (const match of one.matchAll(SEARCH[type])) {
      if (match.index > differs) break
      if (match.index + match[0].length < differs) continue
      const prefix = one.slice(0, match.index)
      const suffix = one.slice(match.index + match[0].length)
      const rule: VolatileRule = {
        pointer,
        type,
        ...(prefix !== '' || type === 'integer' ? { prefix } : {}),
        ...(suffix !== '' ? { suffix } : {}),
      }
      if (fitsRule(one, rule) && fitsRule(other, rule)) return rule
    }
  }
  return null
}

function firstDifference(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return at
}

function fitsRule(value: Json, rule: VolatileRule): boolean {
  if (rule.type === 'integer' && rule.prefix === undefined && rule.suffix === undefined) {
    return typeof value === 'number' && Number.isSafeInteger(value) && inRange(value, rule)
  }
  const { prefix = '', suffix = '' } = rule
  if (typeof value !== 'string' || value.length < prefix.length + suffix.length) return false
  if (!value.startsWith(prefix) || !value.endsWith(suffix)) return false
  const core = value.slice(prefix.length, value.length - suffix.length)
  return EXACT[rule.type](core) && (rule.type !== 'integer' || inRange(Number(core), rule))
}

function inRange(value: number, { min, max }: VolatileRule): boolean {
  return value >= (min ?? Number.MIN_SAFE_INTEGER) && value <= (max ?? Number.MAX_SAFE_INTEGER)
}

const TIMESTAMP =
  /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)/
const ZONE = /UTC|(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)(?:\/[A-Za-z0-9_+-]{1,14}){1,2}/
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i
const INTEGER = /-?(?:0|[1-9]\d{0,15})/
const PLATFORM = /aix|android|darwin|freebsd|linux|macos|openbsd|sunos|win32|windows/

const SEARCH: { readonly [type in VolatileType]: RegExp } = {
  timestamp: new RegExp(TIMESTAMP, 'g'),
  'iana-time-zone': new RegExp(ZONE, 'g'),
  uuid: new RegExp(UUID, 'gi'),
  integer: new RegExp(INTEGER, 'g'),
  'os-platform': new RegExp(PLATFORM, 'g'),
}

const whole = (pattern: RegExp): RegExp => new RegExp(`^(?:${pattern.source})$`, pattern.flags)

const EXACT: { readonly [type in VolatileType]: (text: string) => boolean } = {
  timestamp: (text) => whole(TIMESTAMP).test(text),
  'iana-time-zone': (text) => whole(ZONE).test(text) && isKnownZone(text),
  uuid: (text) => whole(UUID).test(text),
  integer: (text) => whole(INTEGER).test(text) && Number.isSafeInteger(Number(text)) && text !== '-0',
  'os-platform': (text) => whole(PLATFORM).test(text),
}

/** A name of the time zone database: a place that merely looks like one could hold words to the model. */
function isKnownZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function marker({ type, prefix, suffix, min, max }: VolatileRule): Json {
  return {
    $volatile: {
      type,
      ...(prefix === undefined ? {} : { prefix }),
      ...(suffix === undefined ? {} : { suffix }),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    },
  }
}

/** Where a rule's value stands in a surface in memory: an entry's definition is one member further down. */
function placeOf(pointer: string): string[] {
  const path = parseStoredPointer(pointer) ?? []
  const [first = '', name = '', ...rest] = path
  return LIST_NAMES.some((list) => list === first) ? [first, name, 'definition', ...rest] : path
}

function replaceAt(value: Json, path: readonly string[], change: (value: Json) => Json): Json {
  const [step, ...rest] = path
  if (step === undefined) return change(value)
  if (Array.isArray(value)) {
    const index = /^(?:0|[1-9]\d*)$/.test(step) ? Number(step) : value.length
    return index < value.length ? value.with(index, replaceAt(value[index] as Json, rest, change)) : value
  }
  if (!isObject(value) || !Object.hasOwn(value, step)) return value
  return { ...value, [step]: replaceAt(value[step] as Json, rest, change) }
}

function resealed(surface: Surface, changed: ReadonlySet<string>): Surface {
  const result: { [key: string]: unknown } = { ...surface }
  for (const name of LIST_NAMES) {
    const list = surface[name]
    if (list === undefined || isFailed(list) || ![...changed].some((pointer) => pointer.startsWith(`/${name}/`))) continue
    result[name] = Object.fromEntries(
      Object.entries(list).map(([key, entry]) => [key, sealEntry(name, entry.definition, entry.conditional === true)]),
    )
  }
  return seal(result as unknown as Surface)
}
