/** JSON as `JSON.stringify(value, null, 2)` writes it, in the order of its members, with invisible and bidirectional characters escaped. */
import type { Json } from '../../core/json/json.ts'
import { quote } from '../../core/text.ts'

export function escapedJson(value: Json, indent = '\n'): string {
  if (typeof value === 'string') return text(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const deeper = `${indent}  `
  const items = Array.isArray(value)
    ? value.map((item: Json) => escapedJson(item, deeper))
    : Object.entries(value).map(([key, item]) => `${text(key)}: ${escapedJson(item, deeper)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return items.length === 0 ? `${open}${close}` : `${open}${deeper}${items.join(`,${deeper}`)}${indent}${close}`
}

/** What CI runners take for a command wherever it stands in a line of output is broken up, as by `displaySafe`, and still the same text. */
function text(value: string): string {
  return quote(value).replaceAll(/##(?=\w*\[)/g, String.raw`#\u0023`)
}
