/**
 * Whether a changed JSON Schema breaks those who rely on the old one: a caller, who sends what an
 * input schema allows, or a reader, who gets what an output schema promises.
 *
 * Conservative: a change of a keyword that is not understood counts as a break.
 */
import { canonicalize } from '../json/digest.ts'
import { isArray, isObject, member, unescapeKey, type Json, type JsonObject } from '../json/json.ts'
import { isWrapper, unionOfKeys } from '../json/leaves.ts'
import { storedPointer, type Path } from '../json/pointer.ts'
import { atMost, displaySafe } from '../text.ts'

export type Break = {
  /** From the schema on, in received keys. */
  readonly pointer: string
  /** Fit to be shown. */
  readonly reason: string
}
export type Direction = 'input' | 'output'

const ANNOTATIONS = new Set(
  ['$comment', '$id', '$schema', 'default', 'deprecated', 'description', 'examples', 'readOnly', 'title', 'writeOnly'],
) // prettier-ignore
const MAPS_OF_SCHEMAS = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'])
const LOWER = new Set(['exclusiveMinimum', 'minContains', 'minItems', 'minLength', 'minProperties', 'minimum'])
const UPPER = new Set(['exclusiveMaximum', 'maxContains', 'maxItems', 'maxLength', 'maxProperties', 'maximum'])
const SUBSCHEMA = new Set([
  'additionalProperties',
  'additionalItems',
  'items',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
])

/** No schema is one that allows everything. */
export function schemaBreaks(before: Json | undefined, after: Json | undefined, direction: Direction): Break[] {
  const breaks: Break[] = []
  const add: Add = (path, reason) => void breaks.push({ pointer: storedPointer(path), reason })
  if (after === undefined && before !== undefined && direction === 'output') add([], 'the schema is gone')
  else compare(before ?? {}, after ?? {}, { add, direction }, [])
  return breaks
}

/** The schema without what only describes: two with the same form allow the same values. */
export function withoutAnnotations(schema: Json): Json {
  if (isArray(schema)) return schema.map(withoutAnnotations)
  if (!isObject(schema) || isWrapper(schema)) return schema
  const kept = Object.entries(schema).filter(([key]) => !ANNOTATIONS.has(key))
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (MAPS_OF_SCHEMAS.has(key) && isObject(value))
        return [key, Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutAnnotations(item)]))]
      return [key, key === 'enum' || key === 'const' ? value : withoutAnnotations(value)]
    }),
  )
}

type Add = (path: Path, reason: string) => void
type Context = { readonly add: Add; readonly direction: Direction }

function compare(before: Json, after: Json, context: Context, path: Path): void {
  if (canonicalize(before) === canonicalize(after)) return
  const old = asObject(before)
  const now = asObject(after)
  if (old === null || now === null) {
    // `false` allows nothing: who sends cannot have relied on it, who reads never got anything.
    const isNarrower = context.direction === 'input' ? now === null : old === null
    if (isNarrower) context.add(path, context.direction === 'input' ? 'no value is allowed any more' : 'values come where none did')
    return
  }
  const values = allowed(old, now, context.direction)
  if (values !== null) context.add([...path, 'enum'], values)
  for (const key of unionOfKeys(old, now)) {
    if (ANNOTATIONS.has(key) || key === 'enum' || key === 'const') continue
    if (same(member(old, key), member(now, key))) continue
    keyword(key, member(old, key), member(now, key), context, [...path, key])
  }
}

function keyword(key: string, before: Json | undefined, after: Json | undefined, context: Context, path: Path): void {
  const { add, direction } = context
  // The side that must allow at least what the other does: callers sent by `before`, readers get by `after`.
  const [sent, taken] = direction === 'input' ? [before, after] : [after, before]
  if (key === 'required') return required(before, after, context, path)
  if (key === 'properties') return properties(before, after, context, path)
  if (MAPS_OF_SCHEMAS.has(key)) return schemas(before, after, context, path)
  if (key === 'type') return types(sent, taken, context, path)
  if (SUBSCHEMA.has(key) && !isArray(before) && !isArray(after)) {
    if (sent !== false && taken === false)
      return add(path, direction === 'input' ? 'closed: what was let through is refused' : 'opened: more than was promised may come')
    return compare(before ?? {}, after ?? {}, context, path)
  }
  if (key === 'anyOf' || key === 'oneOf') return alternatives(sent, taken, before, after, context, path)
  if (LOWER.has(key) || UPPER.has(key)) {
    if (taken === undefined || (typeof sent === 'number' && typeof taken === 'number' && (LOWER.has(key) ? taken <= sent : taken >= sent)))
      return
    return add(path, direction === 'input' ? `a tighter bound, ${show(after)}` : `a wider bound, ${show(after)}`)
  }
  if (key === 'uniqueItems' && taken !== true) return
  // A `$ref` or a negation may hide anything; another constraint is harmless where nothing asks for it any more.
  if (taken === undefined && key !== '$ref' && key !== 'not') return
  add(path, `\`${displaySafe(unescapeKey(key), 60)}\` is another`)
}

function required(before: Json | undefined, after: Json | undefined, { add, direction }: Context, path: Path): void {
  const old = texts(before)
  const now = texts(after)
  const broken = direction === 'input' ? now.filter((name) => !old.includes(name)) : old.filter((name) => !now.includes(name))
  for (const name of broken)
    add(path, direction === 'input' ? `\`${displaySafe(name, 60)}\` is required now` : `\`${displaySafe(name, 60)}\` is no longer promised`)
}

function properties(before: Json | undefined, after: Json | undefined, context: Context, path: Path): void {
  const now = isObject(after) ? after : {}
  for (const [name, schema] of Object.entries(isObject(before) ? before : {})) {
    const other = member(now, name)
    if (other === undefined) context.add([...path, name], `\`${displaySafe(unescapeKey(name), 60)}\` is gone`)
    else compare(schema, other, context, [...path, name])
  }
}

function schemas(before: Json | undefined, after: Json | undefined, context: Context, path: Path): void {
  const isDefinitions = path.at(-1) === '$defs' || path.at(-1) === 'definitions'
  for (const name of unionOfKeys(isObject(before) ? before : {}, isObject(after) ? after : {})) {
    const old = member(before, name)
    const now = member(after, name)
    // Definitions count only where a `$ref` names them, and a change of that is seen there.
    if (isDefinitions && (old === undefined || now === undefined)) continue
    compare(old ?? {}, now ?? {}, context, [...path, name])
  }
}

function types(sent: Json | undefined, taken: Json | undefined, { add, direction }: Context, path: Path): void {
  if (taken === undefined) return
  const accepts = texts(taken)
  const lost =
    sent === undefined
      ? ['any other']
      : texts(sent).filter((type) => !accepts.includes(type) && !(type === 'integer' && accepts.includes('number')))
  if (lost.length > 0)
    add(path, `${lost.map((type) => displaySafe(type, 30)).join(', ')} ${direction === 'input' ? 'is refused now' : 'may come now'}`)
}

function alternatives(
  sent: Json | undefined,
  taken: Json | undefined,
  before: Json | undefined,
  after: Json | undefined,
  context: Context,
  path: Path,
): void {
  if (taken === undefined) return
  const given = isArray(sent) ? sent : []
  const accepts = (isArray(taken) ? taken : []).map((branch) => canonicalize(withoutAnnotations(branch)))
  if (given.length > 0 && given.every((branch) => accepts.includes(canonicalize(withoutAnnotations(branch))))) return
  if (isArray(before) && isArray(after) && before.length === after.length) {
    for (const [i, branch] of before.entries()) compare(branch, after[i] ?? {}, context, [...path, i])
    return
  }
  context.add(path, context.direction === 'input' ? 'an alternative is refused now' : 'an alternative may come that did not')
}

/** Why values that were sent, or understood, no longer are; null where all still are. */
function allowed(old: JsonObject, now: JsonObject, direction: Direction): string | null {
  const [sent, taken] = direction === 'input' ? [values(old), values(now)] : [values(now), values(old)]
  if (taken === null) return null
  const verdict = direction === 'input' ? 'is refused now' : 'may come now'
  if (sent === null) return `a value outside the list ${verdict}`
  const accepts = new Set(taken.map(canonicalize))
  const lost = sent.filter((value) => !accepts.has(canonicalize(value)))
  if (lost.length === 0) return null
  return `${atMost(3, lost.map(show)).join(', ')} ${verdict}`
}

function values(schema: JsonObject): readonly Json[] | null {
  const constant = member(schema, 'const')
  if (constant !== undefined) return [constant]
  const list = member(schema, 'enum')
  return isArray(list) ? list : null
}

function same(before: Json | undefined, after: Json | undefined): boolean {
  return before === after || (before !== undefined && after !== undefined && canonicalize(before) === canonicalize(after))
}

/** `true` is the empty schema; null is `false`, or no schema at all. */
function asObject(schema: Json): JsonObject | null {
  return schema === true ? {} : isObject(schema) ? schema : null
}

function texts(value: Json | undefined): string[] {
  return (isArray(value) ? value : [value]).filter((item) => typeof item === 'string')
}

function show(value: Json | undefined): string {
  return value === undefined ? 'none' : displaySafe(canonicalize(value), 60)
}
