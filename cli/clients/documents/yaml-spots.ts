/** Where values stand in YAML. What an alias stands for has no text of its own there. */
import { isNode, isSeq, parseDocument } from 'yaml'
import type { Find, Spot } from './spots.ts'

export function yamlSpots(text: string): Find {
  const document = parseDocument(text, { version: '1.2', merge: false })
  return (path) => spotOf(document.getIn(path, true))
}

function spotOf(node: unknown): Spot | null {
  if (!isNode(node) || !node.range) return null
  const [start, end] = node.range
  if (!isSeq(node)) return { start, end, items: null, block: false }
  const items = node.items.map(spotOf).filter((item) => item !== null)
  return { start, end, items: items.length === node.items.length ? items : null, block: node.flow !== true }
}
