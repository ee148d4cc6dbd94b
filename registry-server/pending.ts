/** What too few people have approved. */
import type { Catalog } from './catalog.ts'
import { lookThrough, type Found } from './look-through.ts'
import { parseCursor } from './parameters.ts'

export function pendingVersions(catalog: Catalog, cursor: string | undefined, limit: number): Promise<Found> {
  const { approvals } = catalog.policy.rules
  const page = { search: '', after: parseCursor(cursor) }
  return lookThrough(catalog, page, limit, ({ state }) => state.revoked === null && state.approvals.length < approvals)
}
