/** The embedded store. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sqliteStore } from '../registry-server/sqlite.ts'
import { storeContract } from './e2e/store-contract.ts'
import { manifestOf } from './registry-fixtures.ts'
import { sqliteDatabase } from './registry-databases.ts'
import { all, manifestWrite } from './registry-writes.ts'

storeContract('SQLite', async () => ({ open: async () => sqliteStore(':memory:'), drop: async () => {} }), {
  largest: 257,
  isShared: false,
})

test('a database of a newer version is left alone', async () => {
  const { file, drop } = await sqliteDatabase()
  const newer = new DatabaseSync(file)
  newer.exec('pragma user_version = 1000')
  newer.close()
  assert.throws(() => sqliteStore(file), { code: 'DATABASE_NEWER' })
  await drop()
})

test('whoever finds the database locked waits without blocking, and then writes', async () => {
  const { file, open, drop } = await sqliteDatabase()
  const store = await open()
  const other = new DatabaseSync(file)
  other.exec('begin immediate')
  const appended = store.append([manifestWrite(manifestOf())], all)
  // Time passes for others.
  for (let ticks = 0; ticks < 20; ticks++) await sleep(1)
  assert.equal((await store.head()).size, 0)
  other.exec('rollback')
  assert.equal((await appended).head.size, 1)
  other.close()
  await store.close()
  await drop()
})
