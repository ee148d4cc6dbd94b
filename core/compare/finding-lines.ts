/** What differs in one finding, as lines: texts by words, everything else as the lock lays it out. */
import type { Finding } from './finding.ts'
import { formatJson } from '../json/notation.ts'
import type { Json } from '../json/json.ts'
import { diffText, oneSide, type Line } from './text-diff.ts'

export function findingLines({ before, after }: Finding): Line[] {
  if (typeof before === 'string' && typeof after === 'string') return diffText(before, after)
  if (isTree(before) && isTree(after)) return diffText(layout(before), layout(after))
  return [...(before === undefined ? [] : oneSide('-', layout(before))), ...(after === undefined ? [] : oneSide('+', layout(after)))]
}

function isTree(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null
}

function layout(value: Json | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  return formatJson(value).trimEnd()
}
