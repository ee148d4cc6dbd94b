/** Where in a lock's text something stands, found by its layout alone: each member and element begins a line. */
import { escapeKey } from '../../core/json/json.ts'
import { parsePointer } from '../../core/json/pointer.ts'
import { quote } from '../../core/text.ts'
import type { Finding, LockVerdict } from '../../core/compare/finding.ts'
import type { Context } from './report.ts'

type Place = { readonly server: string; readonly subject?: string | undefined; readonly pointer?: string | undefined }

/** The line of the lock at which a finding stands; the first, where it is not about a server. */
export function findLine(lock: LockVerdict, { lockText }: Context): (server: string | null, finding: Finding) => number {
  const text = lockText?.(lock.path)
  const find = text === undefined ? null : lockLines(text)
  return (server, { subject, pointer }) => (server === null || subject === 'policy' ? 1 : (find?.({ server, subject, pointer }) ?? 1))
}

const INDEX = /^(?:0|[1-9]\d*)$/
const LISTS = new Set(['tools', 'prompts', 'resources', 'resourceTemplates'])

/** Finds the line, from 1, of a place, or of its deepest ancestor that is there. */
export function lockLines(text: string): (place: Place) => number {
  const lines = text.split('\n')
  const cache = new Map<number, ReadonlyMap<string, number>>()
  const childrenOf = (line: number): ReadonlyMap<string, number> => {
    const known = cache.get(line) ?? scan(lines, line)
    cache.set(line, known)
    return known
  }
  return (place) => {
    let line = 0
    for (const key of path(place)) {
      const children = childrenOf(line)
      const child = children.get(quote(key)) ?? (INDEX.test(key) ? children.get(key) : undefined)
      if (child === undefined) break
      line = child
    }
    return line + 1
  }
}

/** The lines on which the members or elements of what opens on `start` begin: by key, spelled as in the lock, or by index. */
function scan(lines: readonly string[], start: number): ReadonlyMap<string, number> {
  const children = new Map<string, number>()
  const opening = lines[start] ?? ''
  const isArray = opening.endsWith('[')
  if (!isArray && !opening.endsWith('{')) return children
  const outer = indentOf(opening)
  for (let i = start + 1; i < lines.length; i++) {
    const line = lines[i] ?? ''
    const indent = indentOf(line)
    if (indent <= outer) break
    if (indent !== outer + 2 || /^ *[\]}]/.test(line)) continue
    const key = isArray ? String(children.size) : /^ *("(?:[^"\\]|\\.)*"): /.exec(line)?.[1]
    if (key !== undefined) children.set(key, i)
  }
  return children
}

function indentOf(line: string): number {
  let indent = 0
  while (line.charCodeAt(indent) === 0x20) indent++
  return indent
}

/** Stored keys and indices from the whole lock on. */
function path({ server, subject, pointer }: Place): string[] {
  const below = parsePointer(pointer ?? '') ?? []
  const start = ['servers', server]
  if (subject === undefined) return start
  if (subject === 'source') return [...start, 'source', ...below]
  const slash = subject.indexOf('/')
  const kind = slash < 0 ? subject : subject.slice(0, slash)
  const name = slash < 0 ? [] : [escapeKey(subject.slice(slash + 1)), ...(LISTS.has(kind) ? ['definition'] : [])]
  return [...start, 'surface', kind, ...name, ...below.map(escapeKey)]
}
