/** A line of a difference with its words marked, for a terminal. */
import type { Line } from '../../core/compare/text-diff.ts'

/** `{+added+}`, `[-removed-]`. `paint` colours a changed word. */
export function markedLine(line: Line, paint: (text: string) => string = (text) => text): string {
  const [open, close] = line.sign === '-' ? ['[-', '-]'] : ['{+', '+}']
  return line.parts.map(({ text, changed }) => (changed ? paint(`${open}${escapeMarks(text)}${close}`) : escapeMarks(text))).join('')
}

/** A text that holds our own marks cannot pass a changed word off as unchanged. */
function escapeMarks(text: string): string {
  return text.replace(/\{(?=\+)|\+(?=\})|\[(?=-)|-(?=\])/g, '$&\\')
}
