/** Where the servers of a document stand, by the tables of the clients that read it. */
import { formatPointer } from '../../core/json/pointer.ts'
import { isObject } from '../../core/json/json.ts'
import type { Dialect } from './dialects/dialect.ts'
import type { Reader } from './locate.ts'
import type { Place } from './documents/place.ts'

export type Found = {
  readonly name: string
  readonly place: Place
  /** The project's folder that the server is for; null where the config is one project's, or no project's. */
  readonly folder: string | null
  readonly readers: readonly Reader[]
}

/** Each server once, with the clients that find it at this place. */
export function serversIn(document: Place, readers: readonly Reader[]): readonly Found[] {
  const found = new Map<string, Found>()
  const wrapped = readers.filter(({ dialect: { root } }) => root.length > 0 && at(document, root).value !== undefined)
  for (const reader of readers) {
    const { dialect } = reader
    if (dialect.root.length === 0 && wrapped.some(({ client }) => client === reader.client)) continue
    for (const { name, place, folder } of entriesOf(document, dialect)) {
      const key = formatPointer(place.path)
      found.set(key, { name, place, folder, readers: [...(found.get(key)?.readers ?? []), reader] })
    }
  }
  return [...found.values()]
}

function entriesOf(document: Place, dialect: Dialect): Omit<Found, 'readers'>[] {
  const each = dialect.root.indexOf('*')
  if (each < 0) return named(at(document, dialect.root), dialect).map((one) => ({ ...one, folder: null }))
  const projects = at(document, dialect.root.slice(0, each))
  if (projects.value === undefined) return []
  return projects
    .entries()
    .flatMap(([folder, project]) =>
      named(at(project, dialect.root.slice(each + 1)), dialect).map(({ name, place }) => ({ name: `${name}@${folder}`, place, folder })),
    )
}

function named(servers: Place, { list, root }: Dialect): { readonly name: string; readonly place: Place }[] {
  if (servers.value === undefined) return []
  if (list !== undefined) return servers.items().map((place) => ({ name: place.at('name').text(), place }))
  const entries = servers.entries().map(([name, place]) => ({ name, place }))
  return root.length > 0 ? entries : entries.filter(({ place }) => isObject(place.value) && (place.has('command') || place.has('url')))
}

function at(document: Place, keys: readonly string[]): Place {
  return keys.reduce((place, key) => place.at(key), document)
}
