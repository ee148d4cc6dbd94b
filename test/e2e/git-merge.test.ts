/** Locks through real merges, rebases and cherry-picks, by the driver that `init` sets up. */
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { readClosureFiles } from '../../cli/locks/closure-store.ts'
import { LOCK_FILE, readLock, updateLock } from '../../cli/locks/lock-store.ts'
import { kindOf } from '../../cli/sources/index.ts'
import { formatLock, type Pin } from '../../core/lock/lockfile.ts'
import { commit, git, gitOk, PROGRAM, repository } from '../git.ts'
import { lockOf, packagePin, pinOf } from '../pins.ts'
import { run } from '../world.ts'

const [base, ours, theirs] = [packagePin('1.0.0'), packagePin('2.0.0'), packagePin('3.0.0')]
const [old, changed, other] = [pinOf('old'), pinOf('changed'), pinOf('other')]

type Pins = { readonly [server: string]: Pin | typeof base | null }

/** Pins servers as `pin` does, and drops those that are null. */
async function put(folder: string, pins: Pins): Promise<void> {
  const plain = Object.entries(pins).flatMap(([name, it]): [string, Pin][] => (it === null ? [] : [[name, 'pin' in it ? it.pin : it]]))
  const closures = Object.entries(pins).flatMap(([name, it]) => (it !== null && 'closure' in it ? [[name, it.closure] as const] : []))
  const remove = Object.keys(pins).filter((name) => pins[name] === null)
  await updateLock(folder, { pins: Object.fromEntries(plain), closures: Object.fromEntries(closures), remove })
}

/** A repository with a base and two branches, `main` checked out. */
async function branches(t: TestContext, from: Pins, onMain: Pins, onTopic: Pins, program: string | null = PROGRAM): Promise<string> {
  const folder = await repository(t)
  await put(folder, from)
  if (program !== null) assert.equal((await run(folder, ['init', '--program', program])).exit, 0)
  await commit(folder, 'base')
  await gitOk(folder, 'checkout', '-q', '-b', 'topic')
  await put(folder, onTopic)
  await commit(folder, 'topic')
  await gitOk(folder, 'checkout', '-q', 'main')
  await put(folder, onMain)
  await commit(folder, 'main')
  return folder
}

async function servers(folder: string): Promise<string[]> {
  return Object.keys((await readLock(folder))?.lock.servers ?? {})
}

/** The lock is whole, and so is each closure. */
async function assertWhole(folder: string): Promise<void> {
  for (const [name, { source }] of Object.entries((await readLock(folder))?.lock.servers ?? {})) {
    const kind = kindOf(source)
    assert.ok(kind === null || kind.matches(source, await readClosureFiles(folder, name, source)), name)
  }
}

/** Beside one another, where lines collide. */
const added: [Pins, Pins, Pins] = [
  { old, notes: base },
  { here: changed, notes: ours },
  { hither: other, old: null },
]

for (const [how, ...words] of [
  ['merge', 'merge', '--no-edit', 'topic'],
  ['rebase', 'rebase', 'topic'],
  ['cherry-pick', 'cherry-pick', 'topic'],
]) {
  test(`two branches that each pin another server: ${how}`, async (t) => {
    const folder = await branches(t, ...added)
    await gitOk(folder, ...words)
    assert.deepEqual(await servers(folder), ['here', 'hither', 'notes'])
    await assertWhole(folder)
    assert.equal(await gitOk(folder, 'status', '--porcelain'), '')
  })
}

test('a clone that was not set up has the conflict that the driver spares, and --resolve makes the same lock', async (t) => {
  const folder = await branches(t, ...added)
  const driven = await branches(t, ...added)
  await gitOk(driven, 'merge', '--no-edit', 'topic')
  await gitOk(folder, 'config', '--remove-section', 'merge.mcp-lock')
  assert.equal((await git(folder, 'merge', 'topic')).exit, 1)
  const { exit, stderr } = await run(folder, ['merge', '--resolve'])
  assert.equal(exit, 0, stderr)
  assert.equal(await readFile(join(folder, LOCK_FILE), 'utf8'), await readFile(join(driven, LOCK_FILE), 'utf8'))
  await assertWhole(folder)
  await finish(folder, stderr)
})

test('the driver that init sets up by itself starts the dependency of the repository', async (t) => {
  const folder = await branches(t, ...added)
  await gitOk(folder, 'config', '--remove-section', 'merge.mcp-lock')
  assert.equal((await run(folder, ['init'])).exit, 0)
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true })
  await writeFile(join(folder, 'node_modules/.bin/mcp-lock'), `#!/bin/sh\nexec ${PROGRAM} "$@"\n`, { mode: 0o755 })
  await writeFile(join(folder, '.git/info/exclude'), 'node_modules\n')
  await gitOk(folder, 'merge', '--no-edit', 'topic')
  assert.deepEqual(await servers(folder), ['here', 'hither', 'notes'])
})

/** Types what the last line says, and ends the merge. */
async function finish(folder: string, stderr: string, ...end: string[]): Promise<void> {
  const add = /: git (add .*)\n/.exec(stderr)?.[1]
  assert.ok(add, stderr)
  await gitOk(folder, ...add.split(' '))
  await gitOk(folder, ...(end.length > 0 ? end : ['commit', '--no-edit']))
  assert.equal(await gitOk(folder, 'status', '--porcelain'), '')
}

test('a server that both sides changed is named, left out, and settled by a choice', async (t) => {
  const folder = await branches(t, { notes: base, old }, { notes: ours, here: other }, { notes: theirs, there: other })
  const merged = await git(folder, 'merge', 'topic')
  assert.equal(merged.exit, 1)
  assert.match(merged.out, /mcp-lock: mcp\.lock: both sides changed notes; to go on: mcp-lock merge --resolve/)
  const conflict = await readFile(join(folder, LOCK_FILE), 'utf8')
  assert.match(conflict, /^<<<<<<< ours$[^]*^\|{7} base$[^]*^={7}$[^]*^>{7} theirs$/m)
  assert.doesNotMatch(/^<<<<<<<[^]*>>>>>>>/m.exec(conflict)?.[0] ?? '', /"(?:here|there|old)"/)
  const verified = await run(folder, ['verify', '--offline'])
  assert.equal(verified.exit, 2)
  assert.match(verified.stderr, /LOCK_MERGE_MARKERS[^]*mcp-lock merge --resolve/)

  const resolved = await run(folder, ['merge', '--resolve'])
  assert.equal(resolved.exit, 1)
  assert.match(resolved.stderr, /wrote mcp\.lock: 3 servers of both sides\n {2}left out of the lock/)
  assert.match(resolved.stderr, /notes: ours 2\.0\.0 and theirs 3\.0\.0 differ at source \/launch\/args\/1/)
  assert.match(
    resolved.stderr,
    /mcp-lock pin notes\n.*mcp-lock merge --resolve --ours notes, or --theirs\n {2}and then: git add mcp\.lock mcp\.lock\.d\n/,
  )
  assert.deepEqual(await servers(folder), ['here', 'old', 'there'])

  for (const words of [
    ['--ours', 'here'],
    ['--theirs', 'nobody'],
    ['--ours', 'notes', '--theirs', 'notes'],
  ]) {
    const { exit, stderr } = await run(folder, ['merge', '--resolve', ...words])
    assert.equal(exit, 2)
    assert.match(stderr, /USAGE: `\w+` is (?:not in conflict; in conflict: notes|chosen from both sides)/)
  }
  for (const [side, { pin }] of [
    ['--ours', ours],
    ['--theirs', theirs],
  ] as const) {
    const chosen = await run(folder, ['merge', '--resolve', side, 'notes'])
    assert.equal(chosen.exit, 0, chosen.stderr)
    assert.equal((await readLock(folder))?.lock.servers['notes']?.digest, pin.digest)
    await assertWhole(folder)
    if (side === '--theirs') await finish(folder, chosen.stderr)
  }
  const nothing = await run(folder, ['merge', '--resolve'])
  assert.deepEqual([nothing.exit, nothing.stderr], [0, 'mcp.lock has no conflict\n'])
})

test('both branches are signed: no bundle is mixed, and the one that stays is to be made anew', async (t) => {
  const folder = await branches(t, { notes: base }, { notes: ours }, { notes: theirs })
  const bundle = join(folder, 'mcp.lock.sigstore.json')
  for (const branch of ['topic', 'main']) {
    await gitOk(folder, 'checkout', '-q', branch)
    await writeFile(bundle, `{"signed": "${branch}"}\n`)
    await commit(folder, 'signed')
  }
  assert.equal((await git(folder, 'merge', 'topic')).exit, 1)
  assert.equal(await readFile(bundle, 'utf8'), '{"signed": "main"}\n')
  const { exit, stderr } = await run(folder, ['merge', '--resolve', '--theirs', 'notes'])
  assert.equal(exit, 0)
  assert.match(stderr, /its signature is of the lock before; to sign this one: mcp-lock sign\n/)
  assert.match(stderr, / {2}next: git add mcp\.lock mcp\.lock\.sigstore\.json mcp\.lock\.d\n/)
  await finish(folder, stderr)
})

test('a rebase: theirs is one’s own commit', async (t) => {
  const folder = await branches(t, { notes: base }, { notes: ours }, { notes: theirs })
  assert.equal((await git(folder, 'rebase', 'topic')).exit, 1)
  const { exit, stderr } = await run(folder, ['merge', '--resolve'])
  assert.equal(exit, 1)
  assert.match(stderr, /in a rebase, ours is what your commits are put upon/)
  const chosen = await run(folder, ['merge', '--resolve', '--theirs', 'notes'])
  assert.equal((await readLock(folder))?.lock.servers['notes']?.digest, ours.pin.digest)
  await assertWhole(folder)
  await finish(folder, chosen.stderr, 'rebase', '--continue')
})

for (const [how, ...end] of [
  ['cherry-pick', 'cherry-pick', '--continue'],
  ['stash', 'commit', '-m', 'stashed'],
]) {
  test(`a conflict of a ${how}`, async (t) => {
    const folder = await branches(t, { notes: base }, { notes: ours }, { notes: theirs, there: other })
    if (how === 'stash') {
      await gitOk(folder, 'checkout', '-q', 'topic')
      await gitOk(folder, 'reset', '-q', '--soft', 'HEAD~1')
      await gitOk(folder, 'stash')
      await gitOk(folder, 'checkout', '-q', 'main')
    }
    assert.equal((await git(folder, ...(how === 'stash' ? ['stash', 'pop'] : ['cherry-pick', 'topic']))).exit, 1)
    const { exit, stderr } = await run(folder, ['merge', '--resolve', '--theirs', 'notes'])
    assert.equal(exit, 0, stderr)
    assert.deepEqual((await readLock(folder))?.lock, lockOf({ notes: theirs.pin, there: other }))
    await assertWhole(folder)
    await finish(folder, stderr, ...end)
  })
}

test('a project below the top of its repository, from a folder below that', async (t) => {
  const folder = await repository(t)
  const project = join(folder, 'packages', 'one')
  const deeper = join(project, 'src')
  await mkdir(deeper, { recursive: true })
  assert.equal((await run(project, ['init', '--program', PROGRAM])).exit, 0)
  await put(project, { notes: base, old })
  await commit(folder, 'base')
  await gitOk(folder, 'checkout', '-q', '-b', 'topic')
  await put(project, { notes: theirs, hither: other })
  await commit(folder, 'topic')
  await gitOk(folder, 'checkout', '-q', 'main')
  await put(project, { notes: ours, here: changed })
  await commit(folder, 'main')
  assert.equal((await git(deeper, 'merge', 'topic')).exit, 1)
  const { exit, stderr } = await run(folder, ['merge', '--resolve', '--theirs', 'notes'], { cwd: deeper })
  assert.equal(exit, 0, stderr)
  assert.match(stderr, /git add \.\.\/mcp\.lock \.\.\/mcp\.lock\.d\n/)
  assert.deepEqual((await readLock(project))?.lock, lockOf({ old, notes: theirs.pin, here: changed, hither: other }))
  await assertWhole(project)
  await finish(deeper, stderr)
})

test('branches that merged one another, and settled a conflict in two ways', async (t) => {
  const folder = await branches(t, { old }, { a: changed, here: other }, { a: other, hither: other })
  await gitOk(folder, 'branch', 'was-main')
  for (const [branch, merged, side] of [
    ['main', 'topic', '--ours'],
    ['topic', 'was-main', '--ours'],
  ] as const) {
    await gitOk(folder, 'checkout', '-q', branch)
    assert.equal((await git(folder, 'merge', merged)).exit, 1)
    await finish(folder, (await run(folder, ['merge', '--resolve', side, 'a'])).stderr)
  }
  await gitOk(folder, 'checkout', '-q', 'main')
  const merged = await git(folder, 'merge', 'topic')
  assert.equal(merged.exit, 1)
  assert.match(merged.out, /both sides changed a;/)
  const { exit, stderr } = await run(folder, ['merge', '--resolve', '--theirs', 'a'])
  assert.equal(exit, 0)
  assert.deepEqual((await readLock(folder))?.lock, lockOf({ old, a: other, here: other, hither: other }))
  await finish(folder, stderr)
})

test('what was chosen or pinned again since the conflict is kept', async (t) => {
  const change = (pin: Pin): Pins => ({ a: pin, b: pin, c: pin })
  const folder = await branches(t, change(old), change(changed), change(other))
  await git(folder, 'merge', 'topic')
  assert.equal((await run(folder, ['merge', '--resolve', '--theirs', 'c'])).exit, 1)
  await put(folder, { b: pinOf('pinned again'), d: old })
  const { exit, stderr } = await run(folder, ['merge', '--resolve', '--ours', 'a'])
  assert.equal(exit, 0, stderr)
  assert.deepEqual((await readLock(folder))?.lock, lockOf({ a: changed, b: pinOf('pinned again'), c: other, d: old }))
  // A side as a whole may be what git left there, and is no choice.
  for (const side of ['--ours', '--theirs']) {
    await gitOk(folder, 'checkout', side, LOCK_FILE)
    assert.equal((await run(folder, ['merge', '--resolve'])).exit, 1)
    assert.deepEqual(await servers(folder), [])
  }
})

test('changed against removed, renamed and deleted', async (t) => {
  // Git takes theirs for a change of the renamed file.
  const folder = await branches(t, { notes: base }, { notes: null, memos: base }, { notes: theirs })
  assert.equal((await git(folder, 'merge', 'topic')).exit, 1)
  const { exit, stderr } = await run(folder, ['merge', '--resolve'])
  assert.equal(exit, 1)
  assert.match(stderr, /notes: ours removed it, theirs changed it/)
  assert.deepEqual(await servers(folder), ['memos'])
  await assertWhole(folder)
  const chosen = await run(folder, ['merge', '--resolve', '--ours', 'notes'])
  assert.deepEqual([chosen.exit, await servers(folder)], [0, ['memos']])
  await assertWhole(folder)
  await finish(folder, chosen.stderr)

  const gone = await branches(t, { notes: base, old }, { notes: ours }, {})
  await gitOk(gone, 'checkout', '-q', 'topic')
  await gitOk(gone, 'rm', '-rq', LOCK_FILE, 'mcp.lock.d')
  await commit(gone, 'no lock')
  assert.equal((await git(gone, 'merge', 'main')).exit, 1)
  const left = await run(gone, ['merge', '--resolve'])
  assert.equal(left.exit, 1)
  assert.match(left.stderr, /notes: ours removed it, theirs changed it/)
  const taken = await run(gone, ['merge', '--resolve', '--theirs', 'notes'])
  assert.deepEqual([taken.exit, await servers(gone)], [0, ['notes']])
  await assertWhole(gone)
  await finish(gone, taken.stderr)
})

test('a lock that merged beside closures that did not', async (t) => {
  const folder = await branches(t, { notes: base, old }, { notes: null, here: other }, { notes: null, memos: base })
  // Renamed on one side, removed on the other.
  assert.equal((await git(folder, 'merge', 'topic')).exit, 1)
  assert.deepEqual(await servers(folder), ['here', 'memos', 'old'])
  const { exit, stderr } = await run(folder, ['merge', '--resolve'])
  assert.equal(exit, 0)
  assert.match(stderr, /wrote mcp\.lock: 3 servers/)
  await assertWhole(folder)
  await finish(folder, stderr)
})

test('markers that were committed are settled without git', async (t) => {
  const folder = await branches(t, { notes: base, gone: old }, { notes: ours, gone: null }, { notes: theirs, there: other })
  await git(folder, 'merge', 'topic')
  await gitOk(folder, 'add', '-A')
  await gitOk(folder, 'commit', '-q', '-m', 'oops')
  await rm(join(folder, '.git'), { recursive: true })
  const { exit, stderr } = await run(folder, ['merge', '--resolve'])
  assert.equal(exit, 1)
  assert.match(stderr, /notes: ours 2\.0\.0 and theirs 3\.0\.0/)
  assert.deepEqual(await servers(folder), ['there'])
})

test('a side that is no lock, and a program that is not there, leave git’s own conflict', async (t) => {
  const newer = await branches(t, { old }, { here: changed }, { hither: other })
  await gitOk(newer, 'checkout', '-q', 'topic')
  const text = await readFile(join(newer, LOCK_FILE), 'utf8')
  await writeFile(join(newer, LOCK_FILE), text.replace('"lockfileVersion": 1', '"lockfileVersion": 2'))
  await commit(newer, 'newer')
  await gitOk(newer, 'checkout', '-q', 'main')
  const absent = await branches(t, { old }, { here: changed }, { hither: other }, 'no-such-program-anywhere')
  for (const [folder, message] of [
    [newer, /LOCK_TOO_NEW: theirs: lockfileVersion 2/],
    [absent, /no-such-program-anywhere/],
  ] as const) {
    const merged = await git(folder, 'merge', 'topic')
    assert.equal(merged.exit, 1)
    assert.match(merged.out, message)
    const conflict = await readFile(join(folder, LOCK_FILE), 'utf8')
    for (const part of ['<<<<<<< ours', '"here"', '"hither"', '>>>>>>> theirs']) assert.ok(conflict.includes(part), part)
  }
  const refused = await run(newer, ['merge', '--resolve'])
  assert.equal(refused.exit, 2)
  assert.match(refused.stderr, /LOCK_TOO_NEW: theirs: /)
  assert.equal((await run(absent, ['merge', '--resolve'])).exit, 0)
  assert.deepEqual(await servers(absent), ['here', 'hither', 'old'])
})

test('the driver by hand: it writes to ours, and nothing where a file is missing', async (t) => {
  const folder = await repository(t)
  await writeFile(join(folder, 'a'), formatLock(lockOf({ old })))
  await writeFile(join(folder, 'b'), formatLock(lockOf({ here: changed })))
  await writeFile(join(folder, 'empty'), '')
  assert.equal((await run(folder, ['merge', 'empty', 'a', 'b'])).exit, 0)
  assert.deepEqual(await readFile(join(folder, 'a'), 'utf8'), formatLock(lockOf({ old, here: changed })))
  for (const words of [['a'], ['a', 'b'], ['a', 'b', 'nothing'], ['--resolve', 'a'], ['a', 'b', 'a', '--ours', 'x'], ['empty', 'b', '.']]) {
    assert.equal((await run(folder, ['merge', ...words])).exit, 2, words.join(' '))
  }
  assert.equal(await readFile(join(folder, 'b'), 'utf8'), formatLock(lockOf({ here: changed })))
})

test('init: four lines, one driver, and nothing the second time', async (t) => {
  const folder = await repository(t)
  await writeFile(join(folder, '.gitattributes'), '*.png binary')
  await writeFile(join(folder, '.mcp.json'), '{}')
  const first = await run(folder, ['init'])
  assert.equal(first.exit, 0)
  assert.match(
    first.stderr,
    /^wrote \.gitattributes; commit it:\n[^]*each clone needs its own[^]*\n {4}mcp\.lock @[^]*\n {4}\.mcp\.json @[^]*next: mcp-lock pin\n$/,
  )
  const attributes =
    '*.png binary\nmcp.lock -text merge=mcp-lock\nmcp.lock.sigstore.json -text -merge\nmcp-lock.yaml -text\n**/mcp.lock.d/** -text -merge\n'
  assert.equal(await readFile(join(folder, '.gitattributes'), 'utf8'), attributes)
  assert.equal(
    await gitOk(folder, 'check-attr', 'text', 'merge', '--', 'a/mcp.lock', 'mcp.lock.sigstore.json', 'mcp.lock.d/x/y', 'a/mcp.lock.d/x/y'),
    ['a/mcp.lock: text: unset', 'a/mcp.lock: merge: mcp-lock']
      .concat(['mcp.lock.sigstore.json: text: unset', 'mcp.lock.sigstore.json: merge: unset'])
      .concat(['mcp.lock.d/x/y: text: unset', 'mcp.lock.d/x/y: merge: unset'])
      .concat(['a/mcp.lock.d/x/y: text: unset', 'a/mcp.lock.d/x/y: merge: unset'])
      .map((line) => `${line}\n`)
      .join(''),
  )
  assert.match(await gitOk(folder, 'config', '--local', 'merge.mcp-lock.driver'), /^npx --no-install mcp-lock merge %O %A %B %P \|\| /)
  await put(folder, { old })
  const second = await run(folder, ['init'])
  assert.deepEqual([second.exit, second.stderr], [0, 'git is set up already: nothing to do\n'])
  assert.equal(await readFile(join(folder, '.gitattributes'), 'utf8'), attributes)

  await gitOk(folder, 'config', 'merge.mcp-lock.driver', 'mine %A')
  assert.match((await run(folder, ['init'])).stderr, /kept this clone's own merge\.mcp-lock\.driver: mine %A/)
  assert.equal(await gitOk(folder, 'config', 'merge.mcp-lock.driver'), 'mine %A\n')
  await run(folder, ['init', '--program', 'other'])
  assert.match(await gitOk(folder, 'config', 'merge.mcp-lock.driver'), /^other merge %O/)
})

test('init in a folder of no repository writes nothing', async (t) => {
  const folder = await repository(t)
  await rm(join(folder, '.git'), { recursive: true })
  const { exit, stderr } = await run(folder, ['init'])
  assert.equal(exit, 0)
  assert.match(stderr, /in no git repository[^]*next: mcp-lock pin/)
  assert.deepEqual(await readdir(folder), [])
})

test('--recursive takes the locks that git tracks or would add', async (t) => {
  const folder = await repository(t)
  await writeFile(join(folder, '.gitignore'), 'ignored/\n')
  const locks = ['tracked', 'new', 'ignored', 'gone']
  for (const name of locks) {
    await mkdir(join(folder, name))
    await put(join(folder, name), {})
    if (name === 'tracked') await put(join(folder, name), { old })
  }
  await gitOk(folder, 'add', 'tracked', 'gone')
  await rm(join(folder, 'gone', LOCK_FILE))
  const { exit, stdout } = await run(folder, ['verify', '--recursive', '--offline'])
  assert.equal(exit, 2)
  assert.match(stdout, /^gone\/mcp\.lock\n[^]*LOCK_NOT_FOUND[^]*^new\/mcp\.lock\n[^]*^tracked\/mcp\.lock\n[^]*old +unused/m)
  assert.doesNotMatch(stdout, /ignored/)
})

test('--recursive with a base: taking a lock away is no way out, taking the project away is', async (t) => {
  const folder = await repository(t)
  for (const name of ['kept', 'unlocked', 'gone']) {
    await mkdir(join(folder, name))
    await put(join(folder, name), {})
    await writeFile(join(folder, name, '.mcp.json'), '{ "mcpServers": {} }')
  }
  await commit(folder, 'base')
  await rm(join(folder, 'gone'), { recursive: true })
  await rm(join(folder, 'unlocked', LOCK_FILE))
  await commit(folder, 'hostile')
  const verify = ['verify', '--recursive', '--offline', '--format', 'json']
  const { exit, stdout } = await run(folder, [...verify, '--base', 'HEAD~1'])
  assert.equal(exit, 2)
  assert.deepEqual(
    (JSON.parse(stdout) as { locks: { path: string }[] }).locks.map(({ path }) => path),
    ['kept/mcp.lock', 'unlocked/mcp.lock'],
  )
  assert.equal((await run(folder, verify)).exit, 0)
  assert.equal((await run(join(folder, 'kept'), [...verify, '--base', 'HEAD~1'])).exit, 0)
})
