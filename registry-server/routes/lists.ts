/** Lists: what there is, and what awaits approval. */
import { versionsOf, type VersionState } from '../../core/registry/index.ts'
import { finishedJson, send, type Call } from '../answer.ts'
import { formatCursor, pageIn, pageQuery, parseCursor } from '../parameters.ts'
import type { Registry } from '../registry.ts'
import type { Listed } from '../store.ts'
import type { Route } from './route.ts'
import { SHAPES } from './shapes.ts'

type Pending = { readonly pending: readonly VersionState[]; /** Null where there is no more. */ readonly next: string | null }

/** Versions looked through for one page, so that a page costs the same in every registry. */
const LOOKED_THROUGH = 300

/** What too few people have approved, in the order of the list. A page may be short, or empty, and not be the last. */
async function pendingPage(
  { store, policy, clock }: Pick<Registry, 'store' | 'policy' | 'clock'>,
  cursor: string | undefined,
  limit: number,
): Promise<Pending> {
  const { size } = await store.head()
  const listed = await store.list({ search: '', after: parseCursor(cursor), limit: LOOKED_THROUGH, latestOnly: false })
  const states = new Map<string, readonly VersionState[]>()
  const pending: VersionState[] = []
  for (const one of listed) {
    if (!states.has(one.name))
      states.set(one.name, versionsOf({ size, accepted: await store.logged(one.name) }, one.name, policy.rules, clock()))
    const state = states.get(one.name)?.find(({ digest }) => digest === one.manifest)
    if (state !== undefined && state.revoked === null && state.approvals.length < policy.rules.approvals) pending.push(state)
    if (pending.length === limit) return { pending, next: formatCursor(one) }
  }
  return { pending, next: nextOf(listed, LOOKED_THROUGH) }
}

function nextOf(listed: readonly Listed[], limit: number): string | null {
  const last = listed.at(-1)
  return last === undefined || listed.length < limit ? null : formatCursor(last)
}

export function listRoutes(registry: Registry): readonly Route[] {
  async function servers(c: Call): Promise<Response> {
    const { search, cursor, limit } = pageIn(c)
    const listed = await registry.store.list({ search, after: parseCursor(cursor), limit, latestOnly: true })
    return send(c, finishedJson({ servers: listed, next: nextOf(listed, limit) }))
  }
  async function pending(c: Call): Promise<Response> {
    const { cursor, limit } = pageIn(c)
    return send(c, finishedJson(await pendingPage(registry, cursor, limit)))
  }
  return [
    {
      method: 'get',
      path: '/v1/servers',
      summary: 'Servers with their latest versions, by name',
      query: pageQuery,
      answers: { 200: SHAPES.servers },
      handle: servers,
    },
    {
      method: 'get',
      path: '/v1/pending',
      summary: 'What awaits approval; a page may be empty and not be the last',
      query: pageQuery.omit({ search: true }),
      answers: { 200: SHAPES.pending },
      handle: pending,
    },
  ]
}
