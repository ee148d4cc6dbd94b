/** `outdated` asks registries on the loopback. */
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { EMPTY_LOCK, formatLock, sealPin } from '../../core/lock/lockfile.ts'
import { blocksOf, readDocument } from '../documents.ts'
import { hours, npmProject, npxConfig } from './npm-project.ts'
import { Registry, type Manifest } from './registry.ts'
import { exits } from '../world.ts'

const PROGRAM = await readFile(new URL('../servers/package.cjs', import.meta.url), 'utf8')
const schema: unknown = JSON.parse(await readFile(new URL('../../schemas/outdated.schema.json', import.meta.url), 'utf8'))
const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema as object)

let registry: Registry
before(async () => void (registry = await Registry.start()))
after(() => registry.close())

function publish(name: string, version: string, more: Partial<Manifest> = {}, age = 1_000): void {
  registry.publish({ name, version, bin: 'server.js', ...more }, { 'server.js': PROGRAM }, hours(age))
}

const observed = { era: 'legacy', placeholders: [], profile: 1, protocolVersion: '2025-11-25' } as const

/** A lock of npm packages by the servers' names, all at one version; what they declare does not matter here. */
function pinnedAt(version: string, packages: { readonly [server: string]: string }): string {
  const pins = Object.entries(packages).map(([server, name]) => {
    const launch = { args: ['-y', `${name}@${version}`], command: 'npx' }
    const pinned = { closure: `sha256:${'0'.repeat(64)}`, integrity: 'sha512-x', name, type: 'npm', version } as const
    return [server, sealPin({ observed, source: { launch, package: pinned, transport: 'stdio' }, surface: null })] as const
  })
  return formatLock({ ...EMPTY_LOCK, servers: Object.fromEntries(pins) })
}

test('what is newer, what the config allows, what is too new, deprecated or gone', async (t) => {
  for (const name of ['files', 'tickets', 'steady', 'notes', 'search', 'legacy', 'rolled', 'next']) publish(name, '1.0.0')
  publish('next', '2.0.0-rc.1')
  registry.tag('next', 'latest', '1.0.0')
  const config = {
    files: 'files@^1',
    tickets: 'tickets@1.0.0',
    steady: 'steady',
    notes: 'notes@1.0.0',
    search: 'search@1.0.0',
    legacy: 'legacy@1.0.0',
    rolled: 'rolled@1.0.0',
    next: 'next@1.0.0',
  }
  const files = {
    '.mcp.json': npxConfig(config),
    'mcp-lock.yaml': 'minimumReleaseAge: 3 days\n',
    'mcp.lock': pinnedAt('1.0.0', Object.fromEntries(Object.keys(config).map((name) => [name, name]))),
  }
  const { folder, lock } = await npmProject(t, registry, files)
  assert.deepEqual(await lock(['outdated']), { exit: 0, stdout: '', stderr: 'nothing newer\n' })

  for (const [name, version] of [
    ['files', '1.2.0'],
    ['files', '1.3.0-beta.1'],
    ['files', '2.0.0'],
    ['tickets', '1.1.0'],
    ['rolled', '2.0.0'],
  ] as const)
    publish(name, version)
  publish('tickets', '1.2.0', {}, 5)
  publish('notes', '1.1.0', {}, 5)
  publish('search', '1.0.0', { deprecated: 'moved to\u202e another' })
  publish('legacy', '0.9.0')
  registry.unpublish('legacy', '1.0.0')
  registry.tag('rolled', 'latest', '1.0.0')
  registry.tag('legacy', 'latest', '0.9.0')
  const before = await readdir(folder)
  const result = await lock(['outdated'])
  assert.equal(result.exit, 1)
  const [shown] = blocksOf(readDocument('docs/UPGRADES.md')).filter(({ language }) => language === 'text')
  assert.equal(result.stdout, shown?.text)
  assert.equal(result.stderr, '')

  const json: unknown = JSON.parse((await lock(['outdated', '--format', 'json'])).stdout)
  assert.ok(fits(json), JSON.stringify(fits.errors))
  const { servers } = json as { servers: { [name: string]: unknown } }
  assert.deepEqual(Object.keys(servers), Object.keys(config).sort())
  const npm = (name: string) => ({ package: { type: 'npm', name }, pinned: '1.0.0' })
  assert.deepEqual(servers['files'], { ...npm('files'), wanted: '1.2.0', newest: '2.0.0', outdated: true })
  const tooNew = {
    version: '1.1.0',
    published: hours(5).replace('.000', ''),
    allowed: '2026-05-13T07:00:00Z',
    by: '`minimumReleaseAge` of mcp-lock.yaml',
  }
  assert.deepEqual(servers['notes'], { ...npm('notes'), wanted: '1.0.0', newest: '1.0.0', outdated: false, tooNew })
  assert.deepEqual(servers['next'], { ...npm('next'), wanted: '1.0.0', newest: '1.0.0', outdated: false })

  assert.equal((await lock(['outdated', 'notes', 'search'])).exit, 0)
  exits(await lock(['outdated', 'unknown']), 2, /SERVER_UNKNOWN/)
  assert.deepEqual(await readdir(folder), before, 'nothing is written')
})

test('a registry that cannot be asked leaves the others listed', async (t) => {
  publish('near', '1.0.0')
  publish('@far/away', '1.0.0')
  const { folder, lock, succeeds } = await npmProject(t, registry, {
    '.mcp.json': npxConfig({ near: 'near@1.0.0', far: '@far/away@1.0.0' }),
  })
  await succeeds('pin', '--yes')
  await writeFile(join(folder, '.npmrc'), '@far:registry=http://127.0.0.1:9\n')
  const alone = await lock(['outdated'])
  exits(alone, 3, /^far +@far\/away +1\.0\.0 +\? +\?\n {2}✗ [A-Z_]+: npm: ECONNREFUSED/m)
  publish('near', '1.1.0')
  const both = await lock(['outdated', '--format', 'json'])
  assert.equal(both.exit, 1, 'the worst wins')
  const json = JSON.parse(both.stdout) as { servers: { near: { newest: string }; far: { error: { message: string } } } }
  assert.ok(fits(json), JSON.stringify(fits.errors))
  assert.equal(json.servers.near.newest, '1.1.0')
  assert.match(json.servers.far.error.message, /ECONNREFUSED/)
})

test('what has no versions is not listed, and says what to do where it is named', async (t) => {
  const config = { mcpServers: { local: { command: 'node', args: ['./local.mjs'] }, new: { command: 'npx', args: ['-y', 'steady'] } } }
  const { folder, lock } = await npmProject(t, registry, { '.mcp.json': JSON.stringify(config), 'local.mjs': '' })
  exits(await lock(['outdated']), 2, /LOCK_NOT_FOUND/)
  const source = { launch: { args: ['local.mjs'], command: 'node' }, transport: 'stdio' } as const
  await writeFile(join(folder, 'mcp.lock'), formatLock({ ...EMPTY_LOCK, servers: { local: sealPin({ observed, source, surface: null }) } }))
  assert.deepEqual(await lock(['outdated']), { exit: 0, stdout: '', stderr: 'nothing that is pinned comes from a registry\n' })
  exits(await lock(['outdated', 'local']), 2, /NOTHING_TO_UPDATE: `local` is no package of a registry\n.*mcp-lock pin/)
  exits(await lock(['outdated', 'new']), 2, /NOT_PINNED: .*\n.*mcp-lock pin/)
})

test('what npm has in its cache is no answer of a registry', async (t) => {
  const other = await Registry.start()
  t.after(() => other.close())
  other.cacheControl = 'public, max-age=300'
  other.publish({ name: 'cached', version: '1.0.0', bin: 'server.js' }, { 'server.js': PROGRAM }, hours(1_000))
  const files = { '.mcp.json': npxConfig({ cached: 'cached@1.0.0' }), 'mcp.lock': pinnedAt('1.0.0', { cached: 'cached' }) }
  const { lock } = await npmProject(t, other, files)
  exits(await lock(['outdated']), 0, /nothing newer/)
  other.close()
  exits(await lock(['outdated']), 3, /CONNECTION_REFUSED/)
})
