/** Who else serves what is about to be published: a copy that takes somebody's place, or the original. */
import { counted } from '../../core/compare/wording.ts'
import { nameKey, type Manifest } from '../../core/registry/index.ts'
import { entriesOf, LIST_NAMES } from '../../core/surface/surface.ts'
import { displaySafe } from '../../core/text.ts'
import type { Desk } from './desk.ts'

/** Digests that are asked about; a server has more definitions than this only by way of exception. */
const MOST = 200
const AT_ONCE = 8

/** A line for each other name that serves the same definitions or descriptions. */
export async function lookAlikeLines({ name, surface }: Manifest, { api }: Desk): Promise<string[]> {
  const all = LIST_NAMES.flatMap((list) => Object.values(entriesOf(surface[list]) ?? {}))
  const digests = [
    ...new Set(all.flatMap(({ digest, parts }) => [digest, ...(parts?.description === undefined ? [] : [parts.description])])),
  ]
  const asked = digests.slice(0, MOST)
  const shared = new Map<string, Set<string>>()
  for (let i = 0; i < asked.length; i += AT_ONCE) {
    const found = await Promise.all(asked.slice(i, i + AT_ONCE).map((digest) => api.matches(digest)))
    for (const other of found.flat().filter((one) => nameKey(one.name) !== nameKey(name)))
      shared.set(other.name, (shared.get(other.name) ?? new Set()).add(other.subject))
  }
  return [...shared].map(([other, subjects]) => {
    const [first = ''] = subjects
    const more = subjects.size === 1 ? '' : ` and ${subjects.size - 1} more`
    return `${displaySafe(other, 300)} serves the same ${displaySafe(first, 200)}${more}: ${counted(subjects.size, 'definition')} or its description`
  })
}
