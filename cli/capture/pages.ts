/** One list of a server, page by page, within the limits. */
import { LockError } from '../../core/codes/errors.ts'
import { isObject, member, type Json, type JsonObject } from '../../core/json/json.ts'
import type { Pages } from '../../core/surface/surface.ts'
import type { Answer } from './channel.ts'
import type { Limits } from './limits.ts'

export type Ask = (method: string, params: JsonObject) => Promise<Answer>

/**
 * All pages of the list `key`; an error in place of the first page is recorded.
 * @throws LockError `ANSWER_MALFORMED`, `ANSWER_TOO_LARGE`, `PAGES_ENDLESS`
 */
export async function listPages(ask: Ask, method: string, key: string, limits: Limits): Promise<Pages> {
  const pages: Json[] = []
  const cursors = new Set<string>()
  let count = 0
  let cursor: string | undefined
  do {
    const answer = await ask(method, cursor === undefined ? {} : { cursor })
    if ('error' in answer) {
      if (pages.length > 0) throw new LockError('ANSWER_MALFORMED', `${method}: error ${answer.error.code} on page ${pages.length + 1}`)
      return { failed: answer.error.code }
    }
    const page = complete(answer, method)
    pages.push(page)
    const items = member(page, key)
    count += Array.isArray(items) ? items.length : 0
    if (count > limits.items) throw new LockError('ANSWER_TOO_LARGE', `${method}: more than ${limits.items} entries`)
    if (pages.length > limits.pages) throw new LockError('PAGES_ENDLESS', `${method}: more than ${limits.pages} pages`)
    cursor = nextCursor(page, method)
    if (cursor !== undefined && cursors.has(cursor))
      throw new LockError('PAGES_ENDLESS', `${method}: the cursor of page ${pages.length} came before`)
    if (cursor !== undefined) cursors.add(cursor)
  } while (cursor !== undefined)
  return { pages }
}

/** UI resources that are asked for at a time. */
const READS_AT_ONCE = 16

/** What the server answers for each address; an error is recorded. */
export async function readResources(ask: Ask, uris: readonly string[], limits: Limits): Promise<{ readonly [uri: string]: Pages }> {
  if (uris.length > limits.items) throw new LockError('ANSWER_TOO_LARGE', `${uris.length} UI resources`)
  const found: (readonly [uri: string, Pages])[] = []
  for (let i = 0; i < uris.length; i += READS_AT_ONCE) {
    const some = uris.slice(i, i + READS_AT_ONCE)
    found.push(...(await Promise.all(some.map(async (uri) => [uri, await read(ask, uri)] as const))))
  }
  return Object.fromEntries(found)
}

async function read(ask: Ask, uri: string): Promise<Pages> {
  const answer = await ask('resources/read', { uri })
  return 'error' in answer ? { failed: answer.error.code } : { pages: [complete(answer, 'resources/read')] }
}

function complete(answer: Extract<Answer, { result: Json }>, method: string): Json {
  const { result } = answer
  const type = member(result, 'resultType')
  if (!isObject(result) || (type !== undefined && type !== 'complete'))
    throw new LockError('ANSWER_MALFORMED', `${method}: expected a complete result`)
  return result
}

/** Null means the last page, as clients read it; what some clients would follow and others not is refused. */
function nextCursor(page: Json, method: string): string | undefined {
  const next = member(page, 'nextCursor') ?? undefined
  if (next !== undefined && typeof next !== 'string')
    throw new LockError('ANSWER_MALFORMED', `${method}: expected a cursor of type string, got ${typeof next}`)
  return next
}
