/** The routes as one Hono app. */
import { Hono } from 'hono'
import type { Call, Env } from './answer.ts'
import { asProblem, problemResponse } from './problem.ts'
import type { Registry } from './registry.ts'
import { openApiRoute } from './openapi.ts'
import { listRoutes } from './routes/lists.ts'
import { logRoutes } from './routes/log.ts'
import { mcpRoutes } from './routes/mcp-api.ts'
import { operationRoutes } from './routes/operations.ts'
import { makePages } from './routes/pages.ts'
import { readRoutes } from './routes/reads.ts'
import type { Route } from './routes/route.ts'
import { statementRoutes } from './routes/statements.ts'

/** Milliseconds from which on a read is worth a line. */
const SLOW = 1_000

/** The whole API, its own description last. */
export function apiRoutes(registry: Registry): readonly Route[] {
  const routes = [
    ...statementRoutes(registry),
    ...listRoutes(registry),
    ...readRoutes(registry),
    ...mcpRoutes(registry),
    ...logRoutes(registry),
    ...operationRoutes(registry),
  ]
  return [...routes, openApiRoute(routes)]
}

export function makeApp(registry: Registry): Hono<Env> {
  const { metrics, log } = registry
  const app = new Hono<Env>()
  const pages = makePages(registry)
  for (const route of [...apiRoutes(registry), ...pages.routes]) {
    app.on(route.method, route.path, async (c) => {
      const start = performance.now()
      let response: Response
      try {
        response = await route.handle(c)
      } catch (error) {
        // Not left to `onError`, so that failures are counted as what they are answered as.
        response = failed(error, c)
      }
      const took = performance.now() - start
      metrics.answered(route.path, response.status, took / 1000)
      if (took > SLOW) log({ level: 'warn', message: 'slow', route: route.path, milliseconds: Math.round(took), request: c.env.id })
      return response
    })
  }

  function failed(error: unknown, c: Call): Response {
    const { id } = c.env
    const problem = asProblem(error)
    if (problem !== null) return problemResponse(problem, id)
    log({ level: 'error', message: 'failed', error: error instanceof Error ? error.message : String(error), request: id })
    return problemResponse({ status: 500, code: 'CHECK_FAILED', detail: 'the registry failed; its log says why' }, id)
  }

  app.notFound((c) =>
    c.req.method === 'GET' && (c.req.header('accept') ?? '').includes('text/html')
      ? pages.notFound(c)
      : problemResponse({ status: 404, code: 'ADDRESS_UNKNOWN', detail: 'there is nothing at this address' }, c.env.id),
  )
  app.onError(failed)
  return app
}
