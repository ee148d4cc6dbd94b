/** Both stores keep the contract, at every size round one tile (registry-stores.long.ts: round two levels of them); PostgreSQL also while connections break. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { postgresStore } from '../../registry-server/postgres.ts'
import { postgresDeliveries } from '../../registry-server/webhooks/postgres-queue.ts'
import { manifestOf } from '../registry-fixtures.ts'
import { sqliteDatabase } from '../registry-databases.ts'
import { all, cheapWrites, manifestWrite } from '../registry-writes.ts'
import { POSTGRES_MISSING, startPostgres, type Postgres } from './postgres.ts'
import { queueContract } from './queue-contract.ts'
import { storeContract } from './store-contract.ts'

storeContract('SQLite', sqliteDatabase, { largest: 513, isShared: true })

if (POSTGRES_MISSING !== null) test('PostgreSQL', { skip: POSTGRES_MISSING }, () => {})
else {
  let postgres: Postgres
  before(async () => void (postgres = await startPostgres()))
  after(() => postgres[Symbol.asyncDispose]())

  storeContract('PostgreSQL', () => postgres.create(), { largest: 513, isShared: true })

  queueContract('PostgreSQL', async () => {
    const { url, drop } = await postgres.create()
    return { open: () => postgresDeliveries({ url }), drop }
  })

  test('a database of a newer version is left alone', async () => {
    const { url, open, drop } = await postgres.create()
    await (await open()).close()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('insert into migrations (version) values (1000)')
    await client.end()
    await assert.rejects(postgresStore({ url }), { code: 'DATABASE_NEWER' })
    await drop()
  })

  test('a database is made only where that is asked for; one that cannot be had is said', async () => {
    const { url, open, drop } = await postgres.create()
    await assert.rejects(postgresStore({ url, create: false }), { code: 'DATABASE_MISSING' })
    await assert.rejects(postgresDeliveries({ url, create: false }), { code: 'DATABASE_MISSING' })
    await (await open()).close()
    await (await postgresStore({ url, create: false })).close()
    await drop()
    await assert.rejects(postgresStore({ url }), { code: 'DATABASE_UNUSABLE', message: /PostgreSQL: database "test\d+" does not exist/ })
    await assert.rejects(postgresStore({ url: 'postgres://a@nowhere.invalid/b' }), { code: /DATABASE_UNUSABLE|REGISTRY_BUSY/ })
  })

  test('two replicas that start at once migrate once', async () => {
    const { open, drop } = await postgres.create()
    const stores = await Promise.all([open(), open(), open(), open()])
    for (const store of stores) assert.equal((await store.head()).size, 0)
    for (const store of stores) await store.close()
    await drop()
  })

  test('while connections are cut, and the server crashes, nothing is lost and nothing doubled', async () => {
    const { open, drop } = await postgres.create()
    const replicas = [await open(), await open()]
    const heard = [0, 0]
    replicas.forEach((store, i) => store.watch(() => void heard[i]!++))
    const writes = cheapWrites(0, 1200)
    const answered: number[] = []
    const over = new AbortController()
    const appending = replicas.map(async (store, i) => {
      // Each write is sent to both.
      for (let at = 0; at < writes.length; at += 12) {
        const { outcomes } = await store.append(writes.slice(at, at + 12), all)
        for (const outcome of outcomes) if (outcome.kind !== 'refused') answered.push(outcome.index)
        await sleep(i)
      }
    })
    const cutting = (async () => {
      for (let cuts = 0; !over.signal.aborted; cuts++) {
        await sleep(20 + Math.random() * 60)
        if (cuts === 10) await postgres.crash()
        else await postgres.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mcp-lock-registry'")
      }
      return true
    })()
    await Promise.all(appending)
    over.abort()
    assert.ok(await cutting)
    const [store] = replicas
    const size = (await store?.head())?.size
    assert.equal(size, writes.length)
    assert.deepEqual(
      [...new Set(answered)].toSorted((a, b) => a - b),
      Array.from(writes, (_, i) => i),
    )
    // Whoever listens hears again.
    const before = [...heard]
    for (let i = 0; i < 1000 && heard.some((count, j) => count === before[j]); i++) {
      await store?.append([manifestWrite(manifestOf('com.acme/after', `${i}.0.0`))], all)
      await sleep(10)
    }
    assert.ok(heard.every((count, i) => count > (before[i] ?? 0)))
    for (const one of replicas) await one.close()
    await drop()
  })

  test('a database that is not there is said to be busy', async () => {
    await assert.rejects(postgresStore({ url: postgres.urlOf('postgres').replace('mcp-lock-pg', 'nowhere') }), { code: 'REGISTRY_BUSY' })
  })
}
