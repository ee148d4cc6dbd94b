/** How a client writes a server down: one table a client, one reader for all of them. */
import type { Transport } from '../../../core/launch/source.ts'
import { translate } from '../../../core/launch/template.ts'
import type { Draft, ProgramStart, Templates } from './entry.ts'
import type { Notation } from './notations.ts'
import type { Place } from '../documents/place.ts'
import { own } from '../../../core/json/json.ts'

/** What an entry's `type` says: one transport, either of the two over HTTP, whatever the members say, or no server of the config's. */
type Kind = Transport | 'http' | 'any' | 'built-in'

/** Where a program's words stand in an entry: members, deeper ones behind a `/`. */
export type ProgramMembers = {
  readonly command: string
  /** Null where `command` is the list of all words. */
  readonly args: string | null
  readonly env: string
  readonly cwd?: string
  readonly envFile?: string
}

export type Dialect = {
  /** The keys down to the servers. `*` stands for every folder of a project that has servers of its own. */
  readonly root: readonly string[]
  /** Whether the servers are a list whose items have a `name`. */
  readonly list?: true
  /** The first of them is what is written; the others are read where their `command` is there. */
  readonly program: readonly [ProgramMembers, ...ProgramMembers[]]
  /** The members that may hold an address, and what one without a `type` is; empty where the client knows no addresses. */
  readonly urls: { readonly [member: string]: Transport | 'http' }
  readonly headers: string
  readonly type: { readonly member: string; readonly values: { readonly [value: string]: Kind } }
  readonly notation: Notation
  /** The member that hands on a variable of the user's by its name, as it is written for `NAME`. */
  readonly passesOn?: string
  /** Where the values of variables, or of headers, are written otherwise than the words. */
  readonly envNotation?: Notation
  readonly headerNotation?: Notation
  /** A member that only an entry has which is the client's own. */
  readonly builtIn?: string
  /** Only where the client itself surely leaves such a server out: the member, and its value then. */
  readonly disabled?: readonly [member: string, value: boolean]
  /** What the client takes from the environment by members of their own. */
  readonly fromEnvironment?: (entry: Place) => { readonly env: Templates; readonly headers: Templates }
}

/** Where the words of an entry stand, and what they are: for those who read, and for those who write. */
export type Words = {
  readonly members: ProgramMembers
  readonly command: Place
  readonly args: readonly Place[]
  readonly env: Place
  /** The address, and what it is without a `type`; null for a program. */
  readonly url: { readonly place: Place; readonly kind: Transport | 'http' } | null
  readonly headers: Place
}

/** Most clients write a program, and what they start it with, like this. */
export const PROGRAM: ProgramMembers = { command: 'command', args: 'args', env: 'env', cwd: 'cwd' }

/** @throws LockError `CONFIG_INVALID`, where two clients could read the entry in two ways */
export function wordsOf(entry: Place, dialect: Dialect): Words {
  const [usual] = dialect.program
  const members = dialect.program.find(({ command, args }) => isWord(inside(entry, command), args === null)) ?? usual
  const command = inside(entry, members.command)
  const starts = Object.entries(dialect.urls).filter(([member]) => isSet(entry.at(member)))
  const present = [...(isSet(command) ? [members.command] : []), ...starts.map(([member]) => member)]
  if (present.length > 1) throw entry.invalid(`expected either \`${present.join('` or `')}\`, got both`)
  const words = members.args !== null || !isSet(command) ? [] : command.items()
  const args = members.args === null ? words.slice(1) : isSet(inside(entry, members.args)) ? inside(entry, members.args).items() : []
  const [[member, kind] = []] = starts
  return {
    members,
    command: words[0] ?? command,
    args,
    env: inside(entry, members.env),
    url: member === undefined || kind === undefined ? null : { place: entry.at(member), kind },
    headers: inside(entry, dialect.headers),
  }
}

/**
 * What the client would start, or null where it starts nothing by this entry.
 * @param folder where a program runs that names no folder; null for the root
 * @throws LockError `CONFIG_INVALID`
 */
export function readEntry(entry: Place, dialect: Dialect, folder: string | null): Draft | null {
  const { disabled, notation, type, fromEnvironment } = dialect
  if (disabled !== undefined && entry.at(disabled[0]).value === disabled[1]) return null
  const { values } = type
  const said = isSet(entry.at(type.member)) ? entry.at(type.member).text() : undefined
  const kind = said === undefined ? 'any' : own(values, said)
  if (kind === 'built-in' || (dialect.builtIn !== undefined && isSet(entry.at(dialect.builtIn)))) return null
  const words = wordsOf(entry, dialect)
  if (kind === undefined && (words.url !== null || Object.values(values).includes('built-in')))
    throw entry.at(type.member).invalid(`expected ${listed(Object.keys(values))}`)
  const more = fromEnvironment?.(entry) ?? { env: {}, headers: {} }
  if (words.url === null) {
    if (kind !== 'any' && kind !== 'stdio')
      throw entry.invalid(`expected ${listed([...Object.keys(dialect.urls), 'type: stdio'])}, got another type`)
    const program = readProgram(entry, words, dialect)
    return { start: { ...(folder === null ? {} : { cwd: folder }), ...program, env: { ...more.env, ...program.env } }, transport: 'stdio' }
  }
  if (kind === 'stdio') throw entry.at(type.member).invalid('expected the type of an address')
  const transport = kind === 'any' || kind === undefined ? words.url.kind : kind
  const headers = { ...templatesAt(words.headers, dialect.headerNotation ?? notation), ...more.headers }
  return {
    start: { kind: 'address', url: nonEmpty(words.url.place, notation), headers },
    transport: transport === 'http' ? null : transport,
  }
}

function readProgram(entry: Place, { members, command, args, env }: Words, { notation, envNotation }: Dialect): ProgramStart {
  const optional = (key: 'cwd' | 'envFile'): { [key in 'cwd' | 'envFile']?: string } => {
    const place = inside(entry, members[key] ?? '')
    return members[key] !== undefined && isSet(place) ? { [key]: templateOf(place, notation) } : {}
  }
  return {
    kind: 'program',
    command: nonEmpty(command, notation),
    args: args.map((place) => templateOf(place, notation)),
    env: templatesAt(env, envNotation ?? notation),
    ...optional('cwd'),
    ...optional('envFile'),
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

function templatesAt(map: Place, notation: Notation): Templates {
  return isSet(map) ? readTemplates(map, (place) => templateOf(place, notation)) : {}
}

function templateOf(place: Place, { pattern, reference }: Notation): string {
  const text = place.text()
  return translate(text, pattern, (match) => place.within(() => reference(match, place.file)))
}

function nonEmpty(place: Place, notation: Notation): string {
  const text = templateOf(place, notation)
  if (text.trim() === '') throw place.invalid('expected a text, got an empty one')
  return text
}

function inside(entry: Place, member: string): Place {
  return member.split('/').reduce((place, key) => place.at(key), entry)
}

function isWord({ value }: Place, whole: boolean): boolean {
  return whole ? Array.isArray(value) : typeof value === 'string'
}

function isSet(place: Place): boolean {
  return place.value !== undefined && place.value !== null
}

function listed(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(' or ')
}
