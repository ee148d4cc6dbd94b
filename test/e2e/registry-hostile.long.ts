/** Whatever is sent to a registry: a problem with a 4xx, nothing stored, memory bounded. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { networks } from '../../registry-server/networks.ts'
import { listen, type Listening } from '../../registry-server/http/listen.ts'
import { openRegistry, type Registry } from '../../registry-server/registry.ts'
import { manifestOf, NAME, options, post, publication } from '../registry-fixtures.ts'

const many = { perSecond: 1e6, burst: 1e6 }
const limits = {
  connections: 300,
  headersSeconds: 1,
  requestSeconds: 2,
  idleSeconds: 2,
  stopSeconds: 2,
  openPerAddress: 10_000,
  reads: many,
  writes: many,
}

let registry: Registry
let served: Listening
let url = ''

before(async () => {
  registry = openRegistry(options())
  served = await listen(registry, { host: '127.0.0.1', port: 0, tls: null, trustedProxies: networks([]), limits })
  url = `http://127.0.0.1:${served.port}`
})
after(() => served.stop())

async function isRefused(response: Response, what: string): Promise<void> {
  assert.ok(response.status >= 400 && response.status < 500, `${what}: ${response.status}`)
  assert.equal(response.headers.get('content-type'), 'application/problem+json', what)
  const { code, status } = (await response.json()) as { code: string; status: number }
  assert.match(code, /^[A-Z_]+$/, what)
  assert.equal(status, response.status, what)
}

async function nothingStored(size = 0): Promise<void> {
  assert.equal((await registry.store.head()).size, size)
}

test('bodies that are too long, too short, of another type, or have what is not known', async () => {
  const good = publication(manifestOf())
  const text = JSON.stringify(good)
  const json = { 'content-type': 'application/json' }
  const bodies: readonly [string, RequestInit][] = [
    ['oversized', { headers: json, body: 'x'.repeat(20_000_000) }],
    ['oversized bundle', post({ bundle: 'x'.repeat(5_000_000) })],
    ['truncated', { headers: json, body: text.slice(0, -20) }],
    ['empty', { headers: json, body: '' }],
    ['another type', { headers: { 'content-type': 'text/plain' }, body: text }],
    ['no type', { headers: { 'content-type': '' }, body: text }],
    ['unknown field', post({ ...good, extra: 1 })],
    ['unknown field within', post({ ...good, metadata: { extra: 1 } })],
    ['a field twice', { headers: json, body: text.replace('{', '{"bundle":"x",') }],
    ['deep', { headers: json, body: '['.repeat(100_000) }],
    ['no object', post([good])],
    ['no UTF-8', { headers: json, body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }],
    ['a closure that nothing names', post({ ...good, closure: 'x' })],
    ['another manifest', post({ ...good, manifest: '{}' })],
    ['a scripted address', post({ ...good, metadata: { websiteUrl: 'javascript:alert(1)' } })],
    ['a prototype', { headers: json, body: '{"__proto__":{"bundle":"x"}}' }],
  ]
  for (const [what, init] of bodies) await isRefused(await fetch(`${url}/v1/statements`, { method: 'POST', ...init }), what)
  await nothingStored()
})

test('a name or version that is none, signed or not', async () => {
  const bad = [
    '../../etc/passwd',
    'com.acme/..%2f',
    "com.acme/x' or 1=1 --",
    'com.acme/a b',
    'com.acme/\u202e',
    'com.acme/\u0000',
    'a'.repeat(10_000),
    '',
  ]
  for (const name of bad) {
    await isRefused(await fetch(`${url}/v1/statements`, post(publication({ ...manifestOf(), name }))), `published: ${name.slice(0, 40)}`)
    for (const path of [
      `/v1/servers/${encodeURIComponent(name)}/versions/latest`,
      `/v1/servers/${encodeURIComponent(NAME)}/versions/${encodeURIComponent(name)}`,
      `/v1/manifests/${encodeURIComponent(name)}`,
      `/log/tile/${encodeURIComponent(name)}`,
    ])
      await isRefused(await fetch(url + path), path.slice(0, 80))
  }
  for (const path of [
    '/log/tile/../../etc/passwd',
    '/log/tile/0/x000/000',
    '/log/tile/64/000',
    '/v1/proof/1e3',
    '/%',
    '/%c0%ae',
    '//',
    '/v1/servers?cursor=..',
    '/v1/servers?limit=1e9',
    '/log/tile/entries/000',
  ])
    await isRefused(await raw(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`), path)
  await nothingStored()
})

/** Bytes as they are, for `fetch` mends what it sends. */
async function raw(bytes: string): Promise<Response> {
  const socket = connect(served.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  const text = Buffer.concat((await socket.toArray()) as Buffer[]).toString('latin1')
  const [head = '', ...body] = text.split('\r\n\r\n')
  const [status = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
  const chunked = headers.some(([name, value]) => name.toLowerCase() === 'transfer-encoding' && value === 'chunked')
  const whole = body.join('\r\n\r\n')
  const kept = headers.filter(([name]) => !/^(?:transfer-encoding|content-length)$/i.test(name))
  return new Response(chunked ? whole.replaceAll(/^[0-9a-f]+\r\n|\r\n[0-9a-f]*\r?\n?$/g, '') : whole, {
    status: Number(status.split(' ')[1]),
    headers: kept,
  })
}

test('headers that would become others, and requests within requests', async () => {
  const requests = [
    'GET /v1/servers HTTP/1.1\r\nhost: a\r\nx: a\rb\r\n\r\n',
    'GET /v1/servers HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
    'POST /v1/statements HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    'GET http://[ HTTP/1.1\r\nhost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: a@b/c\r\nconnection: close\r\n\r\n',
    `GET / HTTP/1.1\r\nhost: a\r\n${'x: y\r\n'.repeat(5_000)}\r\n`,
  ]
  for (const bytes of requests) await isRefused(await raw(bytes), bytes.slice(0, 80))
  const id = (await fetch(`${url}/nowhere%0d%0aset-cookie:x`)).headers
  assert.equal(id.get('set-cookie'), null)
})

test('slow clients are let go, and others are served meanwhile', async () => {
  const slow = Array.from({ length: 100 }, (_, i): Socket => {
    const socket = connect(served.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.resume()
    socket.write(
      i % 2 === 0
        ? 'GET / HTTP/1.1\r\nhost: a\r\nx'
        : 'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
    )
    return socket
  })
  const drip = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('y')), 100)
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  await Promise.all(slow.map(async (socket) => socket.closed || once(socket, 'close')))
  clearInterval(drip)
  await nothingStored()
})

test('ten thousand random requests', async () => {
  let seed = 1
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
  const word = (): string =>
    Array.from({ length: random(30) }, () => String.fromCodePoint(pick([random(128), random(0xd000), 0x2f, 0x2e, 0x25]))).join('')
  const good = JSON.stringify(publication(manifestOf()))
  const json = { 'content-type': 'application/json' }
  const make = (): [string, RequestInit] => {
    const at = random(good.length)
    const broken = good.slice(0, at) + pick(['', '"', '}', '\\', '\0', 'é', '[', word()]) + good.slice(at + 1 + random(5))
    switch (random(4)) {
      case 0:
        return ['/v1/statements', { method: 'POST', headers: json, body: broken === good ? '' : broken }]
      case 1:
        return [
          '/v1/statements',
          { method: 'POST', headers: { 'content-type': pick(['application/json', 'text/json', 'x']) }, body: word() },
        ]
      case 2:
        return [
          `/${pick(['v1/servers', 'v1/manifests', 'log/tile', 'v1/digests', 'v1/proof', 'v0.1/servers'])}/${encodeURIComponent(`?${word()}`)}`,
          {},
        ]
      default:
        return [`/${encodeURIComponent(`-${word()}`)}`, { method: pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) }]
    }
  }
  const before = process.memoryUsage().rss
  for (let i = 0; i < 10_000; i += 50) {
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const [path, init] = make()
        const response = await fetch(url + path, init)
        if (path.startsWith('/v0.1/')) {
          assert.ok(response.status >= 400 && response.status < 500, path)
          await response.text()
        } else await isRefused(response, `${path} ${typeof init.body === 'string' ? init.body.slice(0, 3000) : ''}`)
      }),
    )
  }
  assert.ok(process.memoryUsage().rss - before < 400 * 1024 * 1024)
  await nothingStored()
  assert.equal((await fetch(`${url}/v1/statements`, post(publication(manifestOf())))).status, 201)
})
