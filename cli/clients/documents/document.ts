/** Config files as values: JSON, JSON with comments, TOML, YAML. Parsers other than our own load where they are needed. */
import type { Node, ParseError } from 'jsonc-parser'
import { LockError } from '../../../core/codes/errors.ts'
import { escapeKey, MAX_DEPTH, parseStrict, type Json } from '../../../core/json/json.ts'
import { displaySafe } from '../../../core/text.ts'

export type Syntax = 'json' | 'toml' | 'yaml'

/** By the file's name. */
export function syntaxOf(file: string): Syntax {
  return file.endsWith('.toml') ? 'toml' : /\.ya?ml$/.test(file) ? 'yaml' : 'json'
}

/**
 * A document in stored form (core/json/json.ts); a key that stands twice is refused in every syntax.
 * @throws LockError `CONFIG_INVALID`, with file, line and column
 */
export async function parseDocument(text: string, syntax: Syntax, file: string): Promise<Json> {
  switch (syntax) {
    case 'json':
      return parseJson(text, file)
    case 'toml':
      return (await import('./toml.ts')).parseToml(withoutMark(text), file)
    case 'yaml':
      return (await import('./yaml.ts')).parseYaml(withoutMark(text), file)
  }
}

async function parseJson(text: string, file: string): Promise<Json> {
  const json = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text
  try {
    return parseStrict(json)
  } catch (error) {
    if (!(error instanceof LockError)) throw error
    if (error.code !== 'JSON_INVALID')
      throw invalid(
        file,
        text,
        Number(/ at offset (\d+)$/.exec(error.message)?.[1] ?? 0),
        error.message.replace(/ at offset \d+$/, ''),
        error,
      )
  }
  return parseCommented(json, file)
}

/** What a program that ignores comments and trailing commas reads. */
async function parseCommented(text: string, file: string): Promise<Json> {
  const { parseTree, printParseErrorCode } = await import('jsonc-parser')
  const errors: ParseError[] = []
  let root: Node | undefined
  try {
    root = parseTree(text, errors, { allowTrailingComma: true })
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw invalid(file, text, 0, 'nested too deep', cause)
  }
  const [first] = errors
  if (first !== undefined) throw invalid(file, text, first.offset, `malformed JSON: ${spaced(printParseErrorCode(first.error))}`)
  if (root === undefined) throw invalid(file, text, 0, 'expected a JSON object, got an empty file')
  return fromNode(root, text, file, 0)
}

function fromNode(node: Node, text: string, file: string, depth: number): Json {
  if (depth > MAX_DEPTH) throw invalid(file, text, node.offset, `nested deeper than ${MAX_DEPTH}`)
  const children = node.children ?? []
  if (node.type === 'array') return children.map((child) => fromNode(child, text, file, depth + 1))
  if (node.type !== 'object') return parseLeaf(node, text, file)
  const object: Record<string, Json> = {}
  for (const { children: [name, value] = [], offset } of children) {
    if (name === undefined || value === undefined) throw invalid(file, text, offset, 'expected a key with a value')
    const key = escapeKey(textOf(parseLeaf(name, text, file)))
    if (key === '__proto__') throw invalid(file, text, offset, 'the key `__proto__`')
    if (Object.hasOwn(object, key)) throw invalid(file, text, offset, `a second key ${JSON.stringify(key.slice(0, 60))}`)
    object[key] = fromNode(value, text, file, depth + 1)
  }
  return object
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** jsonc-parser is told the bounds of a leaf; what stands there is read as strictly as anywhere. */
function parseLeaf(node: Node, text: string, file: string): Json {
  try {
    return parseStrict(text.slice(node.offset, node.offset + node.length))
  } catch (cause) {
    throw invalid(file, text, node.offset, 'malformed JSON', cause)
  }
}

function invalid(file: string, text: string, offset: number, message: string, cause?: unknown): LockError {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  const column = (before.at(-1) ?? '').length + 1
  return new LockError('CONFIG_INVALID', `${displaySafe(file)}:${before.length}:${column}: ${message}`, { cause })
}

function spaced(code: string): string {
  return code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase()
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
