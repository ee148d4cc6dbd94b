/** Changes of a config's text that leave every other byte as it is: comments, order, indentation, line ends. */
import { isDeepStrictEqual } from 'node:util'
import { escapeKey, isObject, type Json } from '../../../core/json/json.ts'
import type { Path } from '../../../core/json/pointer.ts'
import { parseDocument, syntaxOf, type Syntax } from './document.ts'
import { spotsIn } from './spots.ts'

/** The text from `start` up to `end` becomes another one. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string }

/**
 * The text with the splices, which must not overlap; null where it then reads as anything but `expected`.
 * @param file its name, which tells the syntax
 */
export async function spliced(text: string, splices: readonly Splice[], file: string, expected: Json): Promise<string | null> {
  let edited = text
  for (const { start, end, text: part } of splices.toSorted((a, b) => b.start - a.start)) {
    edited = edited.slice(0, start) + part + edited.slice(end)
  }
  const read = await parseDocument(edited, syntaxOf(file), file).catch(() => null)
  return isDeepStrictEqual(read, expected) ? edited : null
}

/** The text with another string at a path, null where that is written in a way that cannot be changed alone. */
export async function withString(text: string, document: Json, path: Path, value: string, file: string): Promise<string | null> {
  const syntax = syntaxOf(file)
  const spot = (await spotsIn(text, syntax))(path)
  if (spot === null) return null
  const { start, end } = spot
  return spliced(text, [{ start, end, text: written(value, text.slice(start, end), syntax) }], file, withValueAt(document, path, value))
}

/** A copy of a document with another value at a path. */
export function withValueAt(value: Json, [key, ...rest]: Path, after: Json): Json {
  if (key === undefined) return after
  if (Array.isArray(value)) return value.map((item: Json, i) => (i === key ? withValueAt(item, rest, after) : item))
  if (!isObject(value)) return value
  const stored = escapeKey(String(key))
  return { ...value, [stored]: withValueAt(value[stored] ?? null, rest, after) }
}

/** YAML reads these, bare, as what they look like and as nothing else. */
const PLAIN = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[a-z][\w@./+-]*$/i

/** A string in the quotes of another one, or in double quotes where it cannot stand in those. */
export function written(value: string, like: string, syntax: Syntax): string {
  const quoted = JSON.stringify(value)
  const single = like.startsWith("'") && !/['\p{Cc}]/u.test(value)
  if (syntax !== 'json' && single) return `'${value}'`
  return syntax === 'yaml' && !like.startsWith('"') && PLAIN.test(value) ? value : quoted
}
