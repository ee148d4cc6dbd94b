/** The list of versions, looked through for those that are wanted as they stand now. */
import { versionsNamed, type Catalog, type Version } from './catalog.ts'
import { formatCursor, nextCursor } from './parameters.ts'
import type { Page } from './store.ts'

export type Found = { readonly versions: readonly Version[]; /** A cursor; null where there is no more. */ readonly next: string | null }

/** Versions looked through for one page, so that a page costs the same in every registry. */
const LOOKED_THROUGH = 500

/** In the order of the list. A page may be short, or empty, and not be the last. */
export async function lookThrough(
  catalog: Catalog,
  page: Omit<Page, 'limit' | 'latestOnly'>,
  limit: number,
  isWanted: (version: Version) => boolean,
): Promise<Found> {
  const listed = await catalog.store.list({ ...page, latestOnly: false, limit: LOOKED_THROUGH })
  const named = new Map<string, readonly Version[]>()
  const versions: Version[] = []
  for (const [i, one] of listed.entries()) {
    const all = named.get(one.name) ?? (await versionsNamed(catalog, one.name))
    named.set(one.name, all)
    const version = all.find(({ state }) => state.digest === one.manifest)
    if (version !== undefined && isWanted(version)) versions.push(version)
    if (versions.length === limit && i + 1 < listed.length) return { versions, next: formatCursor(one) }
  }
  return { versions, next: nextCursor(listed, LOOKED_THROUGH) }
}
