/** Where the values of a config stand in its text, the same for every syntax. */
import type { Node } from 'jsonc-parser'
import type { Path } from '../../../core/json/pointer.ts'
import type { Syntax } from './document.ts'

/** Offsets in the text; `end` is behind the last character. */
export type Spot = {
  readonly start: number
  readonly end: number
  /** The items of a list, in order; null for every other value. */
  readonly items: readonly Spot[] | null
  /** Whether it is a YAML block, with an item a line. */
  readonly block: boolean
}

/** The spot of the value at a path of received keys and indices, null where no text of its own stands for it. */
export type Find = (path: Path) => Spot | null

/** Of a text that `parseDocument` accepts. */
export async function spotsIn(text: string, syntax: Syntax): Promise<Find> {
  const mark = text.startsWith('\ufeff') ? 1 : 0
  const find = await parse(text.slice(mark), syntax)
  return (path) => {
    const spot = find(path)
    return spot === null || mark === 0 ? spot : shifted(spot, mark)
  }
}

async function parse(text: string, syntax: Syntax): Promise<Find> {
  switch (syntax) {
    case 'json':
      return jsonSpots(text)
    case 'toml':
      return (await import('./toml-spots.ts')).tomlSpots(text)
    case 'yaml':
      return (await import('./yaml-spots.ts')).yamlSpots(text)
  }
}

async function jsonSpots(text: string): Promise<Find> {
  const { parseTree, findNodeAtLocation } = await import('jsonc-parser')
  const root = parseTree(text, [], { allowTrailingComma: true })
  return (path) => {
    const node = root === undefined ? undefined : findNodeAtLocation(root, [...path])
    return node === undefined ? null : spotOf(node)
  }
}

function spotOf({ type, offset, length, children = [] }: Node): Spot {
  return { start: offset, end: offset + length, items: type === 'array' ? children.map(spotOf) : null, block: false }
}

function shifted({ start, end, items, block }: Spot, by: number): Spot {
  return { start: start + by, end: end + by, items: items?.map((item) => shifted(item, by)) ?? null, block }
}
