/** What differs in one finding, as lines: texts by words, everything else as the lock lays it out. */
import type { Finding } from '../../core/compare/finding.ts'
import { formatJson } from '../../core/json/notation.ts'
import type { Json } from '../../core/json/json.ts'
import { diffText, oneSide, type Line } from './text-diff.ts'

export function findingLines({ before, after }: Finding): Line[] {
  if (typeof before === 'string' && typeof after === 'string') return diffText(before, after)
  if (isTree(before) && isTree(after)) return diffText(layout(before), layout(after))
  return [...(before === undefined ? [] : oneSide('-', layout(before))), ...(after === undefined ? [] : oneSide('+', layout(after)))]
}

/** A line with its words marked: `{+added+}`, `[-removed-]`. `paint` colours a changed word. */
export function markedLine(line: Line, paint: (text: string) => string = (text) => text): string {
  const [open, close] = line.sign === '-' ? ['[-', '-]'] : ['{+', '+}']
  return line.parts.map(({ text, changed }) => (changed ? paint(`${open}${text}${close}`) : text)).join('')
}

function isTree(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null
}

function layout(value: Json | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  return formatJson(value).trimEnd()
}
