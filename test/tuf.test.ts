/** The TUF client against repositories that are honest, stale, broken and hostile. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { networkOf } from '../cli/network/network.ts'
import { fetchTargets } from '../cli/tuf/fetch-targets.ts'
import publicGoodRoot from '../cli/tuf/public-good-root.json' with { type: 'json' }
import { LockError } from '../core/codes/errors.ts'
import { Authority, InterceptingProxy } from './authority.ts'
import { TufKey, TufRepository, type Publication, type RoleName } from './tuf/repository.ts'
import { temporary } from './world.ts'

const TARGETS = { 'trusted_root.json': '{"a": 1}\n', 'other.json': '{}' }

async function fetchFrom(url: URL, root: string, { env = {}, timeout = 30_000, signal = new AbortController().signal } = {}) {
  const texts = await fetchTargets({ url, root }, ['trusted_root.json', 'missing.json'], await networkOf(env), { timeout, signal })
  return Object.fromEntries(texts)
}

const GOOD = { 'trusted_root.json': TARGETS['trusted_root.json'], 'missing.json': null }

async function fails(fetching: Promise<unknown>, code: string, said: RegExp): Promise<void> {
  await assert.rejects(fetching, (error) => {
    assert.ok(error instanceof LockError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, said)
    return true
  })
}

/** An honest repository that the test then spoils, read with the root that it began with. */
function spoiled(t: TestContext, spoil: (repository: TufRepository) => void, publication: Publication = {}): Promise<unknown> {
  const repository = new TufRepository(TARGETS, publication)
  const { root } = repository
  spoil(repository)
  return repository.serve(t).then((url) => fetchFrom(url, root))
}

test('the files of an honest repository', async (t) => {
  const repository = new TufRepository(TARGETS)
  const url = await repository.serve(t)
  assert.deepEqual(await fetchFrom(url, repository.root), GOOD)
  for (const path of ['/mirror', '/mirror/']) assert.deepEqual(await fetchFrom(new URL(path, url), repository.root), GOOD)
})

test('a root that is years old leads to the newest one, each signed by the one before', async (t) => {
  const repository = new TufRepository(TARGETS, { expires: { root: '2020-01-01T00:00:00Z' } })
  const { root } = repository
  repository.publishRoot({}, { root: new TufKey(), timestamp: new TufKey() })
  repository.publishRoot({}, { root: new TufKey(), targets: new TufKey(), snapshot: new TufKey() })
  repository.publish(TARGETS, { version: 7 })
  const url = await repository.serve(t)
  assert.deepEqual(await fetchFrom(url, root), GOOD)
  const [second, third] = [repository.files.get('/2.root.json'), repository.files.get('/3.root.json')]
  repository.files.set('/2.root.json', third ?? '')
  await fails(fetchFrom(url, root), 'TUF_INVALID', /127\.0\.0\.1/)
  repository.files.set('/2.root.json', second ?? '')
  repository.files.set('/3.root.json', second ?? '')
  await fails(fetchFrom(url, root), 'TUF_INVALID', /version 3, got 2/)
})

test('what has expired is named, with its day', async (t) => {
  for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) {
    const fetching = spoiled(t, () => {}, { expires: { [role]: '2020-02-03T04:05:06Z' } })
    await fails(fetching, 'TUF_EXPIRED', new RegExp(`\`${role}\\.json\` of \`127\\.0\\.0\\.1:\\d+\` expired on 2020-02-03T04:05:06Z`))
  }
})

test('of several roots the newest counts', async (t) => {
  const chain = spoiled(t, (repository) => repository.publishRoot({ expires: { root: '2021-01-01T00:00:00Z' } }), {
    expires: { root: '2020-01-01T00:00:00Z' },
  })
  await fails(chain, 'TUF_EXPIRED', /expired on 2021-01-01/)
})

test('an older file than the one above it names', async (t) => {
  const older = (repository: TufRepository, role: RoleName): void => {
    repository.publish(TARGETS, { version: 2, hashes: false })
    repository.files.set(`/2.${role}.json`, repository.files.get(`/1.${role}.json`) ?? '')
  }
  await fails(
    spoiled(t, (repository) => older(repository, 'snapshot')),
    'TUF_INVALID',
    /version/,
  )
  await fails(
    spoiled(t, (repository) => older(repository, 'targets')),
    'TUF_INVALID',
    /version/i,
  )
})

test('files that are not signed as the root demands', async (t) => {
  for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
    const other = spoiled(t, (repository) => {
      repository.keys[role] = new TufKey()
      repository.publish(TARGETS)
    })
    await fails(other, 'TUF_INVALID', /sign/)
    const path = role === 'timestamp' ? '/timestamp.json' : `/1.${role}.json`
    const altered = spoiled(t, ({ files }) => files.set(path, String(files.get(path)).replace('2126-', '2127-')), { hashes: false })
    await fails(altered, 'TUF_INVALID', /sign/)
  }
  await fails(
    spoiled(t, () => {}, { threshold: 2 }),
    'TUF_INVALID',
    /sign/,
  )
  const repository = new TufRepository(TARGETS)
  await fails(fetchFrom(await repository.serve(t), new TufRepository(TARGETS).root), 'TUF_INVALID', /sign/)
  for (const root of ['', '{}', '[]', 'null', repository.root.replace('2126', '2127')])
    await fails(fetchFrom(await repository.serve(t), root), 'TUF_INVALID', /./)
})

test('a target of another time or another file', async (t) => {
  const path = /^\/targets\/.*trusted_root\.json$/
  const replaced = (text: string) =>
    spoiled(t, ({ files }) => {
      for (const name of files.keys()) if (path.test(name)) files.set(name, text)
    })
  await fails(replaced('{"a": 2}\n'), 'TUF_INVALID', /hash/i)
  await fails(replaced('{}'), 'TUF_INVALID', /length/i)
  await fails(replaced(TARGETS['trusted_root.json'].repeat(2)), 'TUF_INVALID', /more than 9 bytes/)
  const mixed = spoiled(t, (repository) => {
    const before = String(repository.files.get('/1.targets.json'))
    repository.publish({ ...TARGETS, 'trusted_root.json': '{"b": 1}' }, { version: 1 })
    repository.files.set('/1.targets.json', before)
  })
  await fails(mixed, 'TUF_INVALID', /length|hash/i)
})

test('more bytes than a file may have are not read', async (t) => {
  const sent = spoiled(t, ({ files }) => files.set('/timestamp.json', Buffer.alloc(16_385, ' ')))
  await fails(sent, 'TUF_INVALID', /timestamp\.json`: `.*` answered more than 16384 bytes/)
  const endless = new TufRepository(TARGETS)
  const url = await endless.serve(t, (path) =>
    path !== '/2.root.json'
      ? undefined
      : (_, response) => {
          const more = (): void => {
            while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
            if (!response.destroyed) response.once('drain', more)
          }
          more()
        },
  )
  await fails(fetchFrom(url, endless.root), 'TUF_INVALID', /2\.root\.json`: `.*` answered more than 512000 bytes/)
})

test('what is no repository, or not at hand, could not be checked', async (t) => {
  const repository = new TufRepository(TARGETS)
  const { root, files } = repository
  const answering = (status: number, headers: { readonly [name: string]: string } = {}, path = '/timestamp.json') =>
    repository.serve(t, (asked) => (asked === path ? (_, response) => void response.writeHead(status, headers).end() : undefined))
  await fails(fetchFrom(await answering(404), root), 'SERVER_UNREACHABLE', /timestamp\.json`: `.*` answered 404/)
  await fails(fetchFrom(await answering(503), root), 'SERVER_UNREACHABLE', /answered 503/)
  await fails(fetchFrom(await answering(500, {}, '/2.root.json'), root), 'SERVER_UNREACHABLE', /2\.root\.json`: `.*` answered 500/)
  await fails(fetchFrom(await answering(302, { location: '/other' }), root), 'SERVER_UNREACHABLE', /answered 302/)
  await fails(fetchFrom(await answering(429, { 'retry-after': '3600' }), root), 'RATE_LIMITED', /wait 3600 seconds/)
  await fails(fetchFrom(new URL('http://127.0.0.1:2/'), root), 'CONNECTION_REFUSED', /127\.0\.0\.1:2/)
  await fails(
    fetchFrom(await answering(404, {}, [...files.keys()].find((path) => path.includes('trusted_root')) ?? ''), root),
    'SERVER_UNREACHABLE',
    /answered 404/,
  )
  let refusals = 1
  const busy = await repository.serve(t, () =>
    refusals-- > 0 ? (_, response) => void response.writeHead(429, { 'retry-after': '0' }).end() : undefined,
  )
  assert.deepEqual(await fetchFrom(busy, root), GOOD)
})

test('a repository that does not answer is given up, and so is one when the user interrupts', async (t) => {
  const repository = new TufRepository(TARGETS)
  const silent = await repository.serve(t, (path) => (path === '/1.snapshot.json' ? () => {} : undefined))
  await fails(fetchFrom(silent, repository.root, { timeout: 1000 }), 'SERVER_TIMEOUT', /1\.snapshot\.json`: `.*` took longer than 1 second/)
  const half = await repository.serve(t, (path) => (path === '/timestamp.json' ? (_, response) => void response.write('{') : undefined))
  await fails(fetchFrom(half, repository.root, { timeout: 100 }), 'SERVER_TIMEOUT', /timestamp\.json/)
  const interrupt = new AbortController()
  const stopped = await repository.serve(t, () => () => interrupt.abort())
  await fails(fetchFrom(stopped, repository.root, { signal: interrupt.signal }), 'INTERRUPTED', /stopped/)
})

test('proxies and authorities of the environment count', async (t) => {
  const repository = new TufRepository(TARGETS)
  const authority = new Authority()
  const proxy = await InterceptingProxy.start(authority, repository.answer, {})
  t.after(() => proxy.close())
  const env = { HTTPS_PROXY: `http://user:sesame@${proxy.host}`, NODE_EXTRA_CA_CERTS: await authority.file(await temporary(t)) }
  assert.deepEqual(await fetchFrom(new URL('https://tuf.test/'), repository.root, { env }), GOOD)
  assert.ok(proxy.asked.every(({ host }) => host === 'tuf.test:443') && proxy.asked.length > 0)
  await fails(
    fetchFrom(new URL('https://tuf.test/'), repository.root, { env: { HTTPS_PROXY: env.HTTPS_PROXY } }),
    'TLS_UNTRUSTED',
    /tuf\.test/,
  )
})

test('the root of the public good instance that comes with mcp-lock is signed by itself, and leads on', async (t) => {
  const url = await new TufRepository({}).serve(t, () => (_, response) => void response.writeHead(404).end())
  await fails(fetchFrom(url, JSON.stringify(publicGoodRoot)), 'SERVER_UNREACHABLE', /timestamp\.json`: `.*` answered 404/)
})
