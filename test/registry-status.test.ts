import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { MAX_AGE } from '../core/registry/index.ts'
import { gathered } from '../registry-server/gathered.ts'
import { sqliteStore } from '../registry-server/sqlite.ts'
import { statusService, type StatusService } from '../registry-server/status-service.ts'
import { manifestOf, newKey, options } from './registry-fixtures.ts'
import { all, manifestWrite } from './registry-writes.ts'

const { signer } = options()
const START = Date.parse('2026-01-01T00:00:00Z')

test('replicas serve one status, and the next one after a commit or half of its time, whoever signs it', async () => {
  const store = sqliteStore(':memory:')
  let now = START
  const [a, b] = [statusService(store, signer, () => now), statusService(store, signer, () => now)]
  const epochs = async (...services: readonly StatusService[]): Promise<number[]> =>
    Promise.all(services.map(async ({ current }) => (await current()).epoch))
  assert.deepEqual(await epochs(a, b, b, a), [1, 1, 1, 1])
  assert.equal((await a.current()).text, (await b.current()).text)
  await store.append([manifestWrite(manifestOf())], all)
  assert.deepEqual(await epochs(b, a), [2, 2])
  assert.equal((await a.current()).status.log.size, 1)
  now += MAX_AGE / 2 - 1
  assert.deepEqual(await epochs(a, b), [2, 2])
  now += 1
  assert.deepEqual(await epochs(a, b), [3, 3])
  await store.close()
})

test('a status of another key, of a later clock, or of before a restore is not served', async () => {
  const store = sqliteStore(':memory:')
  const { current } = statusService(store, signer, () => START)
  const epoch = async (): Promise<number> => (await current()).epoch
  assert.equal(await epoch(), 1)
  await statusService(store, { ...signer, status: newKey().secret }, () => START).current()
  assert.equal(await epoch(), 3)
  await statusService(store, signer, () => START + MAX_AGE).current()
  assert.equal(await epoch(), 5)
  const { text } = await store.lastStatus(0)
  for (let n = 6; n <= 9; n++) await store.keepStatus(n, text ?? '')
  assert.equal(await epoch(), 10)
  await store.close()
})

test('who asks while an answer is made gets the next, and a failure is of those alone who asked before it', async () => {
  const ends: { resolve: (n: number) => void; reject: (error: Error) => void }[] = []
  const ask = gathered(() => new Promise<number>((resolve, reject) => ends.push({ resolve, reject })))
  const first = [ask(), ask()]
  await turn()
  const second = [ask(), ask()]
  assert.equal(ends.length, 1)
  ends[0]?.reject(new Error('lost'))
  assert.deepEqual(
    (await Promise.allSettled(first)).map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  await turn()
  assert.equal(ends.length, 2)
  ends[1]?.resolve(2)
  assert.deepEqual(await Promise.all(second), [2, 2])
})
