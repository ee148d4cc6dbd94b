/** Breaks a text at spaces; a word longer than a line stays whole. Without `columns`, or with few, nothing is broken. */
export function wrap(first: string, text: string, columns: number | undefined, next = first): string[] {
  if (columns === undefined || columns - next.length < 20) return [first + text]
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = next + word
    } else {
      line += isEmpty ? word : ` ${word}`
    }
    isEmpty = false
  }
  return [...lines, line]
}
