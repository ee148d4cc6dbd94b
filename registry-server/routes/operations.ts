/** What those who run a registry ask it. */
import { LockError } from '../../core/codes/errors.ts'
import { finishedJson, HEADERS, send } from '../answer.ts'
import { inTime } from '../in-time.ts'
import type { Registry } from '../registry.ts'
import type { Route } from './route.ts'
import { SHAPES } from './shapes.ts'

const READY_WITHIN = 2_000
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

export function operationRoutes({ store, metrics, streams }: Registry): readonly Route[] {
  return [
    {
      method: 'get',
      path: '/healthz',
      summary: 'Whether the process answers',
      answers: { 200: SHAPES.health },
      handle: (c) => send(c, finishedJson({ ok: true })),
    },
    {
      method: 'get',
      path: '/readyz',
      summary: 'Whether the store answers too',
      answers: { 200: SHAPES.health },
      handle: async (c) => {
        await ready(store.head())
        return send(c, finishedJson({ ok: true }))
      },
    },
    {
      method: 'get',
      path: '/metrics',
      summary: 'What Prometheus reads',
      answers: { 200: 'text/plain' },
      handle: async (c) => send(c, { bytes: await metrics.text(), headers: { 'content-type': PROMETHEUS, 'cache-control': 'no-store' } }),
    },
    {
      method: 'get',
      path: '/v1/status/stream',
      summary: 'Says within a second that there is another status (server-sent events)',
      answers: { 200: 'text/event-stream' },
      handle: (c) => {
        const stream = streams.open()
        if (stream === null) throw new LockError('REGISTRY_BUSY', 'there are as many streams as there may be')
        return sendStream(c.env.id, stream)
      },
    },
  ]
}

function sendStream(id: string, stream: ReadableStream<Uint8Array>): Response {
  const headers = {
    ...HEADERS,
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-request-id': id,
  }
  return new Response(stream, { headers })
}

/** @throws LockError `REGISTRY_BUSY` where it takes too long, or fails */
async function ready(answer: Promise<unknown>): Promise<void> {
  try {
    await inTime(answer, READY_WITHIN)
  } catch (cause) {
    throw new LockError('REGISTRY_BUSY', 'the store does not answer', { cause })
  }
}
