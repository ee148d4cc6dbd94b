/** Several replicas of one registry: many publish to them at once, and a client is answered by now one, now another. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { checkPin } from '../../cli/registry/check-registry.ts'
import type { Registry } from '../../cli/registry/open-registry.ts'
import { judgeStatus, type Status } from '../../core/registry/index.ts'
import { createRegistry, type ServedRegistry, type Store } from '../../registry-server/index.ts'
import { client } from '../registry-checking.ts'
import { sqliteDatabase } from '../registry-databases.ts'
import { admin, manifestOf, options, ORIGIN, publication, type Requests } from '../registry-fixtures.ts'
import { pinOf } from '../registry-pins.ts'
import { act, approve, submit, targetOf } from '../registry-shelf.ts'
import { temporary } from '../world.ts'
import { POSTGRES_MISSING, startPostgres } from './postgres.ts'
import { audit, nothingSeen, publish } from './registry-load.ts'
import { replica } from './registry-process.ts'
import type { Database } from './store-contract.ts'

test('500 publications at once, over two replicas, make a log without gaps', { skip: POSTGRES_MISSING ?? false }, async (t) => {
  await using postgres = await startPostgres()
  const { url } = await postgres.create()
  const replicas = [replica({ kind: 'postgres', url }), replica({ kind: 'postgres', url })]
  const seen = nothingSeen()
  const failed = new AbortController()
  try {
    await Promise.all(replicas.map((one) => one.start()))
    await Promise.all(Array.from({ length: 500 }, (_, n) => publish(n, replicas, seen, () => failed.signal.aborted)))
    assert.deepEqual(
      [...seen.answered.keys()].toSorted((a, b) => a - b),
      Array.from({ length: 500 }, (_, n) => n),
    )
    for (const one of replicas) assert.equal((await audit(one.url() ?? '', seen)).records, 500)
    t.diagnostic(`500 publications in ${seen.heads.size} heads`)
  } finally {
    failed.abort()
    await Promise.all(replicas.map((one) => one.end()))
  }
})

test(
  'a client that is answered by now one, now another sees nothing go back, and each revocation at once: PostgreSQL',
  {
    skip: POSTGRES_MISSING ?? false,
  },
  async (t) => {
    await using postgres = await startPostgres()
    await alternate(t, await postgres.create())
  },
)

test('a client that is answered by now one, now another sees nothing go back, and each revocation at once: SQLite', async (t) => {
  const database = await sqliteDatabase()
  await alternate(t, database)
  await database.drop()
})

test(
  'the streams of all replicas tell of what one of them accepted, after their connections were lost too',
  {
    skip: POSTGRES_MISSING ?? false,
  },
  async () => {
    await using postgres = await startPostgres()
    const { open } = await postgres.create()
    const registries = [createRegistry(options({ store: await open() })), createRegistry(options({ store: await open() }))]
    const [one, other] = registries.map(requestsTo) as [Requests, Requests] // two
    try {
      const streams = await Promise.all([one, other].map(async (request) => epochsIn(await request('/v1/status/stream'))))
      for (let round = 0; round < 3; round++) {
        await submit(round % 2 === 0 ? one : other, publication(manifestOf(`com.acme/s${round}`)))
        const { epoch } = JSON.parse(payloadOf(await (await one('/v1/status')).text())) as { readonly epoch: number }
        for (const stream of streams) while (((await stream.next()).value ?? 0) < epoch);
        await postgres.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mcp-lock-registry'")
      }
    } finally {
      for (const { close } of registries) await close()
    }
  },
)

function requestsTo({ fetch }: ServedRegistry): Requests {
  return async (path, init) => fetch(new Request(`http://registry.test${path}`, init))
}

/** What a stream tells of, until it ends. */
async function* epochsIn({ body }: Response): AsyncGenerator<number, undefined> {
  for await (const chunk of body ?? [])
    for (const [, epoch] of Buffer.from(chunk)
      .toString()
      .matchAll(/^id: (\d+)$/gm))
      yield Number(epoch)
  throw new Error('the stream has ended')
}

function payloadOf(status: string): string {
  const { payload } = JSON.parse(status) as { readonly payload: string } // as it is served
  return Buffer.from(payload, 'base64').toString()
}

const ROUNDS = 8

/** Decisions at either of two replicas, each checked at once at both; neither of them hears of what the other commits. */
async function alternate(t: TestContext, { open }: Database): Promise<void> {
  const deaf = async (): Promise<Store> => ({ ...(await open()), watch: () => () => {} })
  const registries = [createRegistry(options({ store: await deaf() })), createRegistry(options({ store: await deaf() }))]
  const requests = registries.map(requestsTo)
  const folder = await temporary(t)
  const clients = new Map(requests.map((request) => [request, client(folder, request)]))
  const epochs = new Set<number>()
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const [one, other] = (round % 2 === 0 ? requests : requests.toReversed()) as [Requests, Requests] // two
      const manifest = manifestOf(`com.acme/s${round}`, '1.0.0', `Adds ${round}`)
      const target = targetOf(manifest)
      const check = async (...expected: readonly string[]): Promise<void> => {
        for (const request of [one, other, one]) {
          const asking = clients.get(request) as Registry // each has one
          const { findings } = await checkPin('notes', pinOf(manifest), asking)
          assert.deepEqual(
            findings.map(({ code }) => code),
            expected,
            findings[0]?.detail,
          )
          const status = await statusBy(asking)
          assert.equal(target.digest in status.revoked.manifests, expected[0] === 'REVOKED')
          epochs.add(status.epoch)
        }
      }
      await submit(one, publication(manifest))
      await submit(other, publication(manifestOf(`com.acme/other${round}`)))
      await approve(one, manifest)
      await check()
      await act(other, admin, { action: 'pause', target: { kind: 'name', name: manifest.name } })
      await check('PAUSED')
      await act(one, admin, { action: 'resume', target: { kind: 'name', name: manifest.name } })
      await check()
      await act(other, admin, { action: 'revoke', target })
      await check('REVOKED')
    }
  } finally {
    for (const { close } of registries) await close()
  }
  // One replica signs, and both serve it.
  assert.equal(epochs.size, 4 * ROUNDS)
}

/** As `check` takes it. */
async function statusBy({ api, trust, watch }: Registry): Promise<Status> {
  const { epoch } = await watch.read()
  return judgeStatus(await api.status(), trust.status, { origin: ORIGIN, now: Date.now(), epoch, last: null })
}
