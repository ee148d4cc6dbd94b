import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Manifest } from '../core/registry/index.ts'
import { sqliteStore, type Store } from '../registry-server/index.ts'
import { MCP_SHAPES } from '../registry-server/routes/mcp-shapes.ts'
import type { Listed } from '../registry-server/store.ts'
import { admin, manifestOf, NAME, observer, ORIGIN, publication, registry, type Requests } from './registry-fixtures.ts'
import { act, approve, submit, targetOf } from './registry-shelf.ts'

const OURS = 'example.registry/mcp-lock'

async function approved(request: Requests, manifest: Manifest, metadata = {}): Promise<void> {
  await submit(request, { ...publication(manifest), metadata })
  await approve(request, manifest)
}

async function allApproved(request: Requests, manifests: readonly Manifest[]): Promise<void> {
  await Promise.all(manifests.map((manifest) => submit(request, publication(manifest))))
  await Promise.all(manifests.map((manifest) => approve(request, manifest)))
}

async function servers(request: Requests, path: string): Promise<ReturnType<typeof MCP_SHAPES.servers.parse>> {
  const response = await request(path)
  assert.equal(response.status, 200, path)
  return MCP_SHAPES.servers.parse(await response.json())
}

async function versionsAt(request: Requests, path: string): Promise<string[]> {
  return (await servers(request, path)).servers.map(({ server: { name, version } }) => `${name.replace('com.acme/', '')}@${version}`)
}

const at = (name: string, rest = ''): string => `/v0.1/servers/${encodeURIComponent(name)}/versions${rest}`

test('VS Code probes, lists page after page, and opens one server', async () => {
  const request = registry()
  await allApproved(
    request,
    Array.from({ length: 60 }, (_, i) => manifestOf(`com.acme/s${i}`)),
  )
  const probe = await servers(request, '/v0.1/servers?limit=1')
  assert.equal(probe.servers.length, 1)
  const first = await servers(request, '/v0.1/servers?limit=50&version=latest')
  assert.deepEqual([first.servers.length, first.metadata.count], [50, 50])
  // It puts the cursor into the address as it is.
  const second = await servers(request, `/v0.1/servers?limit=50&version=latest&cursor=${first.metadata.nextCursor}`)
  assert.equal(second.servers.length, 10)
  assert.equal(second.metadata.nextCursor, undefined)
  const names = [...first.servers, ...second.servers].map(({ server }) => server.name)
  assert.equal(new Set(names).size, 60)
  const opened = await request(at(names[0] ?? '', '/latest'))
  assert.equal(MCP_SHAPES.server.parse(await opened.json()).server.name, names[0])
})

test('a cursor remembers what was searched for', async () => {
  const request = registry()
  for (const name of ['note-a', 'other', 'note-b', 'note-c']) await approved(request, manifestOf(`com.acme/${name}`))
  const first = await servers(request, '/v0.1/servers?limit=2&version=latest&search=NOTE')
  const cursor = first.metadata.nextCursor ?? ''
  assert.deepEqual(await versionsAt(request, `/v0.1/servers?limit=2&version=latest&cursor=${cursor}`), ['note-c@1.0.0'])
})

test('a page that the last version looked at has filled is not the last one', async () => {
  const store = sqliteStore(':memory:')
  // Of as many as are looked at, all but the last are not to be shown.
  const list: Store['list'] = async (page) => {
    const [one] = await store.list(page)
    const hidden = { ...one, manifest: `sha256:${'0'.repeat(64)}` } as Listed
    return one === undefined ? [] : [...Array.from({ length: page.limit - 1 }, () => hidden), one]
  }
  const request = registry({ store: { ...store, list } })
  await approved(request, manifestOf())
  const { servers: shown, metadata } = await servers(request, '/v0.1/servers?limit=1')
  assert.equal(shown.length, 1)
  assert.notEqual(metadata.nextCursor, undefined)
})

test('Copilot reads anonymously and from any origin', async () => {
  const request = registry()
  await approved(request, manifestOf())
  for (const path of ['/v0.1/servers', at(NAME), at(NAME, '/latest'), at(NAME, '/1.0.0'), at('com.acme/none', '/latest')]) {
    for (const method of ['GET', 'OPTIONS']) {
      const response = await request(path, { method })
      assert.ok(response.status < 300 || path.includes('none'), `${method} ${path}: ${response.status}`)
      assert.deepEqual(
        ['origin', 'methods', 'headers'].map((name) => response.headers.get(`access-control-allow-${name}`)),
        ['*', 'GET, OPTIONS', 'Authorization, Content-Type'],
      )
    }
  }
})

test('what awaits approval, is revoked or paused is not offered, and never the latest', async () => {
  const request = registry()
  const [one, two, three, four] = ['1.0.0', '2.0.0', '3.0.0', '4.0.0'].map((version) => manifestOf(NAME, version)) as [
    Manifest,
    Manifest,
    Manifest,
    Manifest,
  ]
  for (const manifest of [one, two, three]) await approved(request, manifest)
  await submit(request, publication(four))
  const latest = async (): Promise<string> => MCP_SHAPES.server.parse(await (await request(at(NAME, '/latest'))).json()).server.version
  assert.equal(await latest(), '3.0.0')
  assert.equal((await request(at(NAME, '/4.0.0'))).status, 404)
  await act(request, admin, { action: 'revoke', target: targetOf(three), reason: { code: 'malicious', text: 'it reads keys' } })
  assert.equal(await latest(), '2.0.0')
  assert.deepEqual(await versionsAt(request, at(NAME)), ['notes@2.0.0', 'notes@1.0.0'])
  assert.deepEqual(await versionsAt(request, '/v0.1/servers?version=latest'), ['notes@2.0.0'])
  assert.deepEqual(await versionsAt(request, '/v0.1/servers?version=3.0.0'), [])
  const all = await servers(request, at(NAME, '?include_deleted=true'))
  assert.deepEqual(
    all.servers.map(({ _meta }) => [
      _meta['io.modelcontextprotocol.registry/official'].status,
      _meta['io.modelcontextprotocol.registry/official'].isLatest,
    ]),
    [
      ['deleted', false],
      ['active', true],
      ['active', false],
    ],
  )
  assert.deepEqual(await versionsAt(request, '/v0.1/servers?updated_since=2020-01-01T00:00:00Z'), [
    'notes@1.0.0',
    'notes@2.0.0',
    'notes@3.0.0',
  ])
  assert.deepEqual(await versionsAt(request, '/v0.1/servers?updated_since=2999-01-01T00:00:00%2B02:00'), [])
  await act(request, admin, { action: 'pause', target: { kind: 'name', name: NAME } })
  const gone = await request(at(NAME, '/latest'))
  assert.deepEqual([gone.status, MCP_SHAPES.error.parse(await gone.json())], [404, { error: 'Server not found' }])
  await act(request, admin, { action: 'resume', target: { kind: 'name', name: NAME } })
  assert.equal(await latest(), '2.0.0')
})

test('a deprecated version says so and why', async () => {
  const request = registry()
  const manifest = manifestOf()
  await approved(request, manifest)
  await act(request, observer, { action: 'deprecate', target: targetOf(manifest), reason: { code: 'superseded', text: 'use \u202Eother' } })
  const { _meta } = MCP_SHAPES.server.parse(await (await request(at(NAME, '/latest'))).json())
  const { status, statusMessage } = _meta['io.modelcontextprotocol.registry/official']
  assert.deepEqual([status, statusMessage], ['deprecated', 'superseded: use <U+202E>other'])
})

test('nothing is offered while everything is paused', async () => {
  const request = registry()
  await approved(request, manifestOf())
  await act(request, admin, { action: 'pause', target: { kind: 'all' } })
  for (const path of ['/v0.1/servers?limit=1', at(NAME), at(NAME, '/latest')]) {
    const response = await request(path)
    assert.equal(response.status, 503, path)
    assert.equal(MCP_SHAPES.error.parse(await response.json()).error, 'the registry is paused')
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
  }
  await act(request, admin, { action: 'resume', target: { kind: 'all' } })
  assert.equal((await request(at(NAME, '/latest'))).status, 200)
})

test('a server is what its manifest says, and what is ours stands under our own key', async () => {
  const request = registry()
  const npm = manifestOf()
  const image: Manifest = {
    ...manifestOf('com.acme/image'),
    source: { image: { name: 'ghcr.io/acme/notes', digest: `sha256:${'ab'.repeat(32)}` } },
  }
  const remote: Manifest = { ...manifestOf('com.acme/remote'), source: { remote: { type: 'sse', url: 'https://acme.example/mcp' } } }
  await approved(request, npm, {
    description: `Notes\u200B, ${'and more '.repeat(30)}`,
    title: 'Notes',
    websiteUrl: 'https://acme.example',
  })
  await approved(request, image)
  await approved(request, remote)
  const read = async (name: string): Promise<ReturnType<typeof MCP_SHAPES.server.parse>> =>
    MCP_SHAPES.server.parse(await (await request(at(name, '/latest'))).json())
  const { server, _meta } = await read(NAME)
  assert.deepEqual(server.packages, [
    { registryType: 'npm', identifier: 'notes', version: '1.0.0', runtimeHint: 'npx', transport: { type: 'stdio' } },
  ])
  assert.match(server.description, /^Notes<U\+200B>, and more .*…$/)
  assert.deepEqual(_meta[OURS], {
    manifest: targetOf(npm).digest,
    surface: npm.surface.digest,
    publishers: [{ role: 'observer', signer: (_meta[OURS] as { publishers: { signer: unknown }[] }).publishers[0]?.signer }],
    approvals: 1,
    log: { origin: ORIGIN, index: 0 },
    proof: '/v1/servers/com.acme%2Fnotes/versions/1.0.0',
  })
  assert.equal((await read('com.acme/image')).server.packages?.[0]?.identifier, `ghcr.io/acme/notes@sha256:${'ab'.repeat(32)}`)
  assert.deepEqual((await read('com.acme/remote')).server.remotes, [{ type: 'sse', url: 'https://acme.example/mcp' }])
})

test('what is malformed is refused with an error, and a higher limit is the highest', async () => {
  const request = registry()
  await approved(request, manifestOf())
  const forged = Buffer.from('{"asked":{},"after":"x"}').toString('base64url')
  for (const query of ['limit=0', 'limit=x', 'cursor=!', `cursor=${forged}`, 'updated_since=yesterday', 'include_deleted=perhaps']) {
    const response = await request(`/v0.1/servers?${query}`)
    assert.equal(response.status, 400, query)
    assert.notEqual(MCP_SHAPES.error.parse(await response.json()).error, '')
  }
  assert.equal((await servers(request, '/v0.1/servers?limit=5000')).servers.length, 1)
})
