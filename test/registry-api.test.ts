/** The client's side of the HTTP interface: what comes out of it has the right form and size, whatever answers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Response } from 'undici'
import { LockError } from '../core/codes/errors.ts'
import { parseServed, registryApi, type RegistryApi } from '../cli/registry/api.ts'
import type { Network } from '../cli/network/network.ts'
import { formatManifest, manifestDigest } from '../core/registry/index.ts'
import { control, admin, manifestOf, NAME, publication, registry } from './registry-fixtures.ts'
import { apiOf, networkTo } from './registry-client.ts'

/** A registry that answers one thing to everything. */
function answering(status: number, body: string | Uint8Array, headers: { [name: string]: string } = {}): RegistryApi {
  const network: Network = { request: () => Promise.resolve(new Response(body, { status, headers })) }
  return registryApi({ url: 'https://registry.test' }, network, { signal: new AbortController().signal })
}

function refusedBy(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof LockError ? `${error.code}: ${error.message}` : Promise.reject(error as Error)),
  )
}

test('what is submitted is proven, and served as it was', async () => {
  const api = apiOf(registry())
  const manifest = manifestOf()
  const bytes = formatManifest(manifest)
  const { isNew, index, proof } = await api.submit(publication(manifest))
  assert.deepEqual([isNew, index], [true, 0])
  assert.match(proof, /^c2sp\.org\/tlog-proof@v1\n/)
  assert.equal((await api.submit(publication(manifest))).isNew, false)
  assert.deepEqual(Buffer.from(await api.manifest(manifestDigest(bytes))), bytes)
  const served = parseServed(await api.version(NAME, 'latest'))
  assert.deepEqual([served.name, served.version, served.statements.length], [NAME, '1.0.0', 1])
  assert.deepEqual(
    (await api.versions(NAME)).map(({ version }) => version),
    ['1.0.0'],
  )
  assert.deepEqual(
    (await api.matches(manifest.surface.digest)).map(({ name, kind }) => [name, kind]),
    [[NAME, 'surface']],
  )
  assert.match(await api.checkpoint(), /^registry\.example\/log\n1\n/)
  assert.equal((await api.tile({ level: 0, index: 0, width: 1 })).length, 32)
})

test('a refusal has the code of the registry, and its words shown safely', async () => {
  const api = apiOf(registry())
  assert.match(await refusedBy(api.version(NAME, '1.0.0')), /^NOT_LISTED: /)
  const target = { kind: 'all' } as const
  const seen = { size: 0, root: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }
  await api.submit(publication(manifestOf()))
  assert.match(await refusedBy(api.submit(control({ seen, action: 'pause', target }, admin))), /^SEEN_UNKNOWN|accepted/)
  const hostile = answering(403, JSON.stringify({ code: 'PUBLISHER_UNKNOWN', detail: 'no\u001b[31m' }))
  assert.equal(await refusedBy(hostile.status()), 'PUBLISHER_UNKNOWN: no<U+001B>[31m')
})

test('whatever is no answer of a registry is one that cannot be asked', async () => {
  const problem = (code: string): string => JSON.stringify({ code, detail: 'x' })
  const cases: readonly (readonly [what: string, api: RegistryApi])[] = [
    ['no JSON', answering(200, '<html>')],
    ['JSON of another form', answering(200, '{"matches":{}}')],
    ['an item of another form', answering(200, '{"matches":[{"name":"a"}]}')],
    ['a failure', answering(500, problem('NOT_LISTED'))],
    ['a refusal without a code', answering(404, 'not found')],
    ['a code that is none', answering(404, problem('NOPE'))],
    ['a code that passes', answering(404, problem('NO_BASE'))],
    ['an interruption that is none', answering(404, problem('INTERRUPTED'))],
    ['somewhere else', answering(302, '', { location: 'https://other.test' })],
    ['too much', answering(200, Buffer.alloc(4 * 1024 * 1024 + 1))],
  ]
  for (const [what, api] of cases) assert.match(await refusedBy(api.matches('mcl1:00')), /^MCP_REGISTRY_UNREACHABLE: /, what)
})

test('an address below that of a registry is none of a registry', async () => {
  const url = 'https://registry.test/v1'
  const below = registryApi({ url }, networkTo(registry()), { signal: new AbortController().signal })
  for (const ask of [below.version(NAME, '1.0.0'), below.search('', null), below.checkpoint(), below.submit({ bundle: '' })])
    assert.match(await refusedBy(ask), /^MCP_REGISTRY_UNREACHABLE: `registry\.test` answered 404: `url` is not the address of a registry/)
})

test('an object is the one of its digest', async () => {
  const digest = manifestDigest(Buffer.from('a'))
  assert.equal(Buffer.from(await answering(200, 'a').manifest(digest)).toString(), 'a')
  assert.match(await refusedBy(answering(200, 'b').manifest(digest)), /^MANIFEST_MISMATCH: /)
})

test('who interrupts is not told of the registry', async () => {
  const interrupted = new AbortController()
  interrupted.abort()
  const network: Network = { request: (_, __, signal) => Promise.reject(signal.reason as Error) }
  const api = registryApi({ url: 'https://registry.test/at/' }, network, { signal: interrupted.signal })
  assert.match(await refusedBy(api.status()), /^INTERRUPTED: /)
})

test('the address may have a path', async () => {
  const asked: string[] = []
  const network = networkTo((path) => {
    asked.push(path)
    return Promise.resolve(new globalThis.Response('x'))
  })
  await registryApi({ url: 'https://registry.test/at' }, network, { signal: new AbortController().signal }).status()
  assert.deepEqual(asked, ['/at/v1/status'])
})
