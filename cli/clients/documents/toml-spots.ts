/** Where values stand in TOML: in tables, dotted keys, inline tables and arrays alike. */
import { parseTOML, type AST } from 'toml-eslint-parser'
import type { Path } from '../../../core/json/pointer.ts'
import type { Find, Spot } from './spots.ts'

export function tomlSpots(text: string): Find {
  const [top] = parseTOML(text).body
  return (path) => {
    for (const node of top.body) {
      const found = node.type === 'TOMLTable' ? inEntries(node.body, node.resolvedKey, path) : inEntries([node], [], path)
      if (found !== null) return spotOf(found)
    }
    return null
  }
}

function inEntries(entries: readonly AST.TOMLKeyValue[], at: Path, path: Path): AST.TOMLContentNode | null {
  for (const { key, value } of entries) {
    const place = [...at, ...key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value))]
    const found = inValue(value, place, path)
    if (found !== null) return found
  }
  return null
}

function inValue(value: AST.TOMLContentNode, at: Path, path: Path): AST.TOMLContentNode | null {
  if (!at.every((key, i) => key === path[i])) return null
  const next = path[at.length]
  if (next === undefined) return value
  if (value.type === 'TOMLInlineTable') return inEntries(value.body, at, path)
  const item = value.type === 'TOMLArray' && typeof next === 'number' ? value.elements[next] : undefined
  return item === undefined ? null : inValue(item, [...at, next], path)
}

function spotOf({ range: [start, end], ...node }: AST.TOMLContentNode): Spot {
  return { start, end, items: node.type === 'TOMLArray' ? node.elements.map(spotOf) : null, block: false }
}
