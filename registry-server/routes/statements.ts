/** `POST /v1/statements`: the one way in. */
import { z } from 'zod'
import { LockError } from '../../core/codes/errors.ts'
import type { Call } from '../answer.ts'
import { finishedJson, send } from '../answer.ts'
import { problemOf, problemResponse } from '../problem.ts'
import { heldBodies } from '../held-bodies.ts'
import type { Registry } from '../registry.ts'
import { MAX_SUBMISSION, parseSubmission, submission, toWrite } from '../submission.ts'
import type { Route } from './route.ts'

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

/** A leaf of the log, as JSON (FORMATS, log record). */
const record = z.looseObject({
  v: z.literal(1),
  kind: z.enum(['manifest', 'control']),
  statement: digest,
  bundle: digest,
  signer: z.looseObject({}),
})

/** Of submissions, until they are answered. */
const MAX_HELD = 256 * 1024 * 1024

const accepted = z.strictObject({ index: z.int().min(0), record, proof: z.string() })

export function statementRoutes(registry: Registry): readonly Route[] {
  const { proofs, clock, writes, signedHead, verifier, metrics, log } = registry
  const bodies = heldBodies(MAX_HELD)

  async function handle(c: Call): Promise<Response> {
    if (c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
      throw new LockError('SUBMISSION_INVALID', 'expected the content type `application/json`')
    return bodies.hold(c.req.raw, MAX_SUBMISSION, (bytes) => take(bytes, c))
  }

  async function take(bytes: Uint8Array, c: Call): Promise<Response> {
    const sent = parseSubmission(bytes)
    const write = toWrite(sent, await verifier.verify(sent.bundle), clock())
    const { outcome } = await writes.submit(write)
    metrics.written(outcome.kind)
    const request = c.env.id
    if (outcome.kind === 'refused') {
      log({ level: 'warn', message: 'refused', code: outcome.refusal.code, record: write.record, request })
      return problemResponse(problemOf(outcome.refusal.code, outcome.refusal.detail), request)
    }
    const { index } = outcome
    log({ level: 'info', message: outcome.kind, index, record: write.record, request })
    const body = finishedJson({ index, record: write.record, proof: await proofs.proofOf(index, await signedHead()) })
    return send(c, body, outcome.kind === 'accepted' ? 201 : 200)
  }

  return [
    {
      method: 'post',
      path: '/v1/statements',
      summary:
        'Publish, approve, withdraw, deprecate, revoke, pause, resume or transfer: a signed statement, with the manifest it is about',
      body: submission,
      answers: { 200: accepted, 201: accepted },
      handle,
    },
  ]
}
