/** A registry from nothing: what `init` writes and says, and what is said of a configuration that is none. */
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { VERSION } from '../core/version.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'
import { parseConfig } from '../registry-server/program/config.ts'
import { folder, run } from './registry-running.ts'

test('init writes what serves, secret keys to nobody but their owner, and what clients take as it is printed', async (t) => {
  const cwd = await folder(t)
  const { status, out } = await run(cwd, 'init --origin registry.example/log')
  assert.equal(status, 0)
  for (const file of ['registry.yaml', 'keys/log.pem', 'keys/status.pem'])
    assert.equal((await stat(join(cwd, file))).mode & 0o777, 0o600, file)
  const policy = parsePolicy(out.slice(out.indexOf('registry:'))).registry
  const config = parseConfig(await readFile(join(cwd, 'registry.yaml'), 'utf8'))
  assert.equal(policy?.url, 'http://127.0.0.1:8080')
  for (const member of ['publishers', 'approvers', 'admins', 'approvals'] as const) assert.deepEqual(policy[member], config[member], member)
  assert.doesNotMatch(out, /PRIVATE/)
})

test('init writes nothing where a part is there already, or where an option is wrong', async (t) => {
  const cwd = await folder(t)
  for (const [words, said] of [
    ['--listen 127.0.0.1', /`--listen`: expected a host and a port.*\[USAGE\]\n.*mcp-lock-registry --help/s],
    ['--listen 127.0.0.1:99999', /`--listen`: expected a port of at most 65535/],
    ['--origin a+b', /`--origin`: expected a name/],
  ] as const) {
    const { status, err } = await run(cwd, `init ${words}`)
    assert.equal(status, 2, words)
    assert.match(err, said)
    assert.deepEqual(await readdir(cwd), [], words)
  }
  await writeFile(join(cwd, 'registry.yaml'), '')
  assert.match((await run(cwd, 'init --origin a.example/log')).err, /`[^`]*registry\.yaml` is there already \[FILE_PRESENT\]/)
  assert.deepEqual(await readdir(cwd), ['registry.yaml'])
})

test('serve --init keeps to one port; a port that is any says so to clients', async (t) => {
  const cwd = await folder(t)
  await run(cwd, 'serve --init --config a/registry.yaml')
  assert.equal(parseConfig(await readFile(join(cwd, 'a/registry.yaml'), 'utf8')).listen, '127.0.0.1:8080')
  const { out } = await run(cwd, 'init --config b/registry.yaml --listen 127.0.0.1:0')
  assert.match(out, /^ {2}url: http:\/\/127\.0\.0\.1:0 # with the port that `serve` says$/m)
})

test('what is wrong with a configuration names its file; without one, how to have one', async (t) => {
  const cwd = await folder(t)
  const missing = await run(cwd, 'serve')
  assert.equal(missing.status, 2)
  assert.match(missing.err, /there is no `[^`]*registry\.yaml` \[REGISTRY_CONFIG_MISSING\]\n {2}`mcp-lock-registry init` writes one/)
  await writeFile(join(cwd, 'registry.yaml'), 'listen: 8080\n')
  assert.match((await run(cwd, 'verify-log')).err, /`[^`]*registry\.yaml`: line 1, column 9: listen.*\[REGISTRY_CONFIG_INVALID\]/s)
  await mkdir(join(cwd, 'd'))
  assert.match((await run(cwd, 'serve --config d')).err, /FILE_UNREADABLE/)
})

test('it says its version', async () => {
  assert.equal((await run('/', '--version')).out, `${VERSION}\n`)
})
