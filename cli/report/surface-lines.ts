/** A pin as lines for a person: what it starts, and what it declares, as the model sees it. */
import { escapeKey, isObject, member, unescapeKey, type Json, type JsonObject } from '../../core/json/json.ts'
import { isRemote, type Launch } from '../../core/launch/launch.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { isFailed, LIST_NAMES, LISTS, type Entry, type List, type ListName } from '../../core/surface/surface.ts'
import { displaySafe } from '../../core/text.ts'
import { painter } from './paint.ts'
import { wrap } from './wrap.ts'

export type ShowContext = { readonly color: boolean; readonly columns?: number }

export function serverLines(name: string, { source, surface, adHoc }: Pin, context: ShowContext): string[] {
  const { package: from, launch, transport } = source
  const lines = [
    painter(context.color)('bold', displaySafe(name)),
    ...(from === undefined ? [] : [`  package: ${displaySafe(`${from.name}@${from.version}`)}`]),
    `  ${isRemote(launch) ? 'address' : 'launch'}: ${displaySafe(launchText(launch))}`,
    `  transport: ${displaySafe(transport)}${adHoc === true ? ', in no client config when it was pinned' : ''}`,
  ]
  if (surface === null) return [...lines, '  surface: not pinned']
  const { digest: _, instructions, tools, prompts, resources, resourceTemplates, ...others } = surface
  const lists = { tools, prompts, resources, resourceTemplates }
  return [
    ...lines,
    ...Object.entries(others).map(([key, value]) => jsonLine('  ', key, value)),
    ...(instructions === undefined ? [] : valueLines('  ', 'instructions', instructions, context)),
    ...LIST_NAMES.flatMap((list) => listLines(list, lists[list], context)),
  ]
}

function launchText(launch: Launch): string {
  if (isRemote(launch)) return [launch.url, ...(launch.headers === undefined ? [] : [`with ${launch.headers.join(', ')}`])].join(' ')
  const words = [launch.command, ...launch.args].map((word) => (/^[^\s"'\\]+$/.test(word) ? word : JSON.stringify(word)))
  return [...words, ...(launch.env === undefined ? [] : [`with ${launch.env.join(', ')}`])].join(' ')
}

function listLines(list: ListName, entries: List | undefined, context: ShowContext): string[] {
  if (entries === undefined) return []
  if (isFailed(entries)) return [`  ${list}: answered with error ${entries.$failed}`]
  const all = Object.values(entries)
  return all.length === 0 ? [`  ${list}: none`] : all.flatMap((entry) => ['', ...definitionLines(list, entry, context)])
}

/** A definition: what has a place of its own first, then every other member, so that nothing is left out. */
export function definitionLines(
  list: ListName,
  { definition, conditional }: Pick<Entry, 'definition' | 'conditional'>,
  context: ShowContext,
): string[] {
  const id = member(definition, LISTS[list].key)
  const { [LISTS[list].key]: _, title, description, inputSchema, ...others } = definition
  return [
    `  ${painter(context.color)('bold', `${list}/${displaySafe(typeof id === 'string' ? id : '')}`)}${conditional === true ? '  (only some clients are offered it)' : ''}`,
    ...(title === undefined ? [] : valueLines('    ', 'title', title, context)),
    ...(description === undefined ? [] : valueLines('    ', 'description', description, context)),
    ...(inputSchema === undefined ? [] : schemaLines('    ', inputSchema, context)),
    ...Object.entries(others).map(([key, value]) => jsonLine('    ', key, value)),
  ]
}

/** A text with its real line breaks, each line behind a bar that no server can forge; anything else as JSON. */
export function valueLines(indent: string, key: string, value: Json, context: ShowContext): string[] {
  if (typeof value !== 'string') return [jsonLine(indent, key, value)]
  return [`${indent}${key}:`, ...value.split('\n').flatMap((line) => wrap(`${indent}│ `, displaySafe(line), context.columns))]
}

function jsonLine(indent: string, key: string, value: Json): string {
  return `${indent}${displaySafe(unescapeKey(key))}: ${displaySafe(JSON.stringify(value))}`
}

function schemaLines(indent: string, schema: Json, context: ShowContext): string[] {
  if (!isObject(schema) || !isObject(member(schema, 'properties'))) return [jsonLine(indent, 'inputSchema', schema)]
  const { type, properties: _, required: __, ...others } = schema
  return [
    `${indent}arguments:${type === 'object' ? '' : ` ${displaySafe(JSON.stringify(type ?? null))}`}`,
    ...argumentLines(`${indent}  `, schema, context),
    ...Object.entries(others).map(([key, value]) => jsonLine(indent, `schema ${unescapeKey(key)}`, value)),
  ]
}

/** The properties of an object's schema, and theirs one step deeper. */
function argumentLines(indent: string, schema: JsonObject, context: ShowContext): string[] {
  const properties = member(schema, 'properties')
  const required = member(schema, 'required')
  const named = isObject(properties) ? Object.entries(properties) : []
  const isRequired = (name: string): boolean => Array.isArray(required) && required.includes(unescapeKey(name))
  const strange = (Array.isArray(required) ? required : required === undefined ? [] : [required]).filter(
    (name: Json) => typeof name !== 'string' || !isObject(properties) || !Object.hasOwn(properties, escapeKey(name)),
  )
  return [
    ...named.flatMap(([name, property]) => argumentLine(indent, name, property, isRequired(name), context)),
    ...(strange.length === 0 ? [] : [jsonLine(indent, 'also required', strange)]),
  ]
}

function argumentLine(indent: string, name: string, property: Json, isRequired: boolean, context: ShowContext): string[] {
  const head = `${indent}${painter(context.color)('bold', shownName(unescapeKey(name)))}`
  if (!isObject(property)) return [`${head}: ${displaySafe(JSON.stringify(property))}${isRequired ? ', required' : ''}`]
  const isNested = isObject(member(property, 'properties'))
  const { type, description, default: initial, ...others } = property
  const { properties: _, required: __, ...rest } = others
  const deeper = `${indent}  `
  return [
    `${head}: ${type === undefined ? 'any type' : displaySafe(typeof type === 'string' ? type : JSON.stringify(type))}${isRequired ? ', required' : ''}`,
    ...(description === undefined ? [] : valueLines(deeper, 'description', description, context)),
    ...(initial === undefined ? [] : [jsonLine(deeper, 'default', initial)]),
    ...Object.entries(isNested ? rest : others).map(([key, value]) => jsonLine(deeper, key, value)),
    ...(isNested ? argumentLines(deeper, property, context) : []),
  ]
}

function shownName(name: string): string {
  return displaySafe(/^[\w.$-]+$/.test(name) ? name : JSON.stringify(name))
}
