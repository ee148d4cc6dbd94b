import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { manifestCache } from '../registry-server/manifest-cache.ts'
import { isPublic, publicLookup } from '../registry-server/webhooks/address.ts'
import { nextAttempt, startWebhooks, type Webhooks } from '../registry-server/webhooks/service.ts'
import {
  createRegistry,
  parseWebhookSecret,
  sqliteDeliveries,
  WEBHOOK_EVENTS,
  type DeliveryQueue,
  type RegistryOptions,
  type WebhookTarget,
} from '../registry-server/index.ts'
import { admin, manifestOf, NAME, options, publication, type Requests } from './registry-fixtures.ts'
import { queueContract } from './e2e/queue-contract.ts'
import { sqliteDatabase } from './registry-databases.ts'
import { act, approve, submit, targetOf } from './registry-shelf.ts'

const SECRET = `whsec_${randomBytes(32).toString('base64')}`

type Told = {
  readonly id: string
  readonly type: string
  readonly data: { readonly index: number; readonly changes?: unknown; readonly reason?: unknown }
}

class Receiver {
  readonly told: Told[] = []
  readonly raw: { body: string; headers: IncomingHttpHeaders }[] = []
  /** Answers in turn; the last one stays. */
  statuses: number[] = [204]
  readonly #server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      this.raw.push({ body, headers: request.headers })
      const status = this.statuses.length > 1 ? (this.statuses.shift() ?? 204) : (this.statuses[0] ?? 204)
      if (status < 300) {
        const { type, data } = new Webhook(SECRET).verify(body, request.headers as Record<string, string>) as Told
        this.told.push({ id: String(request.headers['webhook-id']), type, data })
      }
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
  })
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

type Stage = {
  readonly request: Requests
  readonly webhooks: Webhooks
  readonly queue: DeliveryQueue
  readonly log: string[]
  readonly own: RegistryOptions
  now: number
}

/** A registry whose targets are told when the test says so, by a clock that it holds. */
async function stage(target: Omit<WebhookTarget, 'secret'>, queue = sqliteDeliveries(':memory:')): Promise<Stage> {
  const log: string[] = []
  const self = { now: Date.now() }
  const own = options({ clock: () => self.now, log: ({ message, ...fields }) => void log.push(`${message} ${JSON.stringify(fields)}`) })
  const { fetch } = createRegistry(own)
  const webhooks = startWebhooks(
    { targets: [{ secret: parseWebhookSecret(SECRET), ...target }], queue },
    { ...own, manifests: manifestCache(own.store), random: () => 1 },
  )
  await webhooks.run()
  const request: Requests = async (path, init) => fetch(new Request(`http://registry.test${path}`, init))
  return Object.assign(self, { request, webhooks, queue, log, own })
}

const everything = { events: WEBHOOK_EVENTS, allowPrivate: true }
const failures = (log: readonly string[]): string[] => log.filter((line) => line.startsWith('webhook'))

test('targets are told what happens, signed as Standard Webhooks has it', async () => {
  await using receiver = new Receiver()
  const { request, webhooks } = await stage({ url: await receiver.listen(), ...everything })
  const [one, two] = [manifestOf(), manifestOf(NAME, '2.0.0', 'Adds a note, and sends it')] as const
  await submit(request, publication(one))
  await approve(request, one)
  await submit(request, publication(two))
  await act(request, admin, { action: 'revoke', target: targetOf(two), reason: { code: 'malicious', text: 'sends\u202E notes' } })
  await act(request, admin, { action: 'pause', target: { kind: 'all' } })
  await act(request, admin, { action: 'resume', target: { kind: 'all' } })
  await webhooks.run()
  const told = receiver.told.toSorted((a, b) => a.data.index - b.data.index)
  assert.deepEqual(
    told.map(({ type }) => type),
    ['publish', 'approve', 'change', 'revoke', 'pause', 'resume'],
  )
  assert.deepEqual(told[2]?.data.changes, {
    since: '1.0.0',
    count: 2,
    summary: '1 of 1 tool changed, another package, version 1.0.0 → 2.0.0: looks like an upgrade',
  })
  assert.deepEqual(told[3]?.data.reason, { code: 'malicious', text: 'sends<U+202E> notes' })
  assert.equal(new Set(told.map(({ id }) => id)).size, 6)
  await webhooks.run()
  assert.equal(receiver.raw.length, 6)
  await webhooks.close()
})

test('a target is told only what it asked for, and nothing from before it was there', async () => {
  await using receiver = new Receiver()
  const url = await receiver.listen()
  const { request, webhooks, own } = await stage({ url, events: ['revoke'], allowPrivate: true })
  await submit(request, publication(manifestOf()))
  const later = startWebhooks(
    { targets: [{ url: `${url}?later`, secret: parseWebhookSecret(SECRET), ...everything }], queue: sqliteDeliveries(':memory:') },
    { ...own, manifests: manifestCache(own.store) },
  )
  await Promise.all([webhooks.run(), later.run()])
  assert.deepEqual(receiver.raw, [])
  await act(request, admin, { action: 'revoke', target: { kind: 'name', name: NAME } })
  await webhooks.run()
  assert.deepEqual(
    receiver.told.map(({ type }) => type),
    ['revoke'],
  )
  await Promise.all([webhooks.close(), later.close()])
})

test('a failure is tried again later under the same id, each time later; redirects are failures', async () => {
  await using receiver = new Receiver()
  const scene = await stage({ url: await receiver.listen(), ...everything })
  receiver.statuses = [500, 302, 204]
  await submit(scene.request, publication(manifestOf()))
  await scene.webhooks.run()
  await scene.webhooks.run()
  assert.equal(receiver.raw.length, 1)
  scene.now += 5_000
  await scene.webhooks.run()
  assert.equal(receiver.raw.length, 2)
  scene.now += 14_999
  await scene.webhooks.run()
  assert.equal(receiver.raw.length, 2)
  scene.now += 1
  await scene.webhooks.run()
  assert.equal(new Set(receiver.raw.map(({ headers }) => headers['webhook-id'])).size, 1)
  assert.equal(new Set(receiver.raw.map(({ body }) => body)).size, 1)
  assert.equal(receiver.told.length, 1)
  assert.deepEqual(failures(scene.log).length, 2)
  await scene.webhooks.close()
})

test('after a day, or where the target is gone, it is given up with a line in the log', async () => {
  await using receiver = new Receiver()
  const scene = await stage({ url: await receiver.listen(), ...everything })
  receiver.statuses = [500]
  await submit(scene.request, publication(manifestOf()))
  for (let hours = 0; hours < 30; hours++) {
    await scene.webhooks.run()
    scene.now += 3_600_000
  }
  const lines = failures(scene.log)
  assert.match(lines.at(-1) ?? '', /^webhook given up .*"attempts":25,.*answered 500/)
  assert.equal(lines.filter((line) => line.startsWith('webhook given up')).length, 1)
  receiver.statuses = [410]
  await submit(scene.request, publication(manifestOf('com.acme/other')))
  await scene.webhooks.run()
  assert.match(failures(scene.log).at(-1) ?? '', /^webhook given up .*"attempts":1,/)
  assert.doesNotMatch(scene.log.join('\n'), /whsec|hook\?|\/hook/)
  await scene.webhooks.close()
})

test('waiting grows to an hour, with jitter', () => {
  const waits = Array.from({ length: 12 }, (_, i) => nextAttempt(i + 1, 0, 0, () => 1))
  assert.deepEqual(waits.slice(0, 4), [5_000, 15_000, 45_000, 135_000])
  assert.equal(waits.at(-1), 3_600_000)
  assert.equal(
    nextAttempt(1, 0, 0, () => 0),
    2_500,
  )
  assert.equal(
    nextAttempt(20, 0, 24 * 3_600_000, () => 0),
    null,
  )
})

test('what was taken by a process that died is taken again, and what came meanwhile too', async () => {
  await using receiver = new Receiver()
  const url = await receiver.listen()
  const folder = mkdtempSync(join(tmpdir(), 'mcp-lock-deliveries-'))
  const file = join(folder, 'registry.db')
  receiver.statuses = [500]
  const scene = await stage({ url, ...everything }, sqliteDeliveries(file))
  await submit(scene.request, publication(manifestOf()))
  await scene.webhooks.run()
  await scene.webhooks.close()
  await submit(scene.request, publication(manifestOf('com.acme/other')))
  receiver.statuses = [204]
  // It takes both and dies.
  const dying = sqliteDeliveries(file)
  const id = createHash('sha256').update(url).digest('hex')
  scene.now += 5_000
  const taken = await dying.take(id, { size: 2, now: scene.now, until: scene.now + 60_000, limit: 10 })
  assert.deepEqual(
    taken.map(({ index }) => index),
    [0, 1],
  )
  const next = startWebhooks(
    { targets: [{ url, secret: parseWebhookSecret(SECRET), ...everything }], queue: sqliteDeliveries(file) },
    { ...scene.own, manifests: manifestCache(scene.own.store) },
  )
  await next.run()
  assert.equal(receiver.told.length, 0)
  scene.now += 60_000
  await next.run()
  assert.deepEqual(new Set(receiver.told.map(({ data }) => data.index)), new Set([0, 1]))
  await next.close()
  await dying.close()
  rmSync(folder, { recursive: true })
})

test('a queue that finds the database locked waits without blocking', async () => {
  const { file, drop } = await sqliteDatabase()
  const queue = sqliteDeliveries(file)
  const other = new DatabaseSync(file)
  other.exec('begin immediate')
  let isTaken = false
  const taken = queue.take('x', { size: 1, now: 0, until: 1, limit: 1 }).then(() => (isTaken = true))
  // Time passes for others.
  for (let ticks = 0; ticks < 20; ticks++) await sleep(1)
  assert.equal(isTaken, false)
  other.exec('rollback')
  await taken
  other.close()
  await queue.close()
  await drop()
})

queueContract('SQLite', async () => {
  const { file, drop } = await sqliteDatabase()
  return { open: async () => sqliteDeliveries(file), drop }
})

test('two replicas tell a slow target once', async () => {
  await using receiver = new Receiver()
  const url = await receiver.listen()
  const { file, drop } = await sqliteDatabase()
  const scene = await stage({ url, ...everything }, sqliteDeliveries(file))
  const other = startWebhooks(
    { targets: [{ url, secret: parseWebhookSecret(SECRET), ...everything }], queue: sqliteDeliveries(file) },
    { ...scene.own, manifests: manifestCache(scene.own.store) },
  )
  await submit(scene.request, publication(manifestOf()))
  await Promise.all([scene.webhooks.run(), other.run()])
  assert.equal(receiver.raw.length, 1)
  await scene.webhooks.close()
  await other.close()
  await drop()
})

test('private addresses are refused, whatever way they are written or resolved', async () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'localhost',
    '',
  ])
    assert.equal(isPublic(address), false, address)
  for (const address of ['1.1.1.1', '2606:4700::1111']) assert.equal(isPublic(address), true, address)
  const looked = (addresses: readonly { address: string; family: number }[], all: boolean): Promise<unknown> =>
    new Promise((resolve) =>
      publicLookup((_, then) => then(null, addresses))('acme.example', { all }, (error, address) =>
        resolve(error === null ? address : error.message),
      ),
    )
  const [good, bad] = [
    { address: '1.1.1.1', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ] as const
  assert.deepEqual(await looked([good], true), [good])
  assert.equal(await looked([good], false), '1.1.1.1')
  assert.equal(await looked([good, bad], true), 'the address is not public')
  assert.equal(await looked([], false), 'the name has no address')

  await using receiver = new Receiver()
  const { port } = new URL(await receiver.listen())
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433']) {
    const scene = await stage({ url: `https://${host}:${port}/`, events: WEBHOOK_EVENTS, allowPrivate: false })
    await submit(scene.request, publication(manifestOf()))
    await scene.webhooks.run()
    assert.match(failures(scene.log)[0] ?? '', /the address is not public/, host)
    await scene.webhooks.close()
  }
  assert.equal(receiver.raw.length, 0)
  await assert.rejects(stage({ url: 'http://acme.example/', events: [], allowPrivate: false }), { code: 'REGISTRY_CONFIG_INVALID' })
  await assert.rejects(stage({ url: 'https://user:pass@acme.example/', events: [], allowPrivate: false }), {
    code: 'REGISTRY_CONFIG_INVALID',
  })
})

test('a secret that is too short or no base64 is refused, and not repeated', () => {
  for (const text of ['', 'whsec_', 'whsec_c2hvcnQ=', 'secret words', `whsec_${'a'.repeat(200)}`])
    assert.throws(
      () => parseWebhookSecret(text),
      (error: Error) => !error.message.includes('secret words') && 'code' in error && error.code === 'REGISTRY_CONFIG_INVALID',
    )
})
