/** Files that people write in YAML: every error names line and column. */
import { isMap, isNode, isScalar, LineCounter, visit, type Alias, type Document } from 'yaml'
import type { z } from 'zod'
import type { Code } from '../codes/codes.ts'
import { LockError } from '../codes/errors.ts'
import { parseYamlDocument } from '../json/yaml-document.ts'
import { meantIssue } from './meant-issue.ts'

/** What a schema makes of a document. @throws LockError of this code, with line and column */
export function readYaml<T>(text: string, schema: z.ZodType<T>, code: Code): T {
  const lines = new LineCounter()
  const document = parseYamlDocument(text, { lineCounter: lines })
  const refuse = (offset: number, ...words: string[]): never => {
    const { line, col } = lines.linePos(offset)
    throw new LockError(code, [`line ${line}, column ${col}`, ...words.filter((word) => word !== '')].join(': '))
  }
  for (const { pos, message } of [...document.errors, ...document.warnings]) refuse(pos[0], lowerFirst(message.split('\n')[0] ?? ''))
  checkKeys(document, refuse)
  const value = valueOf(document, refuse) ?? {}
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [first] = result.error.issues
  const issue = first === undefined ? undefined : meantIssue(first, value)
  return refuse(offsetOf(document, issue), issue?.path.join('.') ?? '', lowerFirst(issue?.message ?? ''))
}

type Refuse = (offset: number, message: string) => never

/** Keys that are no names, which the parser would make into some. */
function checkKeys(document: Document, refuse: Refuse): void {
  visit(document, {
    Pair: (_, { key }) => {
      const isName = isScalar(key) && key.value !== null && key.value !== '__proto__'
      if (!isName) refuse(isNode(key) ? (key.range?.[0] ?? 0) : 0, 'expected a name as a key')
    },
  })
}

/** The value with its aliases resolved, of which a few lines can hold a great many. */
function valueOf(document: Document, refuse: Refuse): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    const found: Alias[] = []
    visit(document, { Alias: (_, alias) => void found.push(alias) })
    const unknown = found.find((alias) => alias.resolve(document) === undefined)
    return refuse((unknown ?? found[0])?.range?.[0] ?? 0, unknown === undefined ? 'too many aliases' : 'an alias of nothing')
  }
}

/** The offset of the unknown key, else of the deepest node on the path, for an issue may lie in something that is not there. */
function offsetOf(document: Document, issue: z.core.$ZodIssue | undefined): number {
  const path = issue?.path ?? []
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const map = document.getIn(path, true)
  const key = isMap(map) ? map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === unknown)?.key : undefined
  if (isNode(key) && key.range) return key.range[0]
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
