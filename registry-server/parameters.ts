/** What stands in an address, before anything is looked up by it. */
import { z } from 'zod'
import { LockError } from '../core/codes/errors.ts'
import { cursorOf } from './rows.ts'
import { NAME_PATTERN, VERSION_PATTERN } from '../core/registry/index.ts'
import type { Call } from './answer.ts'
import { parseAs } from './parse-as.ts'

/** @throws LockError `NOT_LISTED` for what can be no name */
export function nameIn(c: Call): string {
  return among(c, 'name', NAME_PATTERN)
}

/** A version, or `latest`. @throws LockError `NOT_LISTED` */
export function versionIn(c: Call): string {
  return c.req.param('version') === 'latest' ? 'latest' : among(c, 'version', VERSION_PATTERN)
}

/** @throws LockError `NOT_LISTED` */
export function digestIn(c: Call): string {
  return among(c, 'digest', /^(?:sha256|mcl1):[0-9a-f]{64}$/)
}

/** @throws LockError `NOT_LISTED` */
export function indexIn(c: Call): number {
  return Number(among(c, 'index', /^(?:0|[1-9]\d{0,14})$/))
}

function among(c: Call, name: string, pattern: RegExp): string {
  const value = c.req.param(name) ?? ''
  if (!pattern.test(value)) throw new LockError('NOT_LISTED', `the registry has no such ${name}`)
  return value
}

export const pageQuery = z.strictObject({
  cursor: z.string().max(500).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(100).default(30),
})

export const searchQuery = z.strictObject({
  search: z
    .string()
    .max(200)
    .regex(/^[^\0-\x1f\x7f]*$/)
    .default('')
    .describe('names that contain it'),
  ...pageQuery.shape,
})

/** @throws LockError `REQUEST_INVALID` */
export function queryIn<Shape extends z.ZodType>(shape: Shape, c: Call): z.output<Shape> {
  return parseAs(shape, c.req.query(), 'REQUEST_INVALID')
}

/** The place after a version in the list, for addresses. */
export function formatCursor(last: Parameters<typeof cursorOf>[0]): string {
  return Buffer.from(cursorOf(last)).toString('base64url')
}

/** That of the page after one with this limit; null where there is none. */
export function nextCursor(listed: readonly Parameters<typeof cursorOf>[0][], limit: number): string | null {
  const last = listed.at(-1)
  return last === undefined || listed.length < limit ? null : formatCursor(last)
}

/** The mirror of `formatCursor`, as `Page.after`; '' for none. @throws LockError `REQUEST_INVALID` */
export function parseCursor(cursor: string | undefined): string {
  if (cursor === undefined) return ''
  const after = Buffer.from(cursor, 'base64url').toString()
  const [name = '', version = '', ...rest] = after.split(' ')
  if (rest.length > 0 || !NAME_PATTERN.test(name) || !VERSION_PATTERN.test(version))
    throw new LockError('REQUEST_INVALID', 'expected a cursor that the registry gave out')
  return after
}
