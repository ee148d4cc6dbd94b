/** Writes that come at once: gathered, in order, bounded, and none harmed by another. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { sequencer, type Limits, type Sequencer } from '../registry-server/sequencer.ts'
import { sqliteStore } from '../registry-server/sqlite.ts'
import type { Judge, Store, Write } from '../registry-server/store.ts'
import { all, cheapWrites } from './registry-writes.ts'

const LIMITS: Limits = { batch: 4, batchBytes: 1_000_000, queue: 10, queueBytes: 10_000_000 }

/** A store that is as slow as the test wants. */
function gated(): { readonly store: Pick<Store, 'append'>; readonly batches: number[]; readonly open: () => void } {
  const store = sqliteStore(':memory:')
  const batches: number[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const append: Store['append'] = async (writes, judge) => {
    batches.push(writes.length)
    await promise
    return store.append(writes, judge)
  }
  return { store: { append }, batches, open: resolve }
}

async function indexOf(appended: ReturnType<Sequencer['submit']>): Promise<number | null> {
  const { outcome } = await appended
  return outcome.kind === 'refused' ? null : outcome.index
}

test('what comes while a batch is in flight makes the next ones, in order', async () => {
  const { store, batches, open } = gated()
  const { submit } = sequencer(store, all, LIMITS)
  const indexes = Promise.all(cheapWrites(0, 8).map((write) => indexOf(submit(write))))
  open()
  assert.deepEqual(await indexes, [0, 1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual(batches, [1, 4, 3])
})

test('a batch holds no more bytes than it may, unless one write alone does', async () => {
  const { store, batches, open } = gated()
  const writes = cheapWrites(0, 6).map((write): Write => ({ ...write, closure: new Uint8Array(400_000) }))
  const large = { ...(cheapWrites(6, 7)[0] as Write), closure: new Uint8Array(2_000_000) } // one is there
  const { submit } = sequencer(store, all, LIMITS)
  const done = Promise.all([...writes, large].map(submit))
  open()
  await done
  assert.deepEqual(batches, [1, 2, 2, 1, 1])
})

test('beyond what may wait, the registry is busy; later it is not', async () => {
  const { store, open } = gated()
  const { submit } = sequencer(store, all, LIMITS)
  const writes = cheapWrites(0, 12)
  const taken = writes.slice(0, 10).map(submit)
  await assert.rejects(submit(writes[10] as Write), { code: 'REGISTRY_BUSY' }) // it is there
  open()
  await Promise.all(taken)
  assert.equal(await indexOf(submit(writes[10] as Write)), 10) // it is there
})

test('bytes that wait are bounded too, and one write may be of any size', async () => {
  const { store, open } = gated()
  const { submit } = sequencer(store, all, { ...LIMITS, queueBytes: 1000 })
  const [first, second] = cheapWrites(0, 2) as [Write, Write] // two
  const taken = submit({ ...first, closure: new Uint8Array(5000) })
  await assert.rejects(submit(second), { code: 'REGISTRY_BUSY' })
  open()
  assert.equal(await indexOf(taken), 0)
})

test('what one write breaks does not harm the others', async () => {
  const store = sqliteStore(':memory:')
  const writes = cheapWrites(0, 6)
  const judge: Judge = (write) => {
    if (write === writes[3]) throw new Error('a bug')
    return null
  }
  const { submit } = sequencer(store, judge, LIMITS)
  const settled = await Promise.allSettled(writes.map((write) => indexOf(submit(write))))
  assert.deepEqual(
    settled.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
    [0, 1, 2, 'Error: a bug', 3, 4],
  )
})

test('a store that does not answer is asked once a batch', async () => {
  let asked = 0
  const append: Store['append'] = async () => {
    asked++
    throw new LockError('REGISTRY_BUSY', 'the database does not answer')
  }
  const { submit } = sequencer({ append }, all, LIMITS)
  const settled = await Promise.allSettled(cheapWrites(0, 5).map(submit))
  assert.ok(settled.every((one) => one.status === 'rejected'))
  assert.equal(asked, 2)
})

test('settled waits for what was there, and not for what comes later', async () => {
  const store = sqliteStore(':memory:')
  const { submit, settled } = sequencer(store, all, LIMITS)
  await settled()
  const writes = cheapWrites(0, 500)
  const answered = new Set<number>()
  const send = (at: number): void => {
    const write = writes[at]
    if (write === undefined) return
    void submit(write).then(() => {
      answered.add(at)
      // There is always another one.
      send(at + 3)
    })
  }
  send(0)
  send(1)
  send(2)
  await settled()
  assert.ok([0, 1, 2].every((at) => answered.has(at)))
  assert.ok(answered.size < writes.length)
})
