/** How the words of an entry are laid out in its text. */
import { escapeKey, isObject, type Json } from '../../../core/json/json.ts'
import type { Path } from '../../../core/json/pointer.ts'
import { wordsOf, type Words } from '../dialects/dialect.ts'
import { parseDocument, syntaxOf, type Syntax } from '../documents/document.ts'
import { placeOf } from './edit-configs.ts'
import { withValueAt } from '../documents/edit.ts'
import type { ServerEntry } from '../dialects/entry.ts'
import type { Place } from '../documents/place.ts'
import { spotsIn, type Spot } from '../documents/spots.ts'

export type Layout = {
  readonly text: string
  readonly syntax: Syntax
  readonly document: Json
  readonly place: Place
  readonly words: Words
  /** Null where the command is the first of the list. */
  readonly command: Spot | null
  readonly list: Spot | null
  readonly values: readonly string[]
  readonly raw: (spot: Spot) => string
  /** The document with other words; with null for a list, without the member. */
  readonly expect: (command: string, list: readonly string[] | null) => Json
}

/** @throws LockError `CONFIG_INVALID`, where the words have no text of their own */
export async function layoutOf(text: string, entry: ServerEntry): Promise<Layout> {
  const syntax = syntaxOf(entry.file)
  const document = await parseDocument(text, syntax, entry.file)
  const place = placeOf(document, entry)
  const words = wordsOf(place, entry.dialect)
  const find = await spotsIn(text, syntax)
  const { members } = words
  const listPath: Path = [...place.path, ...(members.args ?? members.command).split('/')]
  const whole = members.args === null
  const command = whole ? null : find(words.command.path)
  const list = find(listPath)
  const isList = whole || words.args.length > 0 || list !== null
  if ((!whole && command === null) || (isList && (list === null || list.items === null)))
    throw place.invalid('its words are written in a way that is not changed here')
  return {
    text,
    syntax,
    document,
    place,
    words,
    command,
    list,
    values: [...(whole ? [words.command] : []), ...words.args].map((place) => place.text()),
    raw: ({ start, end }) => text.slice(start, end),
    expect: (first, items) => {
      const named = whole ? document : withValueAt(document, words.command.path, first)
      return items === null ? withoutMember(named, listPath) : withValueAt(named, listPath, [...items])
    },
  }
}

/** What stands between an item that begins here and the next one. */
export function separatorAt(at: number, { text, list }: Layout): string {
  return list?.block === true ? `${lineEnd(text)}${' '.repeat(dashColumn(text, at))}- ` : ', '
}

/** Where the dash of a YAML item stands in its line. */
function dashColumn(text: string, item: number): number {
  const line = text.lastIndexOf('\n', item - 1) + 1
  return Math.max(text.slice(line, item).lastIndexOf('-'), 0)
}

/** What may stand between the command and a list of arguments that was not there before. */
export function leads({ text, command, words, syntax }: Layout): string[] {
  const name = words.members.args?.split('/').at(-1) ?? ''
  if (syntax === 'json') return [`, ${JSON.stringify(name)}: `]
  const start = command?.start ?? 0
  const head = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  const own = words.members.command.split('/').at(-1) ?? ''
  const at = head.lastIndexOf(own)
  const line = head.slice(0, at).replace(/-(?= )/g, ' ') + name + head.slice(at + own.length)
  return [`${lineEnd(text)}${line}`, syntax === 'toml' ? `, ${name} = ` : `, ${name}: `]
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function withoutMember(document: Json, path: Path): Json {
  const key = escapeKey(String(path.at(-1)))
  const parent = path.slice(0, -1)
  const holder = parent.reduce<Json>((value, part) => {
    if (Array.isArray(value)) return (value[Number(part)] as Json | undefined) ?? null
    return isObject(value) ? (value[escapeKey(String(part))] ?? null) : null
  }, document)
  if (!isObject(holder)) return document
  const { [key]: _, ...rest } = holder
  return withValueAt(document, parent, rest)
}
