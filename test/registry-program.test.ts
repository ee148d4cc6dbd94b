import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { clientAddressBehind } from '../registry-server/http/client-address.ts'
import { listen, type ListenOptions } from '../registry-server/http/listen.ts'
import { networks } from '../registry-server/networks.ts'
import { parseConfig } from '../registry-server/program/config.ts'
import { openRegistry } from '../registry-server/registry.ts'
import { manifestOf, options, publication } from './registry-fixtures.ts'
import { folder, published, run } from './registry-running.ts'

test('what was published is there after a stop; a backup is whole, and a restore is not over anything', async (t) => {
  const cwd = await folder(t)
  await published(cwd)
  assert.match((await run(cwd, 'verify-log')).out, /^1 records: every hash/)
  assert.match((await run(cwd, 'migrate')).out, /with 1 records/)
  assert.match((await run(cwd, 'backup copy.db')).out, /^1 records/)
  assert.match((await run(cwd, 'backup copy.db')).err, /FILE_PRESENT/)
  assert.match((await run(cwd, 'restore copy.db')).err, /FILE_PRESENT/)
  const epoch = epochOf(join(cwd, 'copy.db'))
  for (const name of ['registry.db', 'registry.db-wal', 'registry.db-shm']) await rm(join(cwd, name), { force: true })
  assert.match((await run(cwd, 'restore registry.yaml')).err, /FILE_UNREADABLE/)
  assert.match((await run(cwd, 'restore copy.db')).out, /^1 records/)
  assert.match((await run(cwd, 'verify-log')).out, /^1 records: every hash/)
  assert.ok(epochOf(join(cwd, 'registry.db')) > epoch + 1000)
})

function epochOf(path: string): number {
  const db = new DatabaseSync(path)
  const epoch = Number(db.prepare('select epoch from epochs').get()?.['epoch'])
  db.close()
  return epoch
}

test('verify-log finds whatever is not what it was', async (t) => {
  const cwd = await folder(t)
  await published(cwd)
  const changes = [
    [`update records set record = cast(replace(cast(record as text), '1.0.0', '1.0.1') as blob)`, /root of the head is not that/],
    [`update head set root = zeroblob(32)`, /root of the head is not that/],
    [`update tiles set bytes = zeroblob(32)`, /tile 0\/0 is not that of the records/],
    [`update objects set bytes = cast('{}' as blob)`, /is something else/],
    [`delete from objects`, /there is no sha256/],
    [`update records set payload = cast(replace(cast(payload as text), 'observer', 'author') as blob)`, /not what was signed/],
    [`update records set identity = replace(identity, 'sha256:', 'sha256:0')`, /somebody else signed it/],
    [`update records set scope = 'com.acme/other'`, /are known by what they are about/],
  ] as const
  for (const [change, problem] of changes) {
    await run(cwd, 'backup whole.db')
    const db = new DatabaseSync(join(cwd, 'registry.db'))
    db.exec(change)
    db.close()
    const { status, out, err } = await run(cwd, 'verify-log')
    assert.deepEqual([status, /LOG_BROKEN/.test(err)], [4, true], `${change}: ${out}${err}`)
    assert.match(out, problem)
    await rm(join(cwd, 'registry.db'))
    await run(cwd, 'restore whole.db')
    await rm(join(cwd, 'whole.db'))
  }
  const file = join(cwd, 'registry.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replace('com.acme/*', 'com.other/*'))
  assert.match((await run(cwd, 'verify-log')).out, /record 0: it would be refused: PUBLISHER_UNKNOWN/)
})

const CONFIG = `store: { sqlite: r.db }
log: { origin: r.example/log, key: { variable: LOG_KEY } }
status: { key: { file: s.pem } }
approvals: 0
`

test('the example is a configuration', async () => {
  const text = await readFile(new URL('../examples/registry/registry.yaml', import.meta.url), 'utf8')
  assert.equal(parseConfig(text).log.origin, 'registry.acme.example/log')
})

test('a configuration is refused at its line and column', () => {
  assert.equal(parseConfig(CONFIG).limits.streams, 5_000)
  for (const [text, where] of [
    ['listen: 8080\n', 'line 5, column 9: listen'],
    ['port: 8080\n', 'line 5, column 1'],
    ['tls: { cert: a.pem }\n', 'line 5, column 6: tls.key'],
    ['trustedProxies: [10.0.0.0/99]\n', 'line 5, column 18: trustedProxies.0'],
    ['witnesses: [{ url: "http://w", key: x }]\n', 'line 5, column 37: witnesses.0.key'],
    ['limits: { streams: 0 }\n', 'line 5, column 20: limits.streams'],
    ['url: https://registry.example/\n', 'line 5, column 6: url'],
  ] as const)
    assert.throws(
      () => parseConfig(CONFIG + text),
      (error: Error) => error.message.startsWith(where) || assert.fail(error.message),
    )
  assert.throws(() => parseConfig(CONFIG.replace('approvals: 0', 'approvals: 1')), /approvers/)
})

test('secrets come out of variables, and no failure shows them', async (t) => {
  const cwd = await folder(t)
  await writeFile(join(cwd, 'registry.yaml'), CONFIG.replace('{ file: s.pem }', '{ variable: STATUS_KEY }'))
  assert.match((await run(cwd, 'serve')).err, /`LOG_KEY` is not set \[VARIABLE_UNSET\]\n {2}set it where the registry is started/)
  const { status, err } = await run(cwd, 'serve', AbortSignal.abort(), { LOG_KEY: 'hunter2', STATUS_KEY: 'hunter2' })
  assert.equal(status, 2)
  assert.match(err, /KEY_INVALID\]\n {2}.*openssl genpkey/)
  assert.doesNotMatch(err, /hunter2/)
})

test('a secret that everybody may read is served with a warning', async (t) => {
  if (process.platform === 'win32') return t.skip('Windows has no such modes')
  const cwd = await folder(t)
  await run(cwd, 'init --listen 127.0.0.1:0')
  const key = join(cwd, 'keys/log.pem')
  assert.doesNotMatch((await run(cwd, 'serve')).err, /"warn"/)
  await chmod(key, 0o644)
  const warned = (await run(cwd, 'serve')).err.split('\n').filter((line) => line.includes('"warn"'))
  assert.deepEqual(
    warned.map((line) => (JSON.parse(line) as { file: string }).file),
    [key],
  )
})

test('a webhook of the configuration is told', async (t) => {
  const cwd = await folder(t)
  const told = Promise.withResolvers<string>()
  const target = createServer((request, response) => {
    told.resolve(String(request.headers['webhook-signature']))
    response.end()
  })
  await once(target.listen(0, '127.0.0.1'), 'listening')
  const { port } = target.address() as AddressInfo
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
  await writeFile(join(cwd, 'secret'), secret)
  await published(cwd, `webhooks: [{ url: "http://127.0.0.1:${port}", secret: { file: secret }, allowPrivate: true }]\n`, told.promise)
  assert.match(await told.promise, /^v1,/)
  target.close()
})

test('wrong usage is exit 2, and help is no failure', async () => {
  for (const words of ['nothing', 'serve --x', 'backup']) assert.equal((await run('/', words)).status, 2, words)
  for (const words of ['--help', 'serve --help']) assert.equal((await run('/', words)).status, 0, words)
})

const LISTEN: ListenOptions = {
  host: '127.0.0.1',
  port: 0,
  tls: null,
  trustedProxies: networks([]),
  limits: {
    connections: 100,
    headersSeconds: 10,
    requestSeconds: 10,
    idleSeconds: 10,
    stopSeconds: 5,
    openPerAddress: 100,
    reads: { perSecond: 1000, burst: 1000 },
    writes: { perSecond: 1000, burst: 1000 },
  },
}

test('one address asks as often as it may, and a forwarded one counts from trusted proxies only', async () => {
  const limits = { ...LISTEN.limits, reads: { perSecond: 0.001, burst: 2 } }
  const start = async (trusted: readonly string[]) =>
    listen(openRegistry(options()), { ...LISTEN, limits, trustedProxies: networks(trusted) })
  const ask = async (port: number, forwarded: string): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { 'x-forwarded-for': forwarded } })
    if (response.status === 429) {
      assert.equal(response.headers.get('retry-after'), '1')
      assert.equal(((await response.json()) as { code: string }).code, 'RATE_LIMITED')
    }
    return response.status
  }
  const direct = await start([])
  assert.deepEqual(
    [await ask(direct.port, '1.1.1.1'), await ask(direct.port, '2.2.2.2'), await ask(direct.port, '3.3.3.3')],
    [200, 200, 429],
  )
  await direct.stop()
  const behind = await start(['127.0.0.0/8'])
  const asked: number[] = []
  for (const one of ['1.1.1.1', '1.1.1.1', '9.9.9.9, 1.1.1.1', '2.2.2.2']) asked.push(await ask(behind.port, one))
  assert.deepEqual(asked, [200, 200, 429, 200])
  await behind.stop()
})

test('one address has only so many requests open, streams and slow bodies alike', async (t) => {
  const { port, stop } = await listen(openRegistry(options()), { ...LISTEN, limits: { ...LISTEN.limits, openPerAddress: 2 } })
  t.after(stop)
  const stream = await fetch(`http://127.0.0.1:${port}/v1/status/stream`)
  const headers = { 'content-type': 'application/json', 'content-length': 100, expect: '100-continue' }
  const slow = httpRequest({ port, path: '/v1/statements', method: 'POST', headers })
  slow.flushHeaders()
  await once(slow, 'continue')
  const ask = async (): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`)
    await response.text()
    return response.status
  }
  assert.equal(await ask(), 429)
  slow.end('x'.repeat(100))
  const [answered] = (await once(slow, 'response')) as [IncomingMessage]
  await answered.resume().toArray()
  while ((await ask()) !== 200);
  await stream.body?.cancel()
})

test('the address of a client is what the last proxy that is trusted says', () => {
  const trusted = networks(['10.0.0.0/8', '2001:db8::/32'])
  for (const [socket, forwarded, client] of [
    ['1.2.3.4', '9.9.9.9', '1.2.3.4'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '9.9.9.9', '9.9.9.9'],
    ['::ffff:10.0.0.1', '8.8.8.8, 9.9.9.9', '9.9.9.9'],
    ['10.0.0.1', '8.8.8.8, 10.0.0.2', '8.8.8.8'],
    ['10.0.0.1', 'nobody', '10.0.0.1'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['2001:db8::1', '2a00:1:2:3:4:5:6:7', '2a00:1:2:3'],
    ['2a00::1', undefined, '2a00:0:0:0'],
  ] as const)
    assert.equal(clientAddressBehind(trusted)(socket, forwarded), client, `${socket} ${forwarded}`)
})

test('what was accepted is answered before it stops, and streams end', async () => {
  const registry = openRegistry(options())
  const { port, stop } = await listen(registry, LISTEN)
  const stream = await fetch(`http://127.0.0.1:${port}/v1/status/stream`)
  const body = JSON.stringify(publication(manifestOf()))
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), expect: '100-continue' }
  const sending = httpRequest({ port, path: '/v1/statements', method: 'POST', headers })
  sending.flushHeaders()
  await once(sending, 'continue')
  sending.write(body.slice(0, 100))
  const stopped = stop()
  await stream.text()
  await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`))
  sending.end(body.slice(100))
  const [response] = (await once(sending, 'response')) as [{ statusCode: number; resume: () => void }]
  response.resume()
  assert.equal(response.statusCode, 201)
  await stopped
  await assert.rejects(async () => registry.store.head())
})

test('bytes that are no request get a problem, and the connection ends', async (t) => {
  const { port, stop } = await listen(openRegistry(options()), LISTEN)
  t.after(stop)
  for (const [bytes, status] of [
    ['GARBAGE\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nhost: a b\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n', 400],
  ] as const) {
    const socket = connect(port, '127.0.0.1')
    socket.end(bytes)
    const answer = Buffer.concat(await socket.toArray()).toString()
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), bytes.slice(0, 60))
    assert.match(answer, /application\/problem\+json/, bytes.slice(0, 60))
  }
})
