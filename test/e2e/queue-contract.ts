/** What every queue of webhooks does alike. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Delivery, DeliveryQueue } from '../../registry-server/index.ts'

/** Each `open` is another handle on the same queue. */
export type Queues = { readonly open: () => Promise<DeliveryQueue>; readonly drop: () => Promise<void> }

export function queueContract(kind: string, create: () => Promise<Queues>): void {
  test(`${kind}: what the log got is taken once, until its lease is over, and settled for good or for later`, async () => {
    const { open, drop } = await create()
    const [a, b] = [await open(), await open()]
    const take = (queue: DeliveryQueue, size: number, now: number, limit = 10): Promise<readonly Delivery[]> =>
      queue.take('x', { size, now, until: now + 60, limit })
    const places = (taken: readonly Delivery[]): number[] => taken.map(({ index }) => index).toSorted((one, other) => one - other)
    // From before it was there, it is told nothing.
    assert.deepEqual(await take(a, 3, 0), [])
    const both = await Promise.all([take(a, 6, 10), take(b, 6, 10)])
    assert.deepEqual(places(both.flat()), [3, 4, 5])
    assert.deepEqual(await take(a, 6, 69), [])
    await a.settle('x', 3, null)
    await a.settle('x', 4, 200)
    assert.deepEqual(await take(b, 6, 70), [{ index: 5, attempts: 2, since: 10 }])
    await b.settle('x', 5, null)
    // A reader that is behind takes nothing back.
    assert.deepEqual(await take(b, 5, 80), [])
    assert.deepEqual(await take(a, 7, 300, 1), [{ index: 4, attempts: 2, since: 10 }])
    assert.deepEqual(await take(a, 7, 300), [{ index: 6, attempts: 1, since: 300 }])
    assert.deepEqual(await a.take('y', { size: 7, now: 300, until: 360, limit: 1 }), [])
    await a.close()
    await b.close()
    await drop()
  })
}
