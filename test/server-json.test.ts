/** `server.json` of the MCP registry: what of it says how a server is started. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseServerJson } from '../cli/publishing/server-json.ts'
import { signerIdOf } from '../cli/publishing/signer-words.ts'
import { splitName } from '../cli/publishing/subject.ts'
import { LockError } from '../core/codes/errors.ts'
import { publicKeyOf } from '../core/signing/index.ts'
import { personWith } from './registry-desk.ts'
import { newKey } from './registry-fixtures.ts'

const BASE = { name: 'io.github.acme/notes', version: '1.2.0', description: 'Keeps notes.' }
const NPM = { registryType: 'npm', identifier: '@acme/notes', version: '1.2.0', transport: { type: 'stdio' } }

function startOf(entry: object): unknown {
  return parseServerJson(JSON.stringify({ ...BASE, packages: [entry] })).start
}

const code =
  (expected: string) =>
  (error: unknown): boolean =>
    error instanceof LockError && error.code === expected

test('packages of each kind, and addresses', () => {
  assert.deepEqual(startOf(NPM), { command: ['npx', '-y', '@acme/notes@1.2.0'] })
  assert.deepEqual(startOf({ ...NPM, registryType: 'pypi', identifier: 'notes' }), { command: ['uvx', 'notes@1.2.0'] })
  const image = { registryType: 'oci', identifier: 'ghcr.io/acme/notes:1.2.0', transport: { type: 'stdio' } }
  assert.deepEqual(startOf(image), { command: ['docker', 'run', '-i', '--rm', 'ghcr.io/acme/notes:1.2.0'] })
  const { start, package: named } = parseServerJson(
    JSON.stringify({ ...BASE, remotes: [{ type: 'streamable-http', url: 'https://example.com/mcp' }] }),
  )
  assert.deepEqual([start, named], [{ url: 'https://example.com/mcp' }, null])
})

test('what is fixed is a word of the start; what each user says leaves it open', () => {
  const withArguments = (...packageArguments: readonly object[]): unknown => startOf({ ...NPM, packageArguments })
  const words = ['npx', '-y', '@acme/notes@1.2.0']
  assert.deepEqual(withArguments({ type: 'positional', value: 'serve' }), { command: [...words, 'serve'] })
  assert.deepEqual(withArguments({ type: 'named', name: '--mode', value: 'x' }), { command: [...words, '--mode', 'x'] })
  assert.deepEqual(withArguments({ type: 'positional', valueHint: 'folder' }), { command: words })
  assert.equal(withArguments({ type: 'positional', valueHint: 'folder', isRequired: true }), null)
  assert.equal(withArguments({ type: 'positional', value: '{folder}' }), null)
  assert.equal(startOf({ ...NPM, runtimeArguments: [{ type: 'named', name: '--network' }] }), null)
  assert.equal(startOf({ ...NPM, transport: { type: 'streamable-http', url: 'http://127.0.0.1:{port}' } }), null)
})

test('metadata is what the registry shows, and nothing else', () => {
  const { metadata } = parseServerJson(JSON.stringify({ ...BASE, title: 'Notes', icons: [], websiteUrl: 7, packages: [NPM] }))
  assert.deepEqual(metadata, { description: 'Keeps notes.', title: 'Notes' })
  const siteOf = (websiteUrl: string): string | undefined =>
    parseServerJson(JSON.stringify({ ...BASE, websiteUrl, packages: [NPM] })).metadata.websiteUrl
  assert.equal(siteOf('https://acme.example'), 'https://acme.example')
  assert.equal(siteOf('http://acme.example'), undefined, 'a registry refuses it, after it was signed')
})

test('a malformed server.json is a typed error', () => {
  const cases: readonly unknown[] = [
    'text',
    [],
    {},
    BASE,
    { ...BASE, packages: {} },
    { ...BASE, packages: ['notes'] },
    { ...BASE, packages: [{ ...NPM, registryType: 'nuget' }] },
    { ...BASE, packages: [{ ...NPM, registryType: 'toString' }] },
    { ...BASE, packages: [{ ...NPM, identifier: 7 }] },
    { ...BASE, version: 1, packages: [NPM] },
    { ...BASE, remotes: [{ url: 'https://{tenant}.example.com/mcp' }] },
  ]
  for (const one of cases) assert.throws(() => parseServerJson(JSON.stringify(one)), code('SERVER_JSON_INVALID'), JSON.stringify(one))
  assert.throws(() => parseServerJson('{"name":1,"name":2}'), code('SERVER_JSON_INVALID'))
})

test('names and versions of a command line', () => {
  assert.deepEqual(splitName('com.acme/notes@1.0.0'), { name: 'com.acme/notes', version: '1.0.0' })
  assert.deepEqual(splitName('com.acme/notes'), { name: 'com.acme/notes', version: null })
  for (const words of ['', 'notes', '../etc/passwd', 'a/b/c', 'com.acme/', '@1.0.0'])
    assert.throws(() => splitName(words), code('USAGE'), words)
})

test('a signer is revoked by its exact identity', async () => {
  const key = newKey()
  const { world } = personWith(key)
  const { digest } = publicKeyOf(key.secret)
  assert.deepEqual(await signerIdOf(digest, null, world), { spki: digest })
  assert.deepEqual(await signerIdOf('dev@example.com', 'https://accounts.google.com', world), {
    issuer: 'https://accounts.google.com',
    subject: 'dev@example.com',
  })
  assert.deepEqual(await signerIdOf('github:acme/tools/.github/workflows/lock.yml@refs/heads/main', null, world), {
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'https://github.com/acme/tools/.github/workflows/lock.yml@refs/heads/main',
  })
  await assert.rejects(signerIdOf('none.pem', null, world), code('FILE_UNREADABLE'))
})
