/** `update`, and what `pin` does with a config that names another version, with packages of a loopback registry. */
import assert from 'node:assert/strict'
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { hours, npmProject, npxConfig } from './npm-project.ts'
import { Registry, type Manifest } from './registry.ts'
import { lockIn, exits, snapshot } from '../world.ts'

const PROGRAM = await readFile(new URL('../servers/package.cjs', import.meta.url), 'utf8')

let registry: Registry
before(async () => void (registry = await Registry.start()))
after(() => registry.close())

function publish(name: string, version: string, more: Partial<Manifest> = {}, age = 1_000): void {
  registry.publish({ name, version, bin: 'server.js', ...more }, { 'server.js': PROGRAM }, hours(age))
}

function publishText(name: string, version: string, more: Partial<Manifest> = {}): void {
  registry.publish({ name, version, ...more }, { 'index.js': `module.exports = '${name}@${version}'` }, hours(1_000))
}

/** The bytes of one server in the lock. */
function partOf(lock = '', server: string): string {
  return new RegExp(`^    "${server}": \\{\n[^]*?^    \\}`, 'm').exec(lock)?.[0] ?? assert.fail(`no ${server}`)
}

async function version(folder: string, server: string): Promise<string | undefined> {
  return (await lockIn(folder)).servers[server]?.source.package?.version
}

test('a newer version changes nothing until it is asked for, and then one server and one token in every config', async (t) => {
  for (const name of ['@acme/mover', 'stayer']) publish(name, '1.0.0')
  const json = (root: string): string =>
    `{\n  // not "@acme/mover@1.0.0"\n  "${root}": {\n    "mover": { "command": "npx", "args": ["-y",  "@acme/mover@1.0.0"] /* 1.0.0 */ },\n` +
    `    "stayer": { "command": "npx", "args": ["-y", "stayer@1.0.0"] },\n  }\n}\n`
  const configs = {
    '.mcp.json': npxConfig({ mover: '@acme/mover@1.0.0', stayer: 'stayer@1.0.0' }),
    '.cursor/mcp.json': json('mcpServers'),
    '.vscode/mcp.json': json('servers').replaceAll('\n', '\r\n'),
    '.codex/config.toml': "# @acme/mover@1.0.0\n[mcp_servers.mover]\ncommand = 'npx' # so\nargs = [ '-y', '@acme/mover@1.0.0' ]\n",
  }
  const { folder, lock, succeeds } = await npmProject(t, registry, configs)
  await succeeds('pin', '--yes')
  const old = await snapshot(folder)
  for (const name of ['@acme/mover', 'stayer']) publish(name, '1.1.0')

  await succeeds('pin', '--yes')
  assert.deepEqual(await snapshot(folder), old)
  exits(await lock(['outdated']), 1, /^mover +@acme\/mover +1\.0\.0 +1\.0\.0 +1\.1\.0$/m)

  const result = await succeeds('update', 'mover', '--yes')
  assert.match(result.stderr, /mover +npx -y @acme\/mover@1\.0\.0 {3}1\.0\.0 → 1\.1\.0, 1 package$/m)
  assert.match(result.stderr, /2 of 2 tools changed, .*version 1\.0\.0 → 1\.1\.0: looks like an upgrade/)
  assert.match(result.stderr, /tools\/first {2}\/description\n +- first: @acme\/mover@1\.\[-0-\]\.0\n/)
  const now = await snapshot(folder)
  for (const [path, text] of Object.entries(configs))
    assert.equal(
      now[path],
      text.replace(/(["'])@acme\/mover@1\.0\.0\1(?=\])|'@acme\/mover@1\.0\.0'/, (word) => word.replace('1.0.0', '1.1.0')),
      path,
    )
  const differs = Object.keys(now).filter((path) => now[path] !== old[path])
  const closure = ['mcp.lock.d/mover/package-lock.json', 'mcp.lock.d/mover/package.json']
  assert.deepEqual(differs.sort(), [...Object.keys(configs), 'mcp.lock', ...closure].sort())
  assert.deepEqual(Object.keys(now), Object.keys(old))
  assert.equal(partOf(now['mcp.lock'], 'stayer'), partOf(old['mcp.lock'], 'stayer'))
  assert.equal(await version(folder, 'mover'), '1.1.0')
  await succeeds('verify')

  exits(await lock(['update', 'mover']), 0, /^ {2}mover stays at 1\.1\.0$/m)
  assert.deepEqual(await snapshot(folder), now)
  await succeeds('update', '--yes')
  assert.equal(await version(folder, 'stayer'), '1.1.0')
  await succeeds('verify')
  assert.equal((await lock(['outdated'])).exit, 0)
})

test('what would change is shown before it starts, and nothing of it happens without a yes', async (t) => {
  publishText('asked-dep', '1.0.0')
  publishText('asked-going', '1.0.0')
  publish('asked', '1.0.0', { dependencies: { 'asked-dep': '^1.0.0', 'asked-going': '1.0.0' } })
  const { folder, lock, succeeds } = await npmProject(t, registry, { '.mcp.json': npxConfig({ asked: 'asked@1.0.0' }) })
  await succeeds('pin', '--yes')
  const old = await snapshot(folder)
  publishText('asked-dep', '1.1.0')
  publishText('asked-new', '3.0.0', { scripts: { postinstall: 'true' } })
  publish('asked', '2.0.0', { dependencies: { 'asked-dep': '^1.0.0', 'asked-new': '3.0.0' } })
  exits(await lock(['update', 'asked']), 2, /NO_TERMINAL/)
  const shown = `    asked  npx -y asked@1.0.0   1.0.0 → 2.0.0, 3 packages
           added 1 package: asked-new 3.0.0
           removed 1 package: asked-going 1.0.0
           changed 1 package: asked-dep 1.0.0 → 1.1.0
           ! new install scripts: asked-new
  start them?`
  const refused = await lock(['update', 'asked'], ['n'])
  exits(refused, 1, /DECLINED/)
  assert.ok(refused.stderr.includes(shown), refused.stderr)
  const declined = await lock(['update', 'asked'], ['y', 'n'])
  exits(declined, 1, /accept the changes of asked\? \[y\/N\] {3}not accepted, so the pin stays: asked\n/)
  assert.deepEqual(await snapshot(folder), old)
  exits(await lock(['update', 'asked'], ['y', 'y']), 0, /wrote \.mcp\.json\nwrote mcp\.lock/)
  await succeeds('verify')
})

test('ranges, tags, exact versions, and no way back that is not named', async (t) => {
  for (const one of ['1.0.0', '1.1.0']) publish('ranged', one)
  const { folder, lock, succeeds } = await npmProject(t, registry, { '.mcp.json': npxConfig({ 'at@home': 'ranged@^1' }) })
  const config = (): Promise<string> => readFile(join(folder, '.mcp.json'), 'utf8')
  await succeeds('pin', '--yes', '--write-config')
  for (const one of ['1.2.0', '2.0.0', '3.0.0-rc.1']) publish('ranged', one)
  registry.tag('ranged', 'latest', '2.0.0')
  registry.tag('ranged', 'next', '3.0.0-rc.1')
  registry.tag('ranged', 'old', '1.0.0')
  for (const [word, expected] of [
    ['at@home@~1.1', '1.1.0'],
    ['at@home@^1', '1.2.0'],
    ['at@home', '2.0.0'],
    ['at@home@next', '3.0.0-rc.1'],
    ['at@home@1.1.0', '1.1.0'],
  ] as const) {
    await succeeds('update', word, '--yes')
    assert.equal(await version(folder, 'at@home'), expected, word)
    assert.match(await config(), new RegExp(`"ranged@${expected}"`))
  }
  const before = await snapshot(folder)
  exits(await lock(['update', 'at@home@1.0.9', '--yes']), 3, /PACKAGE_NOT_FOUND: `ranged` has no release that `1\.0\.9` names/)
  exits(await lock(['update', 'at@home@none', '--yes']), 3, /PACKAGE_NOT_FOUND/)
  for (const range of ['~1.0', 'old'])
    exits(await lock(['update', `at@home@${range}`, '--yes']), 1, /DOWNGRADE_REFUSED: `.*` leads to 1\.0\.0, older than the pinned 1\.1\.0/)
  exits(await lock(['update', 'at@home@https://127.0.0.1/x.tgz']), 2, /USAGE: expected SERVER@RANGE/)
  exits(await lock(['update', 'at@home@']), 2, /USAGE/)
  exits(await lock(['update', 'at@home', 'at@home@^1']), 2, /USAGE: `at@home` is named twice/)
  exits(await lock(['update', 'nobody@^1']), 2, /SERVER_UNKNOWN/)
  registry.tag('ranged', 'latest', '1.0.0')
  exits(await lock(['update', 'at@home']), 0, /at@home stays at 1\.1\.0: `latest` leads to 1\.0\.0, which is older/)
  assert.deepEqual(await snapshot(folder), before)
})

test('a config that may float keeps its range where that allows the new version', async (t) => {
  publish('floater', '1.0.0')
  const files = { '.mcp.json': npxConfig({ floater: 'floater@^1' }), '.cursor/mcp.json': npxConfig({ floater: 'floater' }) }
  const { folder, lock, succeeds } = await npmProject(t, registry, {
    ...files,
    'mcp-lock.yaml': 'servers: { floater: { floating: allow } }\n',
  })
  await succeeds('pin', '--yes')
  publish('floater', '1.1.0')
  publish('floater', '2.0.0')
  exits(await lock(['outdated']), 1, /^floater +floater +1\.0\.0 +1\.1\.0 +2\.0\.0$/m)
  await succeeds('update', '--yes')
  assert.equal(await version(folder, 'floater'), '1.1.0')
  for (const [path, text] of Object.entries(files)) assert.equal(await readFile(join(folder, path), 'utf8'), text)
  await succeeds('verify')
  await succeeds('update', 'floater@2', '--yes')
  assert.match(await readFile(join(folder, '.mcp.json'), 'utf8'), /floater@2\.0\.0/)
  assert.equal(await readFile(join(folder, '.cursor/mcp.json'), 'utf8'), files['.cursor/mcp.json'])
  await succeeds('verify')
})

test('a release that is too new is waited for, and refused where it is named', async (t) => {
  publish('patient', '1.0.0')
  const files = { '.mcp.json': npxConfig({ patient: 'patient@1.0.0' }), 'mcp-lock.yaml': 'minimumReleaseAge: 3 days\n' }
  const { folder, lock, succeeds } = await npmProject(t, registry, files)
  await succeeds('pin', '--yes')
  const old = await snapshot(folder)
  publish('patient', '1.2.0', {}, 3)
  const said = '1.2.0 is too new: published 3 hours ago, allowed from 2026-05-13T09:00:00Z (`minimumReleaseAge` of mcp-lock.yaml)\n'
  assert.equal((await succeeds('update', '--yes')).stderr, `  patient stays at 1.0.0: ${said}`)
  for (const range of ['1.2.0', '^1.1']) exits(await lock(['update', `patient@${range}`, '--yes']), 1, /RELEASE_TOO_NEW: `patient@1\.2\.0`/)
  assert.deepEqual(await snapshot(folder), old)
  publish('patient', '1.1.0', {}, 100)
  registry.tag('patient', 'latest', '1.2.0')
  assert.ok((await succeeds('update', '--yes')).stderr.startsWith(`  patient: ${said}`))
  assert.equal(await version(folder, 'patient'), '1.1.0')
})

test('newer dependencies of the same version are an update too; other bytes under it are refused', async (t) => {
  publishText('deep-dep', '1.0.0')
  publish('deep', '1.0.0', { dependencies: { 'deep-dep': '^1.0.0' } })
  const { folder, lock, succeeds } = await npmProject(t, registry, { '.mcp.json': npxConfig({ deep: 'deep@1.0.0' }) })
  await succeeds('pin', '--yes')
  const config = await readFile(join(folder, '.mcp.json'), 'utf8')
  publishText('deep-dep', '1.1.0')
  assert.match(
    (await succeeds('update', 'deep', '--yes')).stderr,
    /→ 1\.0\.0, 2 packages\n +changed 1 package: deep-dep 1\.0\.0 → 1\.1\.0\n/,
  )
  assert.equal(await readFile(join(folder, '.mcp.json'), 'utf8'), config)
  await succeeds('verify')
  publish('deep', '1.0.0', { dependencies: { 'deep-dep': '1.0.0' } })
  exits(await lock(['update', 'deep', '--yes']), 1, /CLOSURE_ALTERED: `deep@1\.0\.0` has another integrity/)
})

test('where one file cannot be written, all have their old text', async (t) => {
  publish('whole', '1.0.0')
  const config = npxConfig({ whole: 'whole@1.0.0' })
  const { folder, lock, succeeds } = await npmProject(t, registry, { '.mcp.json': config, '.cursor/mcp.json': config })
  await succeeds('pin', '--yes')
  publish('whole', '1.1.0')
  const old = await snapshot(folder)

  await rename(join(folder, '.cursor/mcp.json'), join(folder, 'elsewhere.json'))
  await symlink('../elsewhere.json', join(folder, '.cursor/mcp.json'))
  exits(await lock(['update', '--yes']), 2, /FILE_REFUSED: .*\.cursor\/mcp\.json/)
  assert.equal(await readFile(join(folder, '.mcp.json'), 'utf8'), config)
  assert.equal(await readFile(join(folder, 'mcp.lock'), 'utf8'), old['mcp.lock'])
  await rm(join(folder, '.cursor/mcp.json'))
  await rename(join(folder, 'elsewhere.json'), join(folder, '.cursor/mcp.json'))

  await writeFile(join(folder, 'mcp.lock.d/whole~'), '')
  exits(await lock(['update', '--yes']), 2, /FILE_REFUSED: .*whole~/)
  await rm(join(folder, 'mcp.lock.d/whole~'))
  assert.deepEqual(await snapshot(folder), old)
})

test('pin follows a config that names another version, and shows the upgrade', async (t) => {
  for (const one of ['1.0.0', '1.1.0', '2.0.0']) publish('edited', one)
  const { folder, lock, succeeds } = await npmProject(t, registry, { '.mcp.json': npxConfig({ edited: 'edited@1.0.0' }) })
  await succeeds('pin', '--yes')
  for (const [word, from, to, looks] of [
    ['edited@1.1.0', '1.0.0', '1.1.0', 'looks like an upgrade'],
    ['edited@^2', '1.1.0', '2.0.0', 'looks like an upgrade'],
    ['edited@1.0.0', '2.0.0', '1.0.0', 'goes back to an older version'],
  ] as const) {
    await writeFile(join(folder, '.mcp.json'), npxConfig({ edited: word }))
    exits(await lock(['verify']), 1, /source {2}\/launch\/args\/1\n[^]*→ .*to accept it, run `mcp-lock pin`/)
    const { stderr } = await succeeds('pin', '--yes', '--write-config')
    assert.ok(stderr.replaceAll('"', '').includes(`edited  npx -y ${word}   ${from} → ${to}, 1 package`), stderr)
    assert.match(stderr, new RegExp(`version ${from} → ${to}: ${looks}`))
    assert.equal(await version(folder, 'edited'), to)
    await succeeds('verify')
  }
})

test('what is no package says what to do instead', async (t) => {
  publish('conflicted', '1.0.0')
  const config = npxConfig({ conflicted: 'conflicted@1.0.0' })
  const { folder, lock, succeeds } = await npmProject(t, registry, { '.mcp.json': config })
  exits(await lock(['update']), 2, /LOCK_NOT_FOUND/)
  await succeeds('pin', '--yes')
  await writeFile(join(folder, '.cursor/mcp.json'), '{}').catch(() => {})
  await writeFile(join(folder, '.mcp.json'), npxConfig({ conflicted: 'another@1.0.0', fresh: 'fresh' }))
  exits(await lock(['update', 'conflicted', '--yes']), 1, /LAUNCH_CHANGED: the client config starts another package/)
  exits(await lock(['update', 'fresh']), 2, /NOT_PINNED/)
  await writeFile(join(folder, '.mcp.json'), npxConfig({ fresh: 'fresh' }))
  exits(await lock(['update', 'conflicted']), 1, /PIN_UNUSED/)
})
