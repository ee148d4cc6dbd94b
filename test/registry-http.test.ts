import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkProof,
  expandTile,
  formatManifest,
  hashInTile,
  leafHash,
  manifestDigest,
  parseVerifier,
  formatVerifier,
  noteSigner,
  parseEntries,
} from '../core/registry/index.ts'
import { createRegistry, sqliteStore, type Store } from '../registry-server/index.ts'
import { statusStreams } from '../registry-server/status-stream.ts'
import { verifyPool } from '../registry-server/verify-pool.ts'
import {
  alice,
  control,
  logKey,
  manifestOf,
  NAME,
  options,
  ORIGIN,
  pemOf,
  post,
  publication,
  registry,
  type Requests,
} from './registry-fixtures.ts'

const log = parseVerifier(formatVerifier(noteSigner(ORIGIN, 'ed25519', pemOf(logKey))))

async function json<T>(request: Requests, path: string): Promise<T> {
  const response = await request(path)
  assert.equal(response.status, 200, path)
  return (await response.json()) as T
}

async function publish(request: Requests, ...names: string[]): Promise<void> {
  const answers = await Promise.all(names.map((name) => request('/v1/statements', post(publication(manifestOf(name))))))
  for (const { status } of answers) assert.equal(status, 201)
}

type Servers = { readonly servers: readonly { readonly name: string }[]; readonly next: string | null }

test('servers are listed by pages, and found by a part of their names', async () => {
  const request = registry()
  const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `com.acme/${name}`)
  await publish(request, ...names)
  const seen: string[] = []
  for (let next: string | null = ''; next !== null;) {
    const page: Servers = await json(request, `/v1/servers?limit=2${next === '' ? '' : `&cursor=${next}`}`)
    seen.push(...page.servers.map(({ name }) => name))
    next = page.next
  }
  assert.deepEqual(seen, names)
  assert.deepEqual(
    (await json<Servers>(request, '/v1/servers?search=ME/C')).servers.map(({ name }) => name),
    ['com.acme/c'],
  )
})

test('what is asked in another form is refused before the store is asked', async () => {
  const request = registry()
  for (const query of [
    'servers?limit=0',
    'servers?limit=1000',
    'servers?limit=x',
    'servers?cursor=%ff',
    'servers?cursor=AAAA',
    'servers?search=%00',
    'servers?other=1',
    `servers?search=${'a'.repeat(201)}`,
    'pending?search=a',
  ]) {
    const response = await request(`/v1/${query}`)
    assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [400, 'REQUEST_INVALID'], query)
  }
  for (const path of [
    '/v1/servers/%00/versions',
    '/v1/servers/..%2f..%2fetc/versions/latest',
    '/v1/manifests/sha256:x',
    '/v1/proof/-1',
    '/v1/proof/1',
    '/log/tile/0/x',
    '/log/tile/0/000.p/7',
  ])
    assert.equal((await request(path)).status, 404, path)
})

test('what awaits approval is listed until enough people have approved it', async () => {
  const request = registry()
  await publish(request, NAME, 'com.acme/other')
  type Pending = { pending: { name: string; digest: `sha256:${string}` }[] }
  const before: Pending = await json(request, '/v1/pending')
  assert.deepEqual(
    before.pending.map(({ name }) => name),
    [NAME, 'com.acme/other'],
  )
  const { size, root } = await store(request)
  const target = { kind: 'manifest', name: NAME, version: '1.0.0', digest: manifestDigest(formatManifest(manifestOf())) } as const
  assert.equal((await request('/v1/statements', post(control({ seen: { size, root }, action: 'approve', target }, alice)))).status, 201)
  const after: Pending = await json(request, '/v1/pending')
  assert.deepEqual(
    after.pending.map(({ name }) => name),
    ['com.acme/other'],
  )
})

async function store(request: Requests): Promise<{ size: number; root: string }> {
  const [, size = '', root = ''] = (await (await request('/log/checkpoint')).text()).split('\n')
  return { size: Number(size), root }
}

test('each record is proven at every size, over more than one tile', async () => {
  const request = registry()
  await publish(request, ...Array.from({ length: 260 }, (_, i) => `com.acme/s${i}`))
  for (const index of [0, 1, 254, 255, 256, 259]) {
    const entries = await (await request(`/log/tile/entries/${index < 256 ? '000' : '001.p/4'}`)).arrayBuffer()
    const record = parseEntries(new Uint8Array(entries))[index % 256] ?? Buffer.alloc(0)
    const proof = await (await request(`/v1/proof/${index}`)).text()
    assert.equal(checkProof(proof, record, log).checkpoint.size, 260)
  }
})

test('an expanded tile has the hashes of the raw one, at every width', () => {
  for (const width of [1, 2, 3, 7, 8, 255, 256]) {
    const bytes = Buffer.concat(Array.from({ length: width }, (_, i) => leafHash(Buffer.from([i]))))
    const hashOf = expandTile(bytes)
    for (let level = 0; level < 8; level++)
      for (let index = 0; index < Math.floor(width / 2 ** level); index++)
        assert.deepEqual(Buffer.from(hashOf({ level, index })), Buffer.from(hashInTile({ level, index }, bytes)))
    if (width < 256) assert.throws(() => hashOf({ level: 0, index: width }))
  }
})

test('an answer that the client has is 304, and a commit makes another', async () => {
  const request = registry()
  await publish(request, NAME)
  const path = `/v1/servers/${encodeURIComponent(NAME)}/versions/latest`
  const etag = (await request(path)).headers.get('etag') ?? ''
  assert.equal((await request(path, { headers: { 'if-none-match': etag } })).status, 304)
  await publish(request, 'com.acme/other')
  const again = await request(path, { headers: { 'if-none-match': etag } })
  assert.equal(again.status, 200)
  assert.match(await again.text(), /com\.acme\/notes/)
})

test('every answer says what request it is of, and lets no browser guess', async () => {
  const request = registry()
  for (const path of [
    '/v1/status',
    '/v1/servers',
    '/log/checkpoint',
    '/healthz',
    '/readyz',
    '/metrics',
    '/v1/status/stream',
    '/nowhere',
    '/v1/proof/7',
  ]) {
    const { headers, body } = await request(path)
    await body?.cancel()
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/, path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
  }
})

test('metrics count by route, and name no request', async () => {
  const request = registry()
  await publish(request, NAME)
  await request(`/v1/servers/${encodeURIComponent(NAME)}/versions/latest`)
  await request('/v1/proof/9')
  const text = await (await request('/metrics')).text()
  for (const line of [
    'mcp_lock_requests_total{route="/v1/servers/:name/versions/:version",status="200"} 1',
    'mcp_lock_requests_total{route="/v1/proof/:index",status="404"} 1',
    'mcp_lock_statements_total{outcome="accepted"} 1',
    'mcp_lock_log_size 1',
    'mcp_lock_streams 0',
  ])
    assert.ok(text.includes(line), line)
  assert.doesNotMatch(text, /acme/)
})

test('a stream says that there is another status, and ends with the registry', async () => {
  const { fetch, close } = createRegistry(options())
  const request: Requests = async (path, init) => fetch(new Request(`http://registry.test${path}`, init))
  const reader = (await request('/v1/status/stream')).body?.getReader()
  const event = async (): Promise<string> => Buffer.from((await reader?.read())?.value ?? []).toString()
  assert.match(await event(), /^event: status\nid: 1\ndata: \{"epoch":1\}\n\n$/)
  await publish(request, NAME)
  assert.match(await event(), /^event: status\nid: 2\n/)
  await close()
  assert.equal((await reader?.read())?.done, true)
})

test('a client that does not read is let go, and no more streams are open than may be', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  let commit = (): void => {}
  const watched: Pick<Store, 'watch'> = { watch: (listener) => ((commit = listener), () => {}) }
  let epoch = 0
  const status = { current: () => Promise.resolve({ epoch: (epoch += 10 ** 12), text: '', etag: '', issued: 0 }) }
  const streams = statusStreams(watched, status, 2)
  const [slow, other] = [streams.open(), streams.open()]
  assert.equal(streams.open(), null)
  await other?.cancel()
  assert.equal(streams.count(), 1)
  for (let i = 0; streams.count() > 0; i++) {
    assert.ok(i < 1000, 'what waits for one client is bounded')
    commit()
    t.mock.timers.tick(100)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await assert.rejects(async () => {
    const reader = slow?.getReader()
    while ((await reader?.read())?.done === false);
  }, /does not read/)
  streams.close()
})

test('bundles are verified in threads; those that are too many are told to come again', async () => {
  const { policy } = options()
  const pool = verifyPool(policy.trust, { threads: 1, queue: 2 })
  const good = publication(manifestOf()).bundle
  const opened = await pool.verify(good)
  assert.equal(opened.statement.kind, 'manifest')
  assert.ok(opened.payload instanceof Uint8Array)
  await assert.rejects(pool.verify('{}'), { code: 'BUNDLE_INVALID' })
  const results = await Promise.allSettled([good, good, good, good, good].map((bundle) => pool.verify(bundle)))
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  )
  await pool.close()
  await assert.rejects(pool.verify(good), { code: 'REGISTRY_BUSY' })
})

test('a busy registry answers 503 and says when to come again; nothing is stored', async () => {
  const { policy } = options()
  const verifier = verifyPool(policy.trust, { threads: 1, queue: 0 })
  const kept = sqliteStore(':memory:')
  const response = await registry({ verifier, store: kept })('/v1/statements', post(publication(manifestOf())))
  assert.equal(response.status, 503)
  assert.equal(response.headers.get('retry-after'), '1')
  assert.equal(((await response.json()) as { code: string }).code, 'REGISTRY_BUSY')
  assert.equal((await kept.head()).size, 0)
  await verifier.close()
})
