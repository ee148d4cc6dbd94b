/** `verify --base`: whatever a branch changes, nothing of it runs that the base does not have. */
import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { seal } from '../../core/surface/surface.ts'
import { Repository } from '../repository.ts'
import { exits, type Settings } from '../world.ts'
import { Registry } from './registry.ts'
import { listen, serving } from './remote.ts'
import { SERVER, TEXT, HARM, config, NOTES, FILES, branch, report, withTouch } from './base-project.ts'

test('a branch edits config, lock and policy: the new server is listed and not started, the base decides', async (t) => {
  const repository = await branch(t)
  await repository.write({
    '.mcp.json': config({ notes: NOTES, evil: { command: 'touch', args: ['PWNED'] } }),
    'mcp-lock.yaml': 'servers:\n  evil: { scripts: allow }\n',
  })
  await repository.editLock(withTouch)
  await repository.commit()

  const shown = exits(
    await repository.run('verify --base main'),
    0,
    /– evil +new/,
    /SERVER_NEW/,
    /POLICY_CHANGED/,
    /touch/,
    /✓ notes/,
    /1 new · 1 verified/,
  )
  assert.doesNotMatch(shown.stdout, /NO_BASE|no trust base/)
  exits(await repository.run('verify --base main --strict'), 1, /✗ evil +new/, /POLICY_CHANGED/)
  const { exit, servers, findings } = await report(repository)
  assert.equal(exit, 0)
  assert.deepEqual([servers['notes']?.status, servers['evil']?.status], ['ok', 'new'])
  assert.deepEqual(
    findings.map(({ code, pointer }) => [code, pointer]),
    [['POLICY_CHANGED', '/servers/evil/scripts']],
  )
  exits(await repository.run('verify --base main --offline'), 0, /– evil +new/)
  assert.ok(!repository.has('PWNED'))
  // Without a base the branch has approved itself, which the coverage says.
  exits(await repository.run('verify evil'), 3, /approved by no trust base/)
  assert.ok(repository.has('PWNED'))
})

test('--run-changed starts what the base does not have, and it stays new', async (t) => {
  const repository = await branch(t)
  await repository.write({ '.mcp.json': config({ notes: NOTES, more: NOTES }) })
  exits(await repository.run('pin --yes'), 0)
  await repository.commit()
  assert.equal((await report(repository)).servers['more']?.status, 'new')
  await repository.write({ 'lib/text.mjs': `${HARM}${TEXT}` })
  const { servers } = await report(repository, 'verify --base main --run-changed')
  assert.equal(servers['more']?.status, 'new')
  assert.ok(repository.has('PWNED'))
  exits(await repository.run('verify --run-changed'), 2, /USAGE.*--base/)
})

test('a changed pinned script is not run, pinned again or not', async (t) => {
  const repository = await branch(t)
  await repository.write({ 'notes.mjs': `${HARM}${SERVER}` })
  await repository.commit()
  exits(await repository.run('verify --base main'), 1, /FILE_CHANGED|notes\.mjs/)
  assert.ok(!repository.has('PWNED'))

  exits(await repository.run('pin --yes'), 0)
  await repository.git('clean', '-fq')
  await repository.commit()
  exits(await repository.run('verify --base main'), 0, /– notes +new/, /\/files\/notes\.mjs/)
  exits(await repository.run('verify --base main --strict'), 1)
  assert.ok(!repository.has('PWNED'))
})

test('another launch for a server that the base has is new', async (t) => {
  const repository = await branch(t)
  await repository.write({ '.mcp.json': config({ notes: { command: 'touch', args: ['PWNED'] } }) })
  exits(await repository.run('verify --base main'), 1, /\/launch\/command/)
  await repository.editLock((pins) => ({ notes: withTouch(pins)['evil'] ?? pins['notes']! }))
  exits(await repository.run('verify --base main'), 0, /– notes +new/)
  // A pin that claims to need no config is no way round.
  await repository.editLock((pins) => ({ notes: { ...pins['notes']!, adHoc: true } }))
  await repository.write({ '.mcp.json': config({}) })
  exits(await repository.run('verify --base main'), 0, /– notes +new/)
  assert.ok(!repository.has('PWNED'))
})

test('a server that only the config has fails as before', async (t) => {
  const repository = await branch(t)
  await repository.write({ '.mcp.json': config({ notes: NOTES, evil: { command: 'touch', args: ['PWNED'] } }) })
  exits(await repository.run('verify --base main'), 1, /SERVER_UNPINNED/)
  assert.ok(!repository.has('PWNED'))
})

test('what a known script imports is part of its program', async (t) => {
  const edits: { readonly [path: string]: string }[] = [{ 'lib/text.mjs': `${HARM}${TEXT}` }, { 'package.json': '{"type": "commonjs"}' }]
  for (const edit of edits) {
    const repository = await branch(t)
    await repository.write(edit)
    for (const committed of [false, true]) {
      if (committed) await repository.commit()
      else await repository.git('add', '--all')
      const { exit, servers, coverage } = await report(repository)
      assert.equal(exit, 0)
      assert.equal(servers['notes']?.status, 'skipped')
      assert.ok(coverage.some(({ code, server }) => code === 'CHANGED_CODE' && server === 'notes'))
      assert.ok(!repository.has('PWNED'))
    }
  }
})

test('a known script runs where only lock, policy and configs differ, and is compared with the lock of the branch', async (t) => {
  const repository = await branch(t)
  await repository.write({ 'mcp-lock.yaml': 'servers: {}\n', '.cursor/mcp.json': config({ notes: NOTES }) })
  await repository.commit()
  assert.equal((await report(repository)).servers['notes']?.status, 'ok')
  await repository.editLock((pins) => ({ notes: { ...pins['notes']!, surface: seal({ capabilities: {}, tools: {} }) } }))
  const { exit, servers } = await report(repository)
  assert.deepEqual([exit, servers['notes']?.status], [1, 'changed'])
  assert.ok(servers['notes']?.findings.some(({ code }) => code === 'DEFINITION_ADDED'))
})

test('a runner of scripts that the repository holds', async (t) => {
  const serve = { command: 'node', args: ['--run', 'serve'] }
  const repository = await branch(t, {
    ...FILES,
    '.mcp.json': config({ notes: serve }),
    'package.json': '{"scripts": {"serve": "node notes.mjs"}}',
  })
  assert.equal((await report(repository)).servers['notes']?.status, 'ok')
  await repository.write({ 'package.json': '{"scripts": {"serve": "touch PWNED"}}' })
  await repository.commit()
  assert.equal((await report(repository)).servers['notes']?.status, 'skipped')
  assert.ok(!repository.has('PWNED'))
})

test('values that only the config has: of variables, headers and queries', async (t) => {
  const env = (value: string): string => config({ notes: { ...NOTES, env: { PLUGIN: value } } })
  const repository = await branch(t, { ...FILES, '.mcp.json': env('./lib/text.mjs') })
  const { status } = (await report(repository)).servers['notes'] ?? {}
  assert.equal(status, 'ok')
  await repository.write({ '.mcp.json': env('data:text/javascript,import("node:fs").then((fs)=>fs.writeFileSync("PWNED",""))') })
  const { exit, servers } = await report(repository)
  assert.equal(exit, 0)
  assert.equal(servers['notes']?.status, 'new')
  // Every config that names the server counts, also one that the base does not have.
  await repository.git('checkout', '-q', '.mcp.json')
  await repository.git('mv', '.mcp.json', '.cursor.json')
  await repository.write({ '.cursor/mcp.json': await readFile(join(repository.folder, '.cursor.json'), 'utf8') })
  await repository.git('add', '--all')
  assert.equal((await report(repository)).servers['notes']?.status, 'new')
  assert.ok(!repository.has('PWNED'))
})

test('a change that pins definitions of the base no more says so', async (t) => {
  const repository = await branch(t)
  await repository.editLock(({ notes, ...others }) => ({
    ...others,
    ...(notes === undefined ? {} : { notes: { ...notes, surface: null } }),
  }))
  exits(await repository.run('verify --base main'), 0, /notes +skipped/, /SURFACE_GIVEN_UP/)
  exits(await repository.run('verify --base main --strict'), 1)
  await repository.commit()
  const { stdout } = await repository.run('verify --base HEAD --strict')
  assert.ok(!stdout.includes('SURFACE_GIVEN_UP'))
})

test('values of a second client are as little free to change', async (t) => {
  const env = (value: string): string => config({ notes: { ...NOTES, env: { MODE: value } } })
  const repository = await branch(t, { ...FILES, '.mcp.json': env('read'), '.cursor/mcp.json': env('read') })
  await repository.write({ '.cursor/mcp.json': env('write') })
  exits(await repository.run('verify --base main'), 0, /– notes +new/, /MODE/)
})

test('a pin that no config names any more does not take its variables from the environment', async (t) => {
  const repository = await branch(t, { ...FILES, '.mcp.json': config({ notes: { ...NOTES, env: { PLUGIN: './lib/text.mjs' } } }) })
  await repository.write({ '.mcp.json': config({}) })
  await repository.editLock(({ notes, ...others }) => ({ ...others, ...(notes === undefined ? {} : { notes: { ...notes, adHoc: true } }) }))
  const settings = { env: { PLUGIN: 'data:text/javascript,import("node:fs").then((fs)=>fs.writeFileSync("PWNED",""))' } }
  assert.equal((await report(repository, 'verify --base main', settings)).servers['notes']?.status, 'new')
  assert.ok(!repository.has('PWNED'))
})

test('what carries messages to an address of the base is no part of the base', async (t) => {
  const host = await listen(t, createServer(serving(() => [])))
  const url = `http://${host}/mcp`
  const repository = await branch(t, { '.mcp.json': config({ remote: { url } }) })
  assert.equal((await report(repository)).servers['remote']?.status, 'ok')
  await repository.write({ '.mcp.json': config({ remote: { command: 'npx', args: ['-y', 'mcp-remote@0.1.15', url] } }) })
  exits(await repository.run('verify --base main'), 0, /– remote +new/, /the program around it/)
  await repository.commit()
  await repository.git('branch', '-f', 'main')
  assert.equal((await report(repository)).servers['remote']?.status, 'ok')
  await repository.write({ '.mcp.json': config({ remote: { command: 'npx', args: ['-y', 'mcp-remote@0.1.14', url] } }) })
  assert.equal((await report(repository)).servers['remote']?.status, 'new')
  await repository.write({ '.mcp.json': config({ remote: { command: './evil/mcp-remote', args: [url] } }), 'evil/mcp-remote': '' })
  const { exit, servers } = await report(repository)
  assert.equal(exit, 1)
  assert.ok(servers['remote']?.findings.some(({ code }) => code === 'LAUNCH_UNREADABLE'))
})

test('a word that the lock keeps redacted is not free to change', async (t) => {
  const token = (letter: string): string => config({ notes: { ...NOTES, args: ['./notes.mjs', `--token=ghp_${letter.repeat(36)}`] } })
  const repository = await Repository.make(t, { ...FILES, '.mcp.json': token('a') })
  exits(await repository.run('pin --yes --allow-redacted'), 0)
  await repository.commit('main')
  assert.equal((await report(repository)).servers['notes']?.status, 'ok')
  await repository.write({ '.mcp.json': token('b') })
  exits(await repository.run('verify --base main'), 0, /– notes +new/, /the arguments/)
})

test('a policy that is invalid, vanished or only laid out anew', async (t) => {
  const policy = 'servers:\n  notes: { floating: allow }\n'
  const repository = await branch(t, { ...FILES, 'mcp-lock.yaml': policy })
  await repository.write({ 'mcp-lock.yaml': 'servers: [\n' })
  exits(await repository.run('verify --base main'), 2, /POLICY_INVALID.*line 2/, /POLICY_CHANGED/, /✓ notes/)
  await repository.write({ 'mcp-lock.yaml': `# ours\n${policy}` })
  exits(await repository.run('verify --base main'), 0, /POLICY_CHANGED.*nothing that takes effect/)
  await repository.write({ 'mcp-lock.yaml': null })
  exits(await repository.run('verify --base main'), 0, /POLICY_CHANGED/, /\/servers\/notes\/floating/)
  await mkdir(join(repository.folder, 'mcp-lock.yaml'))
  exits(await repository.run('verify --base main'), 2, /FILE_UNREADABLE/, /POLICY_CHANGED/)
})

test('the policy of the base applies, and one that the base cannot read is an error', async (t) => {
  const repository = await branch(t)
  await repository.write({ '.mcp.json': config({ notes: { command: 'npx', args: ['-y', 'nowhere'] } }), 'mcp-lock.yaml': 'servers: [\n' })
  await repository.commit()
  exits(await repository.run('verify --base change'), 2, /POLICY_INVALID.*mcp-lock\.yaml at `change`/)
})

test('a volatile rule may come with the lock that has it, and is pending', async (t) => {
  const repository = await branch(t)
  await repository.write({ 'lib/text.mjs': 'export const description = new Date(0).toISOString()\n' })
  await repository.commit('main')
  await repository.git('branch', '-f', 'main')
  exits(await repository.run('pin --yes'), 0)
  await repository.commit('main')
  await repository.git('branch', '-f', 'main')
  await repository.write({
    'mcp-lock.yaml': 'servers:\n  notes:\n    volatile:\n      - { pointer: /tools/save/description, type: timestamp }\n',
  })
  exits(await repository.run('verify --base main'), 1, /VOLATILE_CHANGED/)
  exits(await repository.run('pin --yes'), 0)
  exits(await repository.run('verify --base main'), 0, /POLICY_CHANGED/, /✓ notes/)
})

test('a base without a lock knows no server', async (t) => {
  const repository = await Repository.make(t, FILES)
  await repository.commit('main')
  await repository.branch('change')
  exits(await repository.run('pin --yes'), 0)
  await repository.commit()
  const { exit, servers, findings } = await report(repository)
  assert.deepEqual([exit, servers['notes']?.status, findings], [0, 'new', []])
})

test('--policy reads a file outside, which wins over the project and the base', async (t) => {
  const repository = await branch(t)
  const outside = new Repository(join(repository.folder, '..'))
  await outside.write({ 'central.yaml': 'servers: {}\n' })
  exits(await repository.run('verify --policy ../central.yaml'), 0, /approved by no trust base/)
  await repository.write({ 'mcp-lock.yaml': 'servers:\n  notes: { scripts: allow }\n' })
  for (const line of ['verify --policy ../central.yaml', 'verify --policy ../central.yaml --base main']) {
    exits(await repository.run(line), 0, /POLICY_CHANGED/, /\/servers\/notes\/scripts/)
    exits(await repository.run(`${line} --strict`), 1)
  }
  await outside.write({ 'central.yaml': 'servers: [\n' })
  exits(await repository.run('verify --policy ../central.yaml'), 2, /POLICY_INVALID.*central\.yaml.*line 2/)
  exits(await repository.run('verify --policy ../nowhere.yaml'), 2, /FILE_UNREADABLE.*nowhere\.yaml/)
})

test('packages: what a launch names in the repository, and where they come from', async (t) => {
  const registry = await Registry.start()
  t.after(() => registry.close())
  const other = await Registry.start()
  t.after(() => other.close())
  const program = await readFile(new URL('../servers/package.cjs', import.meta.url), 'utf8')
  const plugins = "if (process.argv[2] === '--plugins') require(require('node:path').resolve(process.argv[3]))\n"
  registry.publish({ name: 'tools', version: '1.0.0', bin: 'server.js' }, { 'server.js': plugins + program })
  const repository = await Repository.make(t, {
    '.mcp.json': config({
      plain: { command: 'npx', args: ['-y', 'tools@1.0.0', '.'] },
      plugins: { command: 'npx', args: ['-y', 'tools@1.0.0', '--plugins', './plugins'] },
    }),
    '.npmrc': `registry=${registry.url}/\n`,
    'plugins/index.js': '',
    'src/a.js': '',
  })
  const home = join(repository.folder, '..')
  const verify = async (store: string): Promise<readonly (string | undefined)[]> => {
    const { servers } = await report(repository, 'verify --base main', environment(store))
    return [servers['plain']?.status, servers['plugins']?.status]
  }
  const environment = (store: string): Settings => ({
    env: { HOME: home, XDG_CACHE_HOME: join(home, store), npm_config_cache: join(home, `npm-${store}`), NPM_TOKEN: 'secret' },
  })
  exits(await repository.run('pin --yes', environment('first')), 0)
  await repository.commit('main')
  await repository.branch('change')

  // What changed is no part of the package, unless the launch names it.
  await repository.write({ 'src/a.js': 'changed' })
  assert.deepEqual(await verify('first'), ['ok', 'ok'])
  await repository.write({ 'plugins/index.js': "require('node:fs').writeFileSync('PWNED', '')\n" })
  assert.deepEqual(await verify('first'), ['ok', 'skipped'])
  assert.ok(!repository.has('PWNED'))

  // A token would go to another registry; a store that is still empty is filled from the base's.
  const host = new URL(other.url).host
  await repository.write({ 'plugins/index.js': '', '.npmrc': `registry=${other.url}/\n//${host}/:_authToken=\${NPM_TOKEN}\n` })
  assert.deepEqual(await verify('second'), ['ok', 'ok'])
  assert.equal(other.requests, 0)
})
