/** The routes as one Hono app. */
import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { asProblem, problemResponse } from './problem.ts'
import type { Registry } from './registry.ts'
import { addLog } from './routes/log.ts'
import { addReads } from './routes/reads.ts'
import { addStatements } from './routes/statements.ts'

export type Env = { Variables: { /** Of the request. */ id: string } }

export function makeApp(registry: Registry): Hono<Env> {
  const app = new Hono<Env>()
  app.use(async (c, next) => {
    c.set('id', randomUUID())
    await next()
  })
  addStatements(app, registry)
  addLog(app, registry)
  addReads(app, registry)
  app.notFound((c) => problemResponse({ status: 404, code: 'NOT_LISTED', detail: 'there is nothing at this address' }, c.get('id')))
  app.onError((error, c) => {
    const problem = asProblem(error)
    if (problem !== null) return problemResponse(problem, c.get('id'))
    registry.log({ level: 'error', message: 'failed', error: error.message, request: c.get('id') })
    return problemResponse({ status: 500, code: 'CHECK_FAILED', detail: 'the registry failed; its log says why' }, c.get('id'))
  })
  return app
}
