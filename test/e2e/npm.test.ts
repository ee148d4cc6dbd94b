/** `pin` and `verify` of npm packages, with the machine's npm and a registry on the loopback. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, realpath, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { writeFiles, exits, lockIn, snapshot, run, temporary, type Run, type Settings } from '../world.ts'
import { Registry, type Manifest } from './registry.ts'

const PROGRAM = await readFile(new URL('../servers/package.cjs', import.meta.url), 'utf8')
const NOTES_START = "require('node:fs').writeFileSync('STARTED', '')\n"
const HARMS = "require('node:fs').writeFileSync('PWNED', '')\n"

let registry: Registry
let home: string

function environment(own = home): { [name: string]: string } {
  return { HOME: own, XDG_CACHE_HOME: join(own, 'cache'), npm_config_cache: join(own, 'npm'), npm_config_registry: registry.url }
}

/** One command in a project; store and npm cache are shared by the tests of this file. */
function lock(folder: string, argv: readonly string[], settings: Settings = {}): Promise<Run> {
  return run(folder, argv, { ...settings, env: { ...environment(), ...settings.env } })
}

async function succeeds(folder: string, ...argv: string[]): Promise<Run> {
  const result = await lock(folder, argv)
  assert.equal(result.exit, 0, `${argv.join(' ')}\n${result.stdout}${result.stderr}`)
  return result
}

function publish(name: string, version: string, more: Partial<Manifest> = {}, start = ''): void {
  registry.publish({ name, version, bin: 'server.js', ...more }, { 'server.js': start + PROGRAM })
}

/** A package whose only content is a text; what it exports says which bytes they are. */
function publishText(name: string, version: string, text = `${name}@${version}`): void {
  registry.publish({ name, version }, { 'index.js': `module.exports = ${JSON.stringify(text)}` })
}

async function project(t: TestContext, files: { readonly [path: string]: string }): Promise<string> {
  const folder = await temporary(t)
  await writeFiles(folder, files)
  return folder
}

type Words = readonly [command: string, ...args: string[]]

function config(servers: { readonly [name: string]: Words }): { '.mcp.json': string } {
  const entries = Object.entries(servers).map(([name, [command, ...args]]) => [name, { command, args }])
  return { '.mcp.json': JSON.stringify({ mcpServers: Object.fromEntries(entries) }) }
}

/** What the model is told of a server's first tool. */
async function pinned(folder: string, server: string): Promise<string> {
  const tools = (await lockIn(folder)).servers[server]?.surface?.tools ?? {}
  return 'first' in tools ? String(JSON.parse(JSON.stringify(tools['first'])).definition.description) : 'nothing'
}

function layout(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

describe('npm packages', { concurrency: 2 }, () => {
  before(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'mcp-lock-test-home-')))
    registry = await Registry.start()
  })
  after(async () => {
    registry.close()
    const store = await readdir(join(home, 'cache/mcp-lock/store')).catch(() => [])
    await rm(home, { recursive: true, force: true })
    assert.deepEqual(
      store.filter((name) => name.startsWith('.')),
      [],
      'nothing half installed is left',
    )
  })

  test('every runner resolves to one version with its closure, in the same bytes each time', async (t) => {
    for (const version of ['1.0.0', '1.4.0']) {
      registry.publish(
        { name: 'runner-dep', version, deprecated: 'two\nlines' },
        { 'index.js': `module.exports = 'runner-dep@${version}'` },
      )
    }
    const dependencies = { 'runner-dep': '^1.0.0' }
    for (const version of ['1.0.0', '1.2.0', '2.0.0']) publish('@acme/runner', version, { dependencies })
    const servers: { readonly [name: string]: Words } = {
      npx: ['npx', '-y', '@acme/runner'],
      'npx range': ['npx', '@acme/runner@^1'],
      exec: ['npm', 'exec', '--', '@acme/runner'],
      bunx: ['bunx', '@acme/runner@2.0.0'],
      dlx: ['pnpm', 'dlx', '@acme/runner@latest'],
    }
    const folder = await project(t, config(servers))
    await succeeds(folder, 'pin', '--yes')
    const files = await snapshot(folder)
    const { servers: pins } = await lockIn(folder)
    for (const [name, place] of Object.entries({ npx: 'npx', 'npx range': 'npx%20range', exec: 'exec', bunx: 'bunx', dlx: 'dlx' })) {
      const version = name === 'npx range' ? '1.2.0' : '2.0.0'
      const integrity = registry.integrity('@acme/runner', version)
      const closure = layout({
        lockfileVersion: 3,
        name: 'closure',
        packages: {
          '': { dependencies: { '@acme/runner': version }, name: 'closure' },
          'node_modules/@acme/runner': { bin: { runner: 'server.js' }, dependencies, integrity, version },
          'node_modules/runner-dep': {
            deprecated: { $lines: ['two', 'lines'] },
            integrity: registry.integrity('runner-dep', '1.4.0'),
            version: '1.4.0',
          },
        },
        requires: true,
      })
      assert.equal(files[`mcp.lock.d/${place}/package-lock.json`], closure)
      assert.equal(
        files[`mcp.lock.d/${place}/package.json`],
        layout({ dependencies: { '@acme/runner': version }, name: 'closure', private: true }),
      )
      const digest = `sha256:${createHash('sha256').update(closure).digest('hex')}`
      assert.deepEqual(pins[name]?.source.package, { closure: digest, integrity, name: '@acme/runner', type: 'npm', version })
      assert.ok(JSON.stringify(pins[name]?.source.launch).includes(`"@acme/runner@${version}"`))
      assert.equal(await pinned(folder, name), `first: @acme/runner@${version}, runner-dep@1.4.0`)
    }
    assert.doesNotMatch(Object.values(files).join(''), /127\.0\.0\.1|https?:/)
    await succeeds(folder, 'pin', '--yes')
    assert.deepEqual(await snapshot(folder), files)
  })

  test('a newer version moves nothing, unless the range excludes the pinned one', async (t) => {
    publishText('mover-dep', '1.0.0')
    publish('mover', '1.0.0', { dependencies: { 'mover-dep': '*' } })
    const folder = await project(t, config({ mover: ['npx', '-y', 'mover'] }))
    await succeeds(folder, 'pin', '--yes')
    const files = await snapshot(folder)
    publishText('mover-dep', '2.0.0')
    publish('mover', '2.0.0', { dependencies: { 'mover-dep': '*' } })
    await succeeds(folder, 'pin', '--yes')
    assert.deepEqual(await snapshot(folder), files)

    exits(await lock(folder, ['verify']), 1, /LAUNCH_FLOATING\): `mover`/)
    await writeFile(join(folder, 'mcp-lock.yaml'), 'servers: { mover: { floating: allow } }\n')
    await succeeds(folder, 'verify')
    await rm(join(folder, 'mcp-lock.yaml'))

    await writeFile(join(folder, '.mcp.json'), config({ mover: ['npx', '-y', 'mover@^2'] })['.mcp.json'])
    exits(await lock(folder, ['verify']), 1, /mover@\^2/)
    await succeeds(folder, 'pin', '--yes', '--write-config')
    assert.equal(await pinned(folder, 'mover'), 'first: mover@2.0.0, mover-dep@2.0.0')
    assert.match(
      await readFile(join(folder, 'mcp.lock.d/mover/package-lock.json'), 'utf8'),
      /"node_modules\/mover-dep": \{\s+"integrity": "sha512-\S+",\s+"version": "2\.0\.0"/,
    )
    assert.match(await readFile(join(folder, '.mcp.json'), 'utf8'), /"mover@2\.0\.0"/)
    await succeeds(folder, 'verify')
  })

  test('one server in five clients is one pin, and --write-config changes its token and nothing else', async (t) => {
    publish('@acme/five', '1.2.3')
    const json = (root: string, args: string): string =>
      `{\n  // "@acme/five" stands here too\n  "${root}": {\n    "five": { "command": "npx", "args": ${args} /* @acme/five */ },\n  }\n}\n`
    const files = {
      '.mcp.json': json('mcpServers', '["-y", "@acme/five"]'),
      '.cursor/mcp.json': json('mcpServers', '["--yes","@acme/five@latest"]'),
      '.vscode/mcp.json': json('servers', '[ "@acme/five@^1" ]'),
      '.gemini/settings.json': json('mcpServers', '["-y",\n      "@acme/five@1.2.3"]'),
      '.codex/config.toml': "# '@acme/five'\n[mcp_servers.five] # a comment\ncommand = 'npx'\nargs = [ '-y', '@acme/five' ]\n",
    }
    const folder = await project(t, files)
    await succeeds(folder, 'pin', '--yes')
    assert.deepEqual(Object.keys((await lockIn(folder)).servers), ['five'])
    exits(await lock(folder, ['verify']), 1, /floats/)
    await succeeds(folder, 'pin', '--yes', '--write-config')
    const after = await snapshot(folder)
    const written: { [file: string]: string } = {}
    for (const [file, text] of Object.entries(files))
      written[file] = text.replace(/(args"?(?::| =) \[[^\]]*)@acme\/five(?:@\^?[a-z0-9.]+)?/, '$1@acme/five@1.2.3')
    assert.deepEqual(Object.fromEntries(Object.keys(files).map((file) => [file, after[file]])), written)
    await succeeds(folder, 'verify')
    await succeeds(folder, 'pin', '--yes', '--write-config')
    assert.deepEqual(await snapshot(folder), after)
  })

  test("a copy in the project's own node_modules never runs", async (t) => {
    publish('copied', '1.0.0')
    const manifest = JSON.stringify({ name: 'copied', version: '1.0.0', bin: 'server.js' })
    const folder = await project(t, {
      ...config({ copied: ['npx', '-y', 'copied@1.0.0'] }),
      'package.json': JSON.stringify({ name: 'project', dependencies: { copied: '1.0.0' } }),
      'node_modules/copied/package.json': manifest,
      'node_modules/copied/server.js': `#!/usr/bin/env node\n${HARMS}${PROGRAM}`,
    })
    await mkdir(join(folder, 'node_modules/.bin'))
    await symlink('../copied/server.js', join(folder, 'node_modules/.bin/copied'))
    await succeeds(folder, 'pin', '--yes')
    exits(await lock(folder, ['verify']), 1, /LOCAL_COPY_CHANGED.*`node_modules\/copied\/server\.js`/)
    await writeFile(join(folder, 'node_modules/copied/package.json'), `\ufeff${manifest.replace('{', '{"version":"0",')}`)
    exits(await lock(folder, ['verify']), 1, /LOCAL_COPY_CHANGED.*`node_modules\/copied\/server\.js`/)
    await writeFile(join(folder, 'node_modules/copied/package.json'), manifest)
    const taken = await lock(folder, ['run', 'copied'])
    assert.equal(taken.exit, 0)
    assert.match(taken.stdout, /node_modules\/copied\/server\.js/)
    assert.ok(!taken.stdout.includes(join(folder, 'node_modules')), taken.stdout)
    assert.ok(!(await readdir(folder)).includes('PWNED'))
    await succeeds(folder, 'wrap')
    await succeeds(folder, 'verify')
    await succeeds(folder, 'unwrap')
    await writeFile(join(folder, 'node_modules/copied/server.js'), PROGRAM)
    await mkdir(join(folder, 'node_modules/copied/node_modules/own'), { recursive: true })
    await writeFile(join(folder, 'node_modules/copied/node_modules/own/index.js'), '')
    await succeeds(folder, 'verify')
    assert.equal(await pinned(folder, 'copied'), 'first: copied@1.0.0')
    const { args } = JSON.parse((await succeeds(folder, 'run', 'copied')).stdout)
    const started = args[0] as string
    assert.ok(started.startsWith(join(home, 'cache/mcp-lock/store/')), started)

    const text = await readFile(started, 'utf8')
    await writeFile(started, HARMS + text)
    for (const command of [['verify'], ['run', 'copied'], ['pin', '--yes']]) {
      exits(await lock(folder, command), 1, /`node_modules\/copied\/server\.js` changed; to have it installed again, delete `/)
    }
    assert.ok(!(await readdir(folder)).includes('PWNED'))
    await rm(started.replace(/\/tree\/.*/, ''), { recursive: true })
    await succeeds(folder, 'verify')
    assert.equal(await readFile(started, 'utf8'), text)
  })

  test('an altered or missing closure is reported, and nothing starts', async (t) => {
    publish('sealed', '1.0.0', {}, NOTES_START)
    const folder = await project(t, config({ sealed: ['npx', '-y', 'sealed@1.0.0'] }))
    await succeeds(folder, 'pin', '--yes')
    await rm(join(folder, 'STARTED'))
    const file = join(folder, 'mcp.lock.d/sealed/package-lock.json')
    const text = await readFile(file, 'utf8')
    for (const altered of [text.replace('1.0.0', '1.0.1'), `${text}\n`, 'not JSON', null]) {
      await (altered === null ? rm(file) : writeFile(file, altered))
      const result = await lock(folder, ['verify', '--format', 'json'])
      exits(result, 1, /"CLOSURE_ALTERED"/)
      exits(await lock(folder, ['verify', '--offline']), 1, /an altered closure/)
    }
    await writeFile(file, text)
    const manifest = join(folder, 'mcp.lock.d/sealed/package.json')
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"private": true', '"private": true, "scripts": {}'))
    exits(await lock(folder, ['verify']), 1, /an altered closure/)
    assert.ok(!(await readdir(folder)).includes('STARTED'))
    await succeeds(folder, 'pin', '--yes')
    await succeeds(folder, 'verify')
  })

  test('other bytes under the same version never run', async (t) => {
    const manifest = { name: 'swapped', version: '1.0.0', bin: 'server.js' }
    const evil = { 'server.js': HARMS + PROGRAM }
    registry.publish(manifest, { 'server.js': PROGRAM })
    const folder = await project(t, config({ swapped: ['npx', '-y', 'swapped@1.0.0'] }))
    const fresh = { env: environment(join(await temporary(t), 'fresh')) }

    registry.swap(manifest, evil)
    exits(await lock(folder, ['pin', '--yes'], fresh), 1, /INTEGRITY_MISMATCH/)
    assert.deepEqual(await readdir(folder), ['.mcp.json'])

    registry.publish(manifest, { 'server.js': PROGRAM })
    await succeeds(folder, 'pin', '--yes')
    const files = await snapshot(folder)
    registry.publish(manifest, evil)
    for (const command of [['verify'], ['pin', '--yes']]) exits(await lock(folder, command, fresh), 1, /INTEGRITY_MISMATCH|other bytes/)
    await rm(join(folder, 'mcp.lock.d'), { recursive: true })
    exits(await lock(folder, ['pin', '--yes'], fresh), 1, /CLOSURE_ALTERED/)
    assert.deepEqual(await snapshot(folder), Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('mcp.lock.d/'))))
  })

  test('a changed dependency: the old one runs, or nothing does', async (t) => {
    publishText('turned-dep', '1.0.0', 'honest')
    publish('turned', '1.0.0', { dependencies: { 'turned-dep': '^1.0.0' } })
    const folder = await project(t, config({ turned: ['npx', '-y', 'turned@1.0.0'] }))
    await succeeds(folder, 'pin', '--yes')
    const evil = (version: string): void =>
      registry.publish({ name: 'turned-dep', version }, { 'index.js': `${HARMS}module.exports = 'evil'` })
    const fresh = { env: environment(join(await temporary(t), 'fresh')) }
    evil('1.0.1')
    assert.equal((await lock(folder, ['verify'], fresh)).exit, 0, 'a newer one is not taken')
    evil('1.0.0')
    await succeeds(folder, 'verify')
    const commands = { pin: ['pin', '--yes'], verify: ['verify'], run: ['run', 'turned'] }
    for (const [command, words] of Object.entries(commands)) {
      const again = { env: environment(join(fresh.env['HOME'] ?? '', command)) }
      const result = await lock(folder, words, again)
      exits(result, 1, /`turned-dep@1\.0\.0`: npm: EINTEGRITY|INTEGRITY_MISMATCH/)
      assert.match(result.stdout + result.stderr, /`turned-dep@1\.0\.0`/)
      if (command === 'run') assert.equal(result.stdout, '', 'nothing was started')
    }
    assert.ok(!(await readdir(folder)).includes('PWNED'))
    assert.equal(await pinned(folder, 'turned'), 'first: turned@1.0.0, honest')
  })

  test('an unreachable registry and an unknown package leave nothing behind', async (t) => {
    publish('known', '1.0.0')
    const folder = await project(t, config({ known: ['npx', '-y', 'known'] }))
    exits(await lock(folder, ['pin', '--yes'], { env: { npm_config_registry: 'http://127.0.0.1:9' } }), 3, /CONNECTION_REFUSED/)
    assert.deepEqual(await readdir(folder), ['.mcp.json'])
    for (const word of ['unknown-package', 'known@^9', 'known@no-such-tag']) {
      await writeFile(join(folder, '.mcp.json'), config({ known: ['npx', '-y', word] })['.mcp.json'])
      exits(await lock(folder, ['pin', '--yes']), 3, /PACKAGE_NOT_FOUND/)
    }
    assert.deepEqual(await readdir(folder), ['.mcp.json'])
  })

  test('install scripts run only where the policy allows them', async (t) => {
    const scripts = { postinstall: `node -e "require('fs').writeFileSync('scripts-ran', '')"` }
    publish('scripted', '1.0.0', { scripts })
    const folder = await project(t, config({ scripted: ['npx', '-y', 'scripted@1.0.0'] }))
    await succeeds(folder, 'pin', '--yes')
    assert.equal(await pinned(folder, 'scripted'), 'first: scripted@1.0.0')
    assert.match((await succeeds(folder, 'verify')).stdout, /install scripts were not run \(scripted\)/)
    await writeFile(join(folder, 'mcp-lock.yaml'), 'servers: { scripted: { scripts: allow } }\n')
    await succeeds(folder, 'pin', '--yes')
    assert.equal(await pinned(folder, 'scripted'), 'first: scripted@1.0.0, after its scripts')
    assert.doesNotMatch((await succeeds(folder, 'verify')).stdout, /install scripts/)
  })

  test('what comes from git, or has no program, cannot be pinned', async (t) => {
    const tools = await project(t, {})
    await writeFile(join(tools, 'git'), '#!/bin/sh\n: > "$HOME/GIT-RAN"\nexit 1\n', { mode: 0o755 })
    publish('needs-git', '1.0.0', { dependencies: { 'from-git': 'git+https://127.0.0.1:9/from-git.git' } })
    registry.publish({ name: 'no-program', version: '1.0.0' }, { 'index.js': '' })
    publish('no-file', '1.0.0', { bin: 'missing' })
    const folder = await project(
      t,
      config({ git: ['npx', '-y', 'needs-git'], none: ['npx', '-y', 'no-program'], missing: ['npx', '-y', 'no-file'] }),
    )
    const { exit, stderr } = await lock(folder, ['pin', '--yes'], { env: { PATH: `${tools}${delimiter}${process.env['PATH'] ?? ''}` } })
    assert.equal(exit, 1, stderr)
    assert.ok(!(await readdir(home)).includes('GIT-RAN'), 'git may run what it fetches')
    for (const name of ['git', 'none', 'missing']) assert.match(stderr, new RegExp(`^  ${name} +✗ PACKAGE_UNUSABLE`, 'm'))
    assert.deepEqual(await readdir(folder), ['.mcp.json'])
  })

  test("what npx hands on of the project's `.npmrc` leaves nothing half installed in the store", async (t) => {
    publish('dry', '1.0.0')
    const folder = await project(t, config({ dry: ['npx', '-y', 'dry@1.0.0'] }))
    exits(await lock(folder, ['pin', '--yes'], { env: { npm_config_dry_run: 'true', npm_config_os: 'aix' } }), 0, /dry/)
    exits(await lock(folder, ['verify']), 0, /✓ dry/)
  })

  test('of several programs the launch chooses one', async (t) => {
    registry.publish(
      { name: 'several', version: '1.0.0', bin: { one: 'one.js', two: 'server.js' } },
      { 'one.js': HARMS, 'server.js': PROGRAM },
    )
    registry.publish(
      { name: '@acme/named', version: '1.0.0', bin: { other: 'one.js', named: 'server.js' } },
      { 'one.js': HARMS, 'server.js': PROGRAM },
    )
    const folder = await project(
      t,
      config({ two: ['npx', '-y', '-p', 'several', 'two', '--flag'], named: ['npx', '-y', '@acme/named'], open: ['npx', '-y', 'several'] }),
    )
    exits(await lock(folder, ['pin', '--yes']), 1, /open +✗ PACKAGE_UNUSABLE: .*it has one, two/)
    assert.equal(await pinned(folder, 'two'), 'first: several@1.0.0, --flag')
    assert.equal(await pinned(folder, 'named'), 'first: @acme/named@1.0.0')
    await succeeds(folder, 'pin', '--yes', '--write-config', 'two', 'named')
    await succeeds(folder, 'verify', 'two', 'named')
    assert.ok(!(await readdir(folder)).includes('PWNED'))
  })

  test("one server's new pin leaves the others' bytes alone", async (t) => {
    const manifest = (name: string): string => JSON.stringify({ name, version: '1.0.0' })
    const folder = await project(t, {
      ...config({ quiet: ['node', 'quiet/server.cjs'], loud: ['node', 'loud/server.cjs'] }),
      'quiet/server.cjs': PROGRAM,
      'quiet/package.json': manifest('quiet'),
      'loud/server.cjs': PROGRAM,
      'loud/package.json': manifest('loud'),
    })
    await succeeds(folder, 'pin', '--yes')
    const old = await snapshot(folder)
    await writeFile(join(folder, 'changed'), '')
    exits(await lock(folder, ['verify']), 1, /tools\/second/)
    await succeeds(folder, 'pin', '--accept', 'loud/tools/first')
    const partOf = (text = '', server: string): string => new RegExp(`^    "${server}": \\{\n[^]*?^    \\}`, 'm').exec(text)?.[0] ?? ''
    const now = await snapshot(folder)
    assert.notEqual(partOf(old['mcp.lock'], 'quiet'), '')
    assert.equal(partOf(now['mcp.lock'], 'quiet'), partOf(old['mcp.lock'], 'quiet'))
    assert.equal(await pinned(folder, 'loud'), 'first: loud@1.0.0, changed')
    assert.match(JSON.stringify((await lockIn(folder)).servers['loud']?.surface?.tools), /second: loud@1\.0\.0"/)
    await succeeds(folder, 'pin', 'loud', '--yes')
    assert.equal(partOf((await snapshot(folder))['mcp.lock'], 'quiet'), partOf(old['mcp.lock'], 'quiet'))
    assert.deepEqual(Object.keys(await snapshot(folder)), [...Object.keys(old), 'changed'].sort())
    exits(await lock(folder, ['verify', '--format', 'json']), 1, /"quiet": \{\s+"status": "changed"/)
    await succeeds(folder, 'verify', 'loud')
  })

  test('an interrupted run leaves no process and no file', async (t) => {
    const mark = `mark-${randomUUID()}`
    const waits = (folder: string): string => `require('node:fs').writeFileSync(${folder} + '/STARTED', ''); setInterval(() => {}, 1000);`
    const folder = await project(t, {})
    publish('waits', '1.0.0', {}, waits('process.cwd()'))
    publish('waits-installing', '1.0.0', { scripts: { postinstall: `node -e "${waits('process.argv[1]')}" ${folder} ${mark}` } })
    await writeFile(join(folder, 'mcp-lock.yaml'), 'servers: { waits-installing: { scripts: allow } }\n')
    for (const name of ['waits', 'waits-installing']) {
      await writeFile(join(folder, '.mcp.json'), config({ [name]: ['npx', '-y', `${name}@1.0.0`, mark] })['.mcp.json'])
      const stop = new AbortController()
      const running = lock(folder, ['pin', '--yes'], { signal: stop.signal })
      while (!(await readdir(folder)).includes('STARTED')) await setTimeout(20)
      assert.match(processes(), new RegExp(mark))
      stop.abort()
      exits(await running, 130, /INTERRUPTED/)
      assert.doesNotMatch(processes(), new RegExp(mark))
      await rm(join(folder, 'STARTED'))
      assert.deepEqual((await readdir(folder)).sort(), ['.mcp.json', 'mcp-lock.yaml'])
    }
  })
})

function processes(): string {
  return execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
}
