/** `/v0.1/servers…`: the read part of the MCP registry API, as VS Code, GitHub Copilot and others ask an internal registry. */
import type { z } from 'zod'
import { LockError } from '../../core/codes/errors.ts'
import { finishedJson, send, type Call, type Finished } from '../answer.ts'
import { versionsNamed, type Version } from '../catalog.ts'
import { formatPlace, isShown, mcpPage, parsePlace, type Place } from '../mcp-page.ts'
import { nameIn, queryIn, versionIn } from '../parameters.ts'
import { asProblem } from '../problem.ts'
import type { Registry } from '../registry.ts'
import { serverResponse } from '../server-response.ts'
import { listQuery, MCP_SHAPES, versionsQuery } from './mcp-shapes.ts'
import type { Route } from './route.ts'

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, OPTIONS',
  'access-control-allow-headers': 'Authorization, Content-Type',
} as const

type McpRoute = Pick<Route, 'path' | 'summary' | 'query' | 'answers'> & { readonly answer: (c: Call) => Promise<object> }

export function mcpRoutes(registry: Registry): readonly Route[] {
  const { policy, clock, status, answers, manifests } = registry

  async function list(c: Call): Promise<object> {
    const query = queryIn(listQuery, c)
    const { versions, next } = await mcpPage(registry, query.cursor === undefined ? firstOf(query) : parsePlace(query.cursor), query.limit)
    return listOf(versions, next)
  }

  async function versions(c: Call): Promise<object> {
    const deleted = queryIn(versionsQuery, c).include_deleted === 'true'
    const shown = (await versionsNamed(registry, nameIn(c))).filter((version) => isShown(version, deleted))
    if (shown.length === 0) throw notOffered()
    return listOf(shown, null)
  }

  async function version(c: Call): Promise<object> {
    const [name, wanted] = [nameIn(c), versionIn(c)]
    const found = (await versionsNamed(registry, name)).find(
      (one) => isShown(one, false) && (wanted === 'latest' ? one.isLatest : one.state.version === wanted),
    )
    if (found === undefined) throw notOffered()
    return responseOf(found)
  }

  async function responseOf(version: Version): Promise<object> {
    return serverResponse(version, await manifests.read(version.state.digest), policy.rules.origin)
  }

  async function listOf(versions: readonly Version[], next: Place | null): Promise<object> {
    const servers = await Promise.all(versions.map(responseOf))
    return { servers, metadata: { count: servers.length, ...(next === null ? {} : { nextCursor: formatPlace(next) }) } }
  }

  /** Failures as this API words them; nothing at all while everything is paused. */
  async function handle(c: Call, answer: McpRoute['answer']): Promise<Response> {
    try {
      const { etag, status: now } = await status.current()
      if (now.paused.some(({ target }) => target.kind === 'all'))
        return send(c, withCors({ ...finishedJson({ error: 'the registry is paused' }), retryAfter: '60' }), 503)
      // Approvals expire without a commit.
      const until = `${etag} ${Math.floor(clock() / 60_000)}`
      const { pathname, search } = new URL(c.req.url)
      return send(c, withCors(await answers.untilCommit(`${pathname}${search}`, until, async () => finishedJson(await answer(c)))))
    } catch (error) {
      const problem = asProblem(error)
      if (problem === null) throw error
      return send(c, withCors(finishedJson({ error: problem.detail.slice(0, 1000) })), problem.status)
    }
  }

  const routes: readonly McpRoute[] = [
    {
      path: '/v0.1/servers',
      summary: 'MCP registry API: what is approved and neither revoked nor paused',
      query: listQuery,
      answers: { 200: MCP_SHAPES.servers },
      answer: list,
    },
    {
      path: '/v0.1/servers/:name/versions',
      summary: 'MCP registry API: the versions of a server, the newest publication first',
      query: versionsQuery,
      answers: { 200: MCP_SHAPES.servers },
      answer: versions,
    },
    {
      path: '/v0.1/servers/:name/versions/:version',
      summary: 'MCP registry API: one version, or `latest`',
      answers: { 200: MCP_SHAPES.server },
      answer: version,
    },
  ]
  return routes.flatMap(({ answer, ...route }): Route[] => [
    {
      ...route,
      method: 'get',
      answers: { ...route.answers, 404: MCP_SHAPES.error, 503: MCP_SHAPES.error },
      handle: (c) => handle(c, answer),
    },
    {
      method: 'options',
      path: route.path,
      summary: 'CORS',
      answers: {},
      handle: () => new Response(null, { status: 204, headers: CORS }),
    },
  ])
}

function withCors({ bytes, headers, retryAfter }: Finished & { readonly retryAfter?: string }): Finished {
  return { bytes, headers: { ...headers, ...CORS, ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) } }
}

function firstOf({ search, version = '', updated_since: since, include_deleted }: z.infer<typeof listQuery>): Place {
  const deleted = include_deleted === undefined ? since !== undefined : include_deleted === 'true'
  return { asked: { search, version, since: since === undefined ? 0 : Math.max(0, Date.parse(since)), deleted }, after: '' }
}

function notOffered(): LockError {
  return new LockError('NOT_LISTED', 'Server not found')
}
