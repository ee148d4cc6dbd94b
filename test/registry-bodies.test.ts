/** Bodies share a number of bytes: nobody fills the memory of a registry, and nobody who is slow keeps others out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { heldBodies, type HeldBodies } from '../registry-server/held-bodies.ts'

type Slow = { readonly send: (bytes: number) => void; readonly end: () => void; readonly answer: Promise<string> }

/** A request whose body comes as the test sends it. */
function slow({ hold }: HeldBodies, use: (body: Uint8Array) => Promise<string> = (body) => Promise.resolve(String(body.length))): Slow {
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (own) => void (controller = own) })
  const answer = hold({ headers: new Headers(), body }, 100, use).catch((error: unknown) =>
    error instanceof LockError ? error.code : Promise.reject(error as Error),
  )
  return {
    send: (bytes) => controller?.enqueue(new Uint8Array(bytes)),
    end: () => controller?.close(),
    answer,
  }
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

test('whoever has been sending for longest is let go, and the others are answered', async () => {
  const bodies = heldBodies(100)
  const [first, second] = [slow(bodies), slow(bodies)]
  first.send(60)
  await turn()
  second.send(30)
  await turn()
  assert.equal(bodies.held(), 90)
  second.send(30)
  assert.equal(await first.answer, 'REGISTRY_BUSY')
  assert.equal(bodies.held(), 60)
  second.end()
  assert.equal(await second.answer, '60')
  assert.equal(bodies.held(), 0)
})

test('what is held until it is answered leaves less for those who come', async () => {
  const bodies = heldBodies(100)
  const { promise, resolve } = Promise.withResolvers<string>()
  const first = slow(bodies, () => promise)
  first.send(80)
  first.end()
  await turn()
  const second = slow(bodies)
  second.send(30)
  assert.equal(await second.answer, 'REGISTRY_BUSY')
  resolve('done')
  assert.equal(await first.answer, 'done')
  assert.equal(bodies.held(), 0)
})

test('one that is too long, or fails, is held no more', async () => {
  const bodies = heldBodies(1_000)
  const long = slow(bodies)
  for (const bytes of [60, 60]) long.send(bytes)
  assert.equal(await long.answer, 'SUBMISSION_INVALID')
  const failing = slow(bodies, () => Promise.reject(new LockError('MANIFEST_INVALID', 'no manifest')))
  failing.send(10)
  failing.end()
  assert.equal(await failing.answer, 'MANIFEST_INVALID')
  assert.equal(await bodies.hold({ headers: new Headers(), body: null }, 100, (body) => Promise.resolve(body.length)), 0)
  assert.equal(bodies.held(), 0)
})
