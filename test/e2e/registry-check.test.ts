/** From a published pin to `check`, `verify`, `run` and `pin --from-registry`, over sockets, with packages of a loopback npm. */
import assert from 'node:assert/strict'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { serve } from '@hono/node-server'
import {
  formatManifest,
  manifestDigest,
  manifestOf,
  openCheckpoint,
  parseVerifier,
  type ControlPredicate,
  type Manifest,
} from '../../core/registry/index.ts'
import { createRegistry } from '../../registry-server/index.ts'
import { gitOk } from '../git.ts'
import { lockIn, exits } from '../world.ts'
import { admin, alice, control, NAME, options, ORIGIN, post, publication, type TestKey } from '../registry-fixtures.ts'
import { policy } from '../registry-liar.ts'
import { NOW, npmProject, npxConfig, type NpmProject } from './npm-project.ts'
import { Registry } from './registry.ts'

const PROGRAM = await readFile(new URL('../servers/package.cjs', import.meta.url), 'utf8')

let packages: Registry
before(async () => {
  packages = await Registry.start()
  for (const version of ['1.0.0', '1.1.0']) packages.publish({ name: 'notes', version, bin: 'server.js' }, { 'server.js': PROGRAM })
})
after(() => packages.close())

type Served = { readonly url: string; readonly asked: string[]; readonly stop: () => Promise<void> }

async function serveRegistry(t: TestContext): Promise<Served> {
  const { fetch } = createRegistry(options({ clock: () => NOW }))
  const asked: string[] = []
  const server = serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      asked.push(new URL(request.url).pathname)
      return fetch(request)
    },
  })
  await new Promise<void>((resolve) => server.once('listening', resolve))
  const stop = (): Promise<void> => new Promise((resolve) => void server.close(() => resolve()))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, stop }
}

async function say({ url }: Served, predicate: Pick<ControlPredicate, 'action' | 'target'>, by: TestKey): Promise<void> {
  const { size, root } = openCheckpoint(await (await fetch(`${url}/log/checkpoint`)).text(), parseVerifier(policy.log))
  const seen = { size, root: Buffer.from(root).toString('base64') }
  const answer = await fetch(`${url}/v1/statements`, post(control({ seen, ...predicate }, by)))
  assert.equal(answer.status, 201, await answer.text())
}

/** Publishes what a project has pinned, and has it approved. */
async function publish(registry: Served, { folder }: NpmProject, version: string): Promise<ControlPredicate['target']> {
  const pin = (await lockIn(folder)).servers['notes']
  assert.ok(pin !== undefined)
  const manifest = manifestOf(pin, NAME, version)
  const closure = await readFile(join(folder, 'mcp.lock.d/notes/package-lock.json'), 'utf8')
  const answer = await fetch(`${registry.url}/v1/statements`, post({ ...publication(manifest), closure }))
  assert.equal(answer.status, 201, await answer.text())
  return { kind: 'manifest', name: NAME, version, digest: manifestDigest(formatManifest(manifest)) }
}

function policyText(url: string, over: object = {}): string {
  return JSON.stringify({ registry: { ...policy, url, ...over } })
}

const all = { kind: 'all' } as const

test('what is approved passes and is run, until it is paused or revoked', async (t) => {
  const registry = await serveRegistry(t)
  const project = await npmProject(t, packages, { '.mcp.json': npxConfig({ notes: 'notes@1.0.0' }) })
  const { folder, lock, succeeds } = project
  await succeeds('pin', '--yes')
  exits(await lock(['check']), 2, /USAGE: the policy names no registry/)
  await writeFile(join(folder, 'mcp-lock.yaml'), policyText(registry.url))
  exits(await lock(['check', '--no-live']), 4, /NOT_LISTED/)
  const target = await publish(registry, project, '1.0.0')
  exits(await lock(['check', '--no-live']), 4, /APPROVALS_MISSING/)
  exits(await lock(['registry', 'pending']), 0, /^com\.acme\/notes@1\.0\.0$/m)
  await say(registry, { action: 'approve', target }, alice)
  const checked = await succeeds('check')
  assert.match(checked.stdout, /✓ notes/)
  assert.match(checked.stdout, /name `witnesses`/)
  await succeeds('verify')
  assert.match((await succeeds('run', 'notes')).stdout, /server\.js/)

  await say(registry, { action: 'pause', target: all }, admin)
  for (const command of [['check', '--no-live'], ['verify'], ['run', 'notes']]) exits(await lock(command), 4, /PAUSED|paused/)
  await succeeds('verify', '--offline')
  await say(registry, { action: 'resume', target: all }, admin)
  await succeeds('check', '--no-live')
  await say(registry, { action: 'revoke', target }, admin)
  const refused = await lock(['run', 'notes'])
  exits(refused, 4, /revoked/)
  assert.equal(refused.stdout, '')
  exits(await lock(['registry', 'show', `${NAME}@1.0.0`]), 4, /not usable .*revoked/)
  const verified = await succeeds('registry', 'verify-log')
  assert.match(verified.stdout, /5 records, root \S+\n {2}5 count by the policy here, 0 do not\n/)
})

test('the newest approved version of a range is taken whole, and one that the server is not is refused', async (t) => {
  const registry = await serveRegistry(t)
  const author = await npmProject(t, packages, { '.mcp.json': npxConfig({ notes: 'notes@1.0.0' }) })
  await author.succeeds('pin', '--yes')
  await say(registry, { action: 'approve', target: await publish(registry, author, '1.0.0') }, alice)
  await author.succeeds('update', 'notes@1.1.0', '--yes')
  await publish(registry, author, '1.1.0')

  const files = { 'mcp-lock.yaml': policyText(registry.url) }
  const { folder, lock, succeeds } = await npmProject(t, packages, files)
  exits(await lock(['pin', '--from-registry', NAME]), 2, /USAGE/)
  exits(await lock(['pin', 'notes', '--yes', '--from-registry', `${NAME}@^1.1`]), 4, /APPROVALS_MISSING/)
  exits(await lock(['pin', 'notes', '--yes', '--from-registry', `${NAME}@^2`]), 4, /NOT_LISTED/)
  const taken = await succeeds('pin', 'notes', '--yes', '--from-registry', `${NAME}@^1`)
  assert.match(taken.stderr, /from the registry: com\.acme\/notes@1\.0\.0, approved by alice\n/)
  const pin = (await lockIn(folder)).servers['notes']
  assert.deepEqual([pin?.registry?.name, pin?.registry?.version, pin?.source.package?.version], [NAME, '1.0.0', '1.0.0'])
  assert.match(pin?.registry?.proof ?? '', /^c2sp\.org\/tlog-proof@v1\n/)
  registry.asked.length = 0
  await succeeds('check', '--no-live')
  assert.deepEqual(registry.asked, [`/v1/servers/${encodeURIComponent(NAME)}/versions/1.0.0`])
  await succeeds('verify')
  assert.match(
    (await succeeds('registry', 'show', NAME)).stdout,
    /approved +by alice[^]*\n {2}versions\n {4}1\.1\.0 +pending [^\n]*\n {4}1\.0\.0 +approved +by alice\n/,
  )
  assert.match((await succeeds('registry', 'search', 'acme')).stdout, /^com\.acme\/notes@1\.1\.0$/m)

  // The registry of packages has other bytes under the version by now.
  const other = await npmProject(t, packages, { ...files, '.mcp.json': npxConfig({ notes: 'another' }) })
  exits(await other.lock(['pin', 'notes', '--yes', '--from-registry', NAME]), 4, /REGISTRY_SOURCE_DIFFERS/)
})

test('a package that is not the approved one is not started, and words of a manifest are no options', async (t) => {
  const registry = await serveRegistry(t)
  const author = await npmProject(t, packages, { '.mcp.json': npxConfig({ notes: 'notes@1.0.0' }) })
  await author.succeeds('pin', '--yes')
  const pin = (await lockIn(author.folder)).servers['notes']
  assert.ok(pin !== undefined)
  const started = "require('node:fs').writeFileSync(`${process.env.HOME}/started`, '')\n"
  packages.publish({ name: 'trap', version: '1.0.0', bin: 'server.js' }, { 'server.js': started + PROGRAM })
  const npm = (name: string, version = '1.0.0') => ({ package: { type: 'npm', name, version, integrity: 'sha512-AA==' } }) as const
  const image = (name: string) => ({ image: { name, digest: `sha256:${'a'.repeat(64)}` } }) as const
  const sources = [npm('trap'), npm('trap', 'latest'), npm('--package=trap'), npm('../trap'), image('--privileged'), image('$(id)')]
  const project = await npmProject(t, packages, { 'mcp-lock.yaml': policyText(registry.url) })
  for (const [i, source] of sources.entries()) {
    const version = `1.0.${i}`
    const manifest: Manifest = { ...manifestOf(pin, NAME, version), source }
    const answer = await fetch(`${registry.url}/v1/statements`, post(publication(manifest)))
    assert.equal(answer.status, 201, await answer.text())
    const digest = manifestDigest(formatManifest(manifest))
    await say(registry, { action: 'approve', target: { kind: 'manifest', name: NAME, version, digest } }, alice)
    exits(await project.lock(['pin', 'notes', '--yes', '--from-registry', `${NAME}@${version}`]), 4, /REGISTRY_SOURCE_DIFFERS/)
    assert.ok(!(await readdir(project.home)).includes('started'), JSON.stringify(source))
  }
})

test('a registry that is not there fails with 3, and a log that goes back with 4 until somebody has looked', async (t) => {
  const registry = await serveRegistry(t)
  const project = await npmProject(t, packages, { '.mcp.json': npxConfig({ notes: 'notes@1.0.0' }) })
  const { folder, home, lock, succeeds } = project
  await succeeds('pin', '--yes')
  await writeFile(join(folder, 'mcp-lock.yaml'), policyText(registry.url))
  await say(registry, { action: 'approve', target: await publish(registry, project, '1.0.0') }, alice)
  await succeeds('check', '--no-live')

  const fresh = await serveRegistry(t)
  await writeFile(join(folder, 'mcp-lock.yaml'), policyText(fresh.url))
  await publish(fresh, project, '1.0.0')
  const back = await lock(['check', '--no-live'])
  exits(back, 4, /LOG_ROLLED_BACK/)
  const [, evidence = ''] = /the evidence is in (\S+\.txt)/.exec(back.stdout.replaceAll(/\n +/g, ' ')) ?? []
  const kept = await readFile(evidence, 'utf8')
  assert.equal(kept.split(`\n${ORIGIN}\n`).length, 3, kept)
  await writeFile(join(folder, 'mcp-lock.yaml'), policyText(registry.url))
  exits(await lock(['check', '--no-live']), 4, /LOG_ROLLED_BACK/)
  exits(await lock(['run', 'notes']), 4, /has become shorter/)
  exits(await lock(['registry', 'trust-log']), 2, /--i-have-looked/)
  await succeeds('registry', 'trust-log', '--i-have-looked')
  await succeeds('check', '--no-live')
  assert.ok((await readdir(join(home, '.local/state/mcp-lock/registries'), { recursive: true })).some((file) => file.includes('evidence')))

  await writeFile(join(folder, 'mcp-lock.yaml'), policyText(registry.url, { unreachable: 'use-last 1 hour' }))
  await succeeds('check', '--no-live')
  await registry.stop()
  const late = await succeeds('run', 'notes')
  assert.match(late.stdout, /server\.js/)
  assert.match(late.stderr, /^mcp-lock: notes: the registry was not reached, and its last good answer served \(of 2/)
  await writeFile(join(folder, 'mcp-lock.yaml'), policyText(registry.url))
  exits(await lock(['check', '--no-live']), 3, /✗ notes   not checked\n[^]*MCP_REGISTRY_UNREACHABLE/)
  exits(await lock(['run', 'notes']), 3, /cannot be asked/)
  await rm(join(home, '.local'), { recursive: true })
})

test('a change cannot alter what is believed of the registry of its base, nor have it asked', async (t) => {
  const registry = await serveRegistry(t)
  const project = await npmProject(t, packages, {
    '.mcp.json': npxConfig({ notes: 'notes@1.0.0' }),
    'mcp-lock.yaml': policyText(registry.url),
  })
  const { folder, lock, succeeds } = project
  await succeeds('pin', '--yes')
  await say(registry, { action: 'approve', target: await publish(registry, project, '1.0.0') }, alice)
  await gitOk(folder, 'init', '-q')
  await gitOk(folder, 'add', '.')
  await gitOk(folder, 'commit', '-qm', 'base')
  await succeeds('verify', '--base', 'HEAD')
  const changes: readonly (readonly [text: string, pointer: RegExp])[] = [
    [policyText(registry.url, { approvals: 0 }), /\/registry\/approvals: .*TRUST_CHANGED/],
    [policyText('https://registry.example'), /\/registry\/url: .*TRUST_CHANGED/],
    ['{}', /\/registry: .*TRUST_CHANGED/],
    [
      JSON.stringify({ ...JSON.parse(policyText(registry.url)), servers: { notes: { registry: 'off' } } }),
      /\/servers\/notes\/registry: .*TRUST_CHANGED/,
    ],
    ['registry: 1', /TRUST_CHANGED/],
  ]
  registry.asked.length = 0
  for (const [text, pointer] of changes) {
    await writeFile(join(folder, 'mcp-lock.yaml'), text)
    exits(await lock(['verify', '--base', 'HEAD']), 4, pointer)
  }
  assert.deepEqual(registry.asked, [])
  // Where the base has none, the first one is a change of the policy.
  await gitOk(folder, 'rm', '-q', '--cached', 'mcp-lock.yaml')
  await gitOk(folder, 'commit', '-qm', 'none')
  await writeFile(join(folder, 'mcp-lock.yaml'), policyText(registry.url))
  assert.match((await succeeds('verify', '--base', 'HEAD')).stdout, /POLICY_CHANGED/)
})
