/** Putting a member into YAML: what is there stays, to the byte. */
import { isMap, isScalar, isSeq, parseDocument, stringify, type Node, type YAMLMap } from 'yaml'

export type YamlValue = string | number | readonly YamlValue[] | { readonly [key: string]: YamlValue }

/**
 * The text with a value at a path of keys: it takes the place of a scalar, a list joins the list that is there, and
 * what is new stands behind what its map has. The caller reads the result again: YAML can be written so that this comes out wrong.
 * @returns null where something else stands in the way
 */
export function putInYaml(text: string, path: readonly string[], value: YamlValue): string | null {
  const [head = '', ...rest] = path
  const { contents } = parseDocument(text)
  if (contents === null || (isScalar(contents) && contents.value === null))
    return insert(text, text.length, blockLines(pairOf(head, rest, value), 0))
  return putInNode(text, contents, path, value)
}

function putInNode(text: string, node: Node, path: readonly string[], value: YamlValue): string | null {
  const [head, ...rest] = path
  const [start, end] = node.range ?? [0, 0]
  if (head === undefined) {
    if (isScalar(node)) return text.slice(0, start) + JSON.stringify(value) + text.slice(end)
    return isSeq(node) && Array.isArray(value) ? join(text, node, value) : null
  }
  if (!isMap(node)) return null
  const held = valueAt(node, head)
  return held === undefined ? join(text, node, pairOf(head, rest, value)) : putInNode(text, held, rest, value)
}

function valueAt(map: YAMLMap, key: string): Node | undefined {
  const value: unknown = map.get(key, true)
  return value === undefined || value === null ? undefined : (value as Node) // `true` asks for the node
}

/** Entries behind those that a list or map has. */
function join(text: string, { range, flow, items }: Node & { flow?: boolean; items: unknown[] }, more: YamlValue): string {
  const [start, end] = range ?? [0, 0]
  if (flow !== true) return insert(text, end, blockLines(more, columnOf(text, start)))
  const inner = JSON.stringify(more).slice(1, -1)
  return text.slice(0, end - 1) + (items.length === 0 ? inner : `, ${inner}`) + text.slice(end - 1)
}

function columnOf(text: string, at: number): number {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return line.startsWith('\ufeff') ? line.length - 1 : line.length
}

function pairOf(key: string, path: readonly string[], value: YamlValue): YamlValue {
  return [key, ...path].reduceRight<YamlValue>((inner, name) => ({ [name]: inner }), value)
}

function blockLines(value: YamlValue, column: number): string[] {
  return yamlLines(value).map((line) => (line === '' ? '' : ' '.repeat(column) + line))
}

/** A value in block style, with each long text on one line. */
export function yamlLines(value: YamlValue): string[] {
  return stringify(value, { lineWidth: 0 }).trimEnd().split('\n')
}

/** Whole lines at a place, or behind the line that it lies in. */
function insert(text: string, at: number, lines: readonly string[]): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const starts = at === 0 || text[at - 1] === '\n'
  const feed = starts ? at - 1 : text.indexOf('\n', at)
  const place = feed < 0 && !starts ? text.length : feed + 1
  const before = text.slice(0, place)
  const gap = before === '' || before.endsWith('\n') ? '' : end
  return before + gap + lines.map((line) => line + end).join('') + text.slice(place)
}
