/** Pages of what the registry offers, for the MCP registry API. */
import { z } from 'zod'
import { LockError } from '../core/codes/errors.ts'
import { isOffered, type Catalog, type Version } from './catalog.ts'
import { lookThrough } from './look-through.ts'
import { parseCursor } from './parameters.ts'

/** What all pages of one list are asked for. Cursors hold it: clients do not say it twice. */
const asked = z.strictObject({
  /** `Page.search` */
  search: z.string().max(200),
  /** Milliseconds of the epoch. */
  since: z.int().min(0),
  /** `latest`, a version, or '' for all. */
  version: z.string().max(255),
  deleted: z.boolean(),
})

const place = z.strictObject({ asked, after: z.string().max(500) })
export type Place = z.infer<typeof place>

export type McpPage = { readonly versions: readonly Version[]; /** Null where there is no more. */ readonly next: Place | null }

/** A page may be short and not be the last. */
export async function mcpPage(catalog: Catalog, { asked, after }: Place, limit: number): Promise<McpPage> {
  const { search, since, version, deleted } = asked
  const page = { search, after: parseCursor(after === '' ? undefined : after), updatedSince: since }
  const { versions, next } = await lookThrough(
    catalog,
    page,
    limit,
    (one) => isShown(one, deleted) && (version === 'latest' ? one.isLatest : version === '' || version === one.state.version),
  )
  return { versions, next: next === null ? null : { asked, after: next } }
}

/** Whoever lists servers trusts what is listed: what awaits approval or is paused is not there at all. */
export function isShown({ standing }: Version, deleted: boolean): boolean {
  return isOffered(standing) || (deleted && standing === 'revoked')
}

/** Safe in an address as it is: clients put it there without encoding it. */
export function formatPlace(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The mirror of `formatPlace`. @throws LockError `REQUEST_INVALID` */
export function parsePlace(cursor: string): Place {
  const parsed = place.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString()))
  if (parsed.success) return parsed.data
  throw new LockError('REQUEST_INVALID', 'expected a cursor that the registry gave out')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
