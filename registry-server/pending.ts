/** What too few people have approved. */
import { versionsNamed, type Catalog, type Version } from './catalog.ts'
import { formatCursor, parseCursor } from './parameters.ts'

type Pending = { readonly versions: readonly Version[]; /** Null where there is no more. */ readonly next: string | null }

/** Versions looked through for one page, so that a page costs the same in every registry. */
const LOOKED_THROUGH = 300

/** In the order of the list. A page may be short, or empty, and not be the last. */
export async function pendingVersions(catalog: Catalog, cursor: string | undefined, limit: number): Promise<Pending> {
  const listed = await catalog.store.list({ search: '', after: parseCursor(cursor), limit: LOOKED_THROUGH, latestOnly: false })
  const named = new Map<string, readonly Version[]>()
  const versions: Version[] = []
  for (const one of listed) {
    const all = named.get(one.name) ?? (await versionsNamed(catalog, one.name))
    named.set(one.name, all)
    const version = all.find(({ state }) => state.digest === one.manifest)
    if (version !== undefined && isPending(version, catalog)) versions.push(version)
    if (versions.length === limit) return { versions, next: formatCursor(one) }
  }
  const last = listed.at(-1)
  return { versions, next: last === undefined || listed.length < LOOKED_THROUGH ? null : formatCursor(last) }
}

function isPending({ state }: Version, { policy: { rules } }: Catalog): boolean {
  return state.revoked === null && state.approvals.length < rules.approvals
}
