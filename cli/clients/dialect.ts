/** How a client writes its servers down: one table a client, one reader for those that use JSON alike. */
import type { Transport } from '../../core/source.ts'
import type { Syntax } from './document.ts'
import type { AddressStart, ProgramStart, Start, Templates } from './entry.ts'
import type { Place } from './place.ts'

export type Draft = { readonly start: Start; readonly transport: Transport | null }

export type Dialect = {
  readonly client: string
  /** In the project's root, with slashes. */
  readonly file: string
  readonly syntax: Syntax
  /** The member that holds the servers by name. */
  readonly root: string
  /** Only where the client itself leaves such a server out: Claude Code, Cursor, VS Code and Gemini CLI start one with `disabled`. */
  readonly isDisabled?: (entry: Place) => boolean
  readonly read: (entry: Place) => Draft
}

/** What the JSON dialects differ in. */
export type JsonTable = {
  /** A string in the client's notation as a template in ours. */
  readonly template: (place: Place) => string
  /** What each `type` means for an entry with an address; `undefined` is the entry without one. */
  readonly transport: (type: string | undefined) => Transport | null | undefined
  readonly envFile: boolean
}

/** An entry with `command` is a program, one with `url` an address; one with both would be read differently by two clients. */
export function readJsonEntry(entry: Place, table: JsonTable): Draft {
  const type = entry.has('type') ? entry.at('type').text() : undefined
  if (entry.has('command') && entry.has('url')) throw entry.invalid('expected either `command` or `url`, got both')
  if (!entry.has('url')) {
    if (type !== undefined && type !== 'stdio') throw entry.invalid('expected `url`, for the type is not `stdio`')
    return { start: readProgram(entry, table.template, table.envFile), transport: 'stdio' }
  }
  const transport = table.transport(type)
  if (transport === undefined) throw entry.at('type').invalid('expected `http` or `sse`')
  return { start: readAddress(entry, entry.at('url'), table.template), transport }
}

export function readProgram(entry: Place, template: (place: Place) => string, envFile: boolean): ProgramStart {
  const args = entry.has('args') ? entry.at('args').items().map(template) : []
  const env = entry.has('env') ? readTemplates(entry.at('env'), template) : {}
  return {
    kind: 'program',
    command: nonEmpty(entry.at('command'), template),
    args,
    env,
    ...(isSet(entry.at('cwd')) ? { cwd: template(entry.at('cwd')) } : {}),
    ...(envFile && isSet(entry.at('envFile')) ? { envFile: template(entry.at('envFile')) } : {}),
  }
}

export function readAddress(entry: Place, url: Place, template: (place: Place) => string): AddressStart {
  return {
    kind: 'address',
    url: nonEmpty(url, template),
    headers: entry.has('headers') ? readTemplates(entry.at('headers'), template) : {},
  }
}

/** Numbers count as their text and null as nothing, as the clients take them. */
export function readTemplates(map: Place, template: (place: Place) => string): Templates {
  const texts: [string, string][] = []
  for (const [name, place] of map.entries()) {
    if (place.value === null) continue
    texts.push([name, typeof place.value === 'number' ? String(place.value) : template(place)])
  }
  return Object.fromEntries(texts)
}

function nonEmpty(place: Place, template: (place: Place) => string): string {
  const text = template(place)
  if (text.trim() === '') throw place.invalid('expected a text, got an empty one')
  return text
}

function isSet(place: Place): boolean {
  return place.value !== undefined && place.value !== null
}
