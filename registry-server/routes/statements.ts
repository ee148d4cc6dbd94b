/** `POST /v1/statements`: the one way in. */
import type { Hono } from 'hono'
import { LockError } from '../../core/codes/errors.ts'
import { proofOf } from '../log-reader.ts'
import { problemOf, problemResponse } from '../problem.ts'
import { readBody } from '../read-body.ts'
import type { Registry } from '../registry.ts'
import { MAX_SUBMISSION, openStatement, parseSubmission, toWrite } from '../submission.ts'
import type { Env } from '../app.ts'

export function addStatements(app: Hono<Env>, registry: Registry): void {
  const { store, policy, clock, writes, checkpoint, log } = registry
  app.post('/v1/statements', async (c) => {
    if (c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
      throw new LockError('SUBMISSION_INVALID', 'expected the content type `application/json`')
    const sent = parseSubmission(await readBody(c.req.raw, MAX_SUBMISSION))
    const write = toWrite(sent, openStatement(sent.bundle, policy.trust), clock())
    const { outcome, head } = await writes.submit(write)
    if (outcome.kind === 'refused') {
      log({ level: 'warn', message: 'refused', code: outcome.refusal.code, record: write.record, request: c.get('id') })
      return problemResponse(problemOf(outcome.refusal.code, outcome.refusal.detail), c.get('id'))
    }
    log({ level: 'info', message: outcome.kind, index: outcome.index, record: write.record, request: c.get('id') })
    const body = {
      index: outcome.index,
      record: write.record,
      proof: await proofOf(outcome.index, head, checkpoint(head), store),
    }
    return c.json(body, outcome.kind === 'accepted' ? 201 : 200)
  })
}
