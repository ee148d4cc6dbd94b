/** Whose a named file is: by its place among the clients', else by what stands in it. */
import { syntaxOf } from './documents/document.ts'
import { CLIENTS } from './dialects/index.ts'
import type { Reader } from './locate.ts'
import type { Place } from './documents/place.ts'
import { serversIn } from './servers-in.ts'

/** Readers for a file that was named; one that says nothing of itself is read as the first client's of its syntax. */
export function readersFor(file: string, document: Place): readonly Reader[] {
  const all = CLIENTS.flatMap(({ name: client, files }) =>
    files.flatMap(({ dialect, project, user }) =>
      [project, ...Object.values(user ?? {})].flatMap((path) =>
        typeof path === 'string' ? [{ client, dialect, tail: tailOf(path), syntax: syntaxOf(path) }] : [],
      ),
    ),
  )
  const path = `/${file.replaceAll('\\', '/')}`
  const placed = all.filter(({ tail }) => fits(path, tail))
  if (placed.length > 0) return unique(placed)
  const kin = all.filter(({ syntax }) => syntax === syntaxOf(file))
  const holding = kin.filter((reader) => reader.dialect.root.length > 0 && serversIn(document, [reader]).length > 0)
  const sameName = holding.filter(({ tail }) => tail.split('/').at(-1) === path.split('/').at(-1))
  const [chosen] = new Set(sameName.map(({ dialect }) => dialect)).size === 1 ? sameName : holding.length > 0 ? holding : kin
  return chosen === undefined ? [] : [{ client: chosen.client, dialect: chosen.dialect }]
}

/** What of a place is the client's own, and not the user's. */
function tailOf(path: string): string {
  return path.replace(/^(?:~|\$\{[^}]*\}(?=\/))?\/?/, '')
}

function fits(path: string, tail: string): boolean {
  const [folder = '', rest] = tail.split('*')
  if (rest === undefined) return path.endsWith(`/${tail}`)
  const start = path.lastIndexOf(`/${folder}`)
  return start >= 0 && path.endsWith(rest) && !path.slice(start + folder.length + 1, -rest.length).includes('/')
}

function unique(readers: readonly Reader[]): readonly Reader[] {
  const seen = new Map(readers.map(({ client, dialect }) => [dialect, { client, dialect }]))
  return [...seen.values()]
}
