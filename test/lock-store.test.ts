import assert from 'node:assert/strict'
import { cp, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { readClosureFiles } from '../cli/locks/closure-store.ts'
import { LOCK_FILE, readLock, updateLock, type Update } from '../cli/locks/lock-store.ts'
import { kindOf } from '../cli/sources/index.ts'
import { packagePin, pinOf } from './pins.ts'
import { temporary } from './world.ts'
import { EMPTY_LOCK, formatLock } from '../core/lock/lockfile.ts'

const nothing: Update = { pins: {}, closures: {}, remove: [] }
const [one, two] = [packagePin('1.0.0'), packagePin('2.0.0')]

function notes({ pin, closure }: typeof one): Update {
  return { ...nothing, pins: { notes: pin }, closures: { notes: closure } }
}

async function assertClosure(root: string): Promise<void> {
  const source = (await readLock(root))?.lock.servers['notes']?.source
  assert.ok(source)
  assert.ok(kindOf(source)?.matches(source, await readClosureFiles(root, 'notes', source)))
}

test('a closure comes and goes with its pin', async (t) => {
  const root = await temporary(t)
  await updateLock(root, notes(one))
  await updateLock(root, { ...nothing, pins: { other: pinOf('a') } })
  await assertClosure(root)
  await updateLock(root, notes(two))
  await assertClosure(root)
  assert.deepEqual(await readdir(join(root, 'mcp.lock.d')), ['notes'])
  assert.equal((await updateLock(root, notes(two))).changed, false)
  await updateLock(root, { ...nothing, remove: ['notes'] })
  assert.deepEqual(await readdir(root), [LOCK_FILE])
})

test('whenever a writer dies, the closure beside the lock is the one that it names', async (t) => {
  const root = await temporary(t)
  await updateLock(root, notes(one))
  const before = await readFile(join(root, LOCK_FILE))
  const folder = join(root, 'mcp.lock.d', 'notes')
  const half = await temporary(t)
  await updateLock(half, notes(two))
  // Died while it staged: half of the new closure, and what a killed write leaves.
  await mkdir(`${folder}~`)
  await cp(join(half, 'mcp.lock.d', 'notes', 'package-lock.json'), join(`${folder}~`, 'package-lock.json'))
  await writeFile(join(`${folder}~`, '.package.json.1-1.tmp'), '{')
  await writeFile(join(root, '.mcp.lock.1-1.tmp'), '{')
  await assertClosure(root)
  // Died before the lock was written.
  await cp(join(half, 'mcp.lock.d', 'notes'), `${folder}~`, { recursive: true })
  await assertClosure(root)
  // Died after it.
  await cp(join(half, LOCK_FILE), join(root, LOCK_FILE))
  await assertClosure(root)
  // Died while the new closure took its place.
  await cp(join(`${folder}~`, 'package.json'), join(folder, 'package.json'))
  await assertClosure(root)
  // The next writer, whatever it writes, ends it.
  await updateLock(root, { ...nothing, pins: { other: pinOf('a') } })
  await assertClosure(root)
  assert.deepEqual(await readdir(root), [LOCK_FILE, 'mcp.lock.d'])
  assert.deepEqual(await readdir(join(root, 'mcp.lock.d')), ['notes'])
  // A closure that was staged for a lock that never came is dropped.
  await writeFile(join(root, LOCK_FILE), before)
  await cp(folder, `${folder}~`, { recursive: true })
  await updateLock(root, notes(one))
  await assertClosure(root)
  assert.deepEqual(await readdir(join(root, 'mcp.lock.d')), ['notes'])
})

test('what is not ours beside a closure stays', async (t) => {
  const root = await temporary(t)
  await updateLock(root, notes(one))
  await writeFile(join(root, 'mcp.lock.d', 'notes', 'README'), '')
  await updateLock(root, { ...nothing, remove: ['notes'] })
  assert.equal((await readdir(join(root, 'mcp.lock.d', 'notes'))).length, 3)
})

test('a writer that died is given up, one that lives is waited for', async (t) => {
  const root = await temporary(t)
  const held = join(root, `${LOCK_FILE}.lock`)
  await mkdir(held)
  await utimes(held, 0, 0)
  await updateLock(root, { ...nothing, pins: { a: pinOf('a') } })
  await Promise.all(Array.from({ length: 6 }, (_, i) => updateLock(root, { ...nothing, pins: { [`s${i}`]: pinOf(`${i}`) } })))
  assert.equal(Object.keys((await readLock(root))?.lock.servers ?? {}).length, 7)
  assert.deepEqual(await readdir(root), [LOCK_FILE])
})

test('symbolic links are not written through', async (t) => {
  const root = await temporary(t)
  const elsewhere = await temporary(t)
  await symlink(elsewhere, join(root, 'mcp.lock.d'))
  await assert.rejects(updateLock(root, notes(one)), { code: 'FILE_REFUSED' })
  assert.deepEqual(await readdir(elsewhere), [])
  const other = await temporary(t)
  await mkdir(join(other, 'mcp.lock.d'))
  await symlink(elsewhere, join(other, 'mcp.lock.d', 'notes~'))
  await assert.rejects(updateLock(other, notes(one)), { code: 'FILE_REFUSED' })
  assert.deepEqual(await readdir(elsewhere), [])
  const third = await temporary(t)
  await writeFile(join(elsewhere, 'target'), formatLock(EMPTY_LOCK))
  await symlink(join(elsewhere, 'target'), join(third, LOCK_FILE))
  await assert.rejects(updateLock(third, notes(one)), { code: 'FILE_REFUSED' })
  assert.equal(await readFile(join(elsewhere, 'target'), 'utf8'), formatLock(EMPTY_LOCK))
})
