/** Lists: what there is, and what awaits approval. */
import { finishedJson, send, type Call } from '../answer.ts'
import { nextCursor, pageQuery, parseCursor, queryIn, searchQuery } from '../parameters.ts'
import { pendingVersions } from '../pending.ts'
import type { Registry } from '../registry.ts'
import type { Route } from './route.ts'
import { SHAPES } from './shapes.ts'

export function listRoutes(registry: Registry): readonly Route[] {
  async function servers(c: Call): Promise<Response> {
    const { search, cursor, limit } = queryIn(searchQuery, c)
    const listed = await registry.store.list({ search, after: parseCursor(cursor), limit, latestOnly: true })
    return send(c, finishedJson({ servers: listed, next: nextCursor(listed, limit) }))
  }
  async function pending(c: Call): Promise<Response> {
    const { cursor, limit } = queryIn(pageQuery, c)
    const { versions, next } = await pendingVersions(registry, cursor, limit)
    return send(c, finishedJson({ pending: versions.map(({ state }) => state), next }))
  }
  return [
    {
      method: 'get',
      path: '/v1/servers',
      summary: 'Servers with their latest versions, by name',
      query: searchQuery,
      answers: { 200: SHAPES.servers },
      handle: servers,
    },
    {
      method: 'get',
      path: '/v1/pending',
      summary: 'What awaits approval; a page may be empty and not be the last',
      query: pageQuery,
      answers: { 200: SHAPES.pending },
      handle: pending,
    },
  ]
}
