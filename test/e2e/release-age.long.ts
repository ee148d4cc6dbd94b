/** How old a release must be: by the policy, by npm's own configuration, the user's and the project's. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { hours, npmProject, npxConfig, type NpmProject } from './npm-project.ts'
import { Registry, type Manifest } from './registry.ts'
import { exits } from '../world.ts'

const PROGRAM = await readFile(new URL('../servers/package.cjs', import.meta.url), 'utf8')
/** Whether this npm knows exceptions from its own age. */
const excepts = execFileSync('npm', ['config', 'get', 'min-release-age-exclude'], { encoding: 'utf8' }).trim() !== 'undefined'

let registry: Registry
before(async () => void (registry = await Registry.start()))
after(() => registry.close())

function publish(name: string, version: string, time: string | null, more: Partial<Manifest> = {}): void {
  registry.publish({ name, version, bin: 'server.js', ...more }, { 'server.js': PROGRAM }, time)
}

type Settings = {
  readonly policy?: string
  readonly user?: string
  readonly own?: string
  readonly env?: { readonly [name: string]: string }
}

function project(t: TestContext, word: string, { policy, user, own, env }: Settings = {}): Promise<NpmProject> {
  const files = { '.mcp.json': npxConfig({ one: word }), 'mcp-lock.yaml': policy, '../.npmrc': user, '.npmrc': own }
  const given = Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const]))
  return npmProject(t, registry, Object.fromEntries(given), env)
}

test('the strictest of policy, user and project applies', async (t) => {
  for (const [release, age] of [
    ['1.0.0', 240],
    ['1.1.0', 60],
    ['1.2.0', 30],
    ['1.3.0', 1],
  ] as const)
    publish('aged', release, hours(age))
  const cases: readonly (readonly [string, Settings])[] = [
    ['1.3.0', {}],
    ['1.3.0', { policy: 'minimumReleaseAge: 0 days\n' }],
    ['1.2.0', { policy: 'minimumReleaseAge: 2 hours\n' }],
    ['1.2.0', { user: 'min-release-age=1\n' }],
    ['1.1.0', { policy: 'minimumReleaseAge: 1 hour\n', user: 'min-release-age=2\n' }],
    ['1.1.0', { policy: 'minimumReleaseAge: 2 days\n', user: 'min-release-age=1\n' }],
    ['1.1.0', { own: 'min-release-age=2\n' }],
    ['1.1.0', { user: 'min-release-age=2\n', own: 'min-release-age=0\n' }],
    ['1.1.0', { user: 'min-release-age=1\n', own: 'min-release-age = 2\nsave = true\n' }],
    ['1.0.0', { own: `before=${hours(100)}\n`, policy: 'minimumReleaseAge: 1 day\n' }],
    ['1.3.0', { user: 'min-release-age=2\n', env: { npm_config_min_release_age: '0' } }],
    ...(excepts ? [['1.3.0', { user: 'min-release-age=2\nmin-release-age-exclude[]=aged\n' }] as const] : []),
    ['1.1.0', { user: 'min-release-age=1\nmin-release-age-exclude[]=aged\n', policy: 'minimumReleaseAge: 2 days\n' }],
  ]
  for (const [expected, settings] of cases) {
    const { lock } = await project(t, 'aged', settings)
    assert.match((await lock(['pin'])).stderr, new RegExp(` → ${expected.replaceAll('.', '\\.')}, 1 package`), JSON.stringify(settings))
  }
})

test('what npm excepts from its own age is refused by the policy', { skip: !excepts }, async (t) => {
  publish('excepted', '1.0.0', hours(240))
  publish('excepted', '1.1.0', hours(1))
  const { lock } = await project(t, 'excepted', {
    user: 'min-release-age=2\nmin-release-age-exclude[]=excepted\n',
    policy: 'minimumReleaseAge: 1 day\n',
  })
  exits(
    await lock(['pin', '--yes']),
    1,
    /RELEASE_TOO_NEW: `excepted@1\.1\.0` was published 60 minutes ago, allowed from 2026-05-11T11:00:00Z/,
  )
})

test('where no release is old enough, the newest, its age and its time are named', async (t) => {
  publish('young', '1.0.0', hours(5))
  publish('young', '1.1.0', hours(3))
  for (const word of ['young', 'young@^1', 'young@1.1.0']) {
    const { lock } = await project(t, word, { policy: 'minimumReleaseAge: 3 days\n' })
    const said =
      /one +✗ RELEASE_TOO_NEW: `young@1\.1\.0` was published 3 hours ago, allowed from 2026-05-13T09:00:00Z \(`minimumReleaseAge` of mcp-lock\.yaml\)/
    exits(await lock(['pin', '--yes']), 1, said)
  }
  const { lock } = await project(t, 'young', { user: `before=${hours(100)}\n` })
  exits(await lock(['pin', '--yes']), 1, /`young@1\.1\.0` was published 3 hours ago, not allowed \(npm's `before`\)/)
  const { lock: other } = await project(t, 'young@^9', { policy: 'minimumReleaseAge: 3 days\n' })
  exits(await other(['pin', '--yes']), 3, /PACKAGE_NOT_FOUND/)
})

test('the closure too: an older dependency is taken, else none', async (t) => {
  registry.publish({ name: 'aged-dep', version: '1.0.0' }, { 'index.js': "module.exports = 'old'" }, hours(240))
  registry.publish({ name: 'aged-dep', version: '1.1.0' }, { 'index.js': "module.exports = 'new'" }, hours(3))
  publish('aged-top', '1.0.0', hours(240), { dependencies: { 'aged-dep': '^1.0.0' } })
  publish('aged-strict', '1.0.0', hours(240), { dependencies: { 'aged-dep': '^1.1.0' } })
  const policy = 'minimumReleaseAge: 1 day\n'
  const { folder, lock } = await project(t, 'aged-top', { policy })
  exits(await lock(['pin', '--yes']), 0, /wrote/)
  assert.match(
    await readFile(join(folder, 'mcp.lock.d/one/package-lock.json'), 'utf8'),
    /"version": "1\.0\.0"\n    \}\n  \},\n  "requires"/,
  )
  const strict = await project(t, 'aged-strict', { policy })
  exits(await strict.lock(['pin', '--yes']), 1, /RELEASE_TOO_NEW: `aged-dep@1\.1\.0` was published 3 hours ago/)
})

test('under the policy, a release without a date is refused', async (t) => {
  publish('undated', '1.0.0', null)
  registry.publish({ name: 'undated-dep', version: '1.0.0' }, { 'index.js': '' }, null)
  publish('dated', '1.0.0', hours(240), { dependencies: { 'undated-dep': '1.0.0' } })
  for (const [name, undated] of [
    ['undated', 'undated'],
    ['dated', 'undated-dep'],
  ] as const) {
    const { lock } = await project(t, name, { policy: 'minimumReleaseAge: 1 day\n' })
    exits(await lock(['pin', '--yes']), 3, new RegExp(`RELEASE_UNDATED: .* when \`${undated}@1\\.0\\.0\` was published`))
    const own = await project(t, name, { user: 'min-release-age=1\n' })
    exits(await own.lock(['pin', '--yes']), 0, /wrote/)
  }
})

test('what is pinned stays and is verified, however new it is', async (t) => {
  publish('kept', '1.0.0', hours(1))
  const { folder, lock } = await project(t, 'kept@1.0.0')
  exits(await lock(['pin', '--yes']), 0, /wrote/)
  const bytes = await readFile(join(folder, 'mcp.lock'), 'utf8')
  await writeFile(join(folder, 'mcp-lock.yaml'), 'minimumReleaseAge: 3 days\n')
  await writeFile(join(folder, '../.npmrc'), `before=${hours(100)}\n`)
  await rm(join(folder, '../npm'), { recursive: true })
  await rm(join(folder, '../cache'), { recursive: true })
  exits(await lock(['verify']), 0, /verified/)
  exits(await lock(['pin', '--yes']), 0, /up to date/)
  assert.equal(await readFile(join(folder, 'mcp.lock'), 'utf8'), bytes)
})
