import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { formatLock, type Lock } from '../../core/lock/lockfile.ts'
import { lockOf, pinOf } from '../pins.ts'
import { run, temporary } from '../world.ts'

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { encoding: 'utf8' })

test('diff against revisions, files, and a file that is named like a revision', async (t) => {
  const folder = await temporary(t)
  await cp(new URL('../servers', import.meta.url), join(folder, 'servers'), { recursive: true })
  await writeFile(
    join(folder, '.mcp.json'),
    '{ "mcpServers": { "s": { "command": "node", "args": ["./servers/hostile.mjs", "by-file"] } } }',
  )
  git(folder, 'init', '-q')
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'nothing')
  assert.equal((await run(folder, ['pin', '--yes'])).exit, 0)
  assert.match((await run(folder, ['diff'])).stdout, /a new server/)
  git(folder, 'add', 'mcp.lock')
  git(folder, 'commit', '-q', '-m', 'pin')
  assert.deepEqual(await run(folder, ['diff', '--exit-code']).then(({ exit }) => exit), 0)
  await copyFile(join(folder, 'mcp.lock'), join(folder, 'old.lock'))

  await writeFile(join(folder, 'changed'), '')
  assert.equal((await run(folder, ['pin', '--yes'])).exit, 0)
  for (const words of [[], ['HEAD'], ['old.lock'], ['old.lock', 'mcp.lock'], ['HEAD', './mcp.lock']]) {
    const { exit, stdout } = await run(folder, ['diff', ...words, '--exit-code'])
    assert.equal(exit, 1, words.join(' '))
    assert.match(stdout, /Another/)
  }
  assert.equal((await run(folder, ['diff', 'mcp.lock', 'old.lock'])).exit, 0)

  await copyFile(join(folder, 'mcp.lock'), join(folder, 'HEAD'))
  const tricked = await run(folder, ['diff', '--exit-code'])
  assert.equal(tricked.exit, 2)
  assert.match(tricked.stderr, /`HEAD` is a git revision and a file/)
  for (const word of ['nothing', '--help-me', 'HEAD~9', 'HEAD:secret']) {
    assert.equal((await run(folder, ['diff', '--', word]).catch(() => ({ exit: 2 }))).exit, 2)
  }
  assert.match((await run(folder, ['diff', 'nothing'])).stderr, /REVISION_UNKNOWN/)
  assert.match(await readFile(join(folder, 'mcp.lock'), 'utf8'), /Another/)
})

test('diff --recursive: every lock that either side has', async (t) => {
  const folder = await temporary(t)
  const put = async (path: string, lock: Lock): Promise<void> => {
    await mkdir(join(folder, path), { recursive: true })
    await writeFile(join(folder, path, 'mcp.lock'), formatLock(lock))
  }
  git(folder, 'init', '-q')
  await put('a', lockOf({ same: pinOf('A') }))
  await put('b', lockOf({ gone: pinOf('B') }))
  git(folder, 'add', '.')
  git(folder, 'commit', '-q', '-m', 'one')
  await rm(join(folder, 'b'), { recursive: true })
  await put('c/d', lockOf({ new: pinOf('C') }))
  const { exit, stdout } = await run(folder, ['diff', '--recursive', '--exit-code', '--format', 'json'])
  assert.equal(exit, 1)
  const { locks } = JSON.parse(stdout) as { locks: { path: string; servers: { [name: string]: { findings: { code: string }[] } } }[] }
  assert.deepEqual(
    locks.map(({ path, servers }) => [path, Object.entries(servers).map(([name, { findings }]) => [name, findings[0]?.code])]),
    [
      ['a/mcp.lock', [['same', undefined]]],
      ['b/mcp.lock', [['gone', 'PIN_REMOVED']]],
      ['c/d/mcp.lock', [['new', 'PIN_ADDED']]],
    ],
  )
  git(folder, 'add', '.')
  git(folder, 'commit', '-q', '-m', 'two')
  assert.match((await run(folder, ['diff', 'HEAD~1', 'HEAD', '-r', '--format', 'markdown'])).stdout, /\*\*`b\/mcp\.lock`\*\*/)
  assert.equal((await run(join(folder, 'a'), ['diff', 'HEAD~1', '-r', '--exit-code'])).exit, 0)
  await writeFile(join(folder, 'a/mcp.lock'), '{}')
  const broken = await run(folder, ['diff', '-r'])
  assert.equal(broken.exit, 2)
  assert.match(broken.stderr, /LOCK_INVALID: a\/mcp\.lock: /)
})
