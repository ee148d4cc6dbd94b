/** `mcp.lock` and `mcp.lock.d/` on disk: read whole, written atomically, one writer at a time. */
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { closureFolder } from '../core/closure.ts'
import { LockError } from '../core/errors.ts'
import { EMPTY_LOCK, formatLock, MAX_LOCK_LENGTH, parseLock, withPins, type Lock, type Pin } from '../core/lockfile.ts'
import { kindOf, SOURCES } from './sources/index.ts'
import type { ClosureFiles } from './sources/source-kind.ts'
import { readTextFile, statOwn, writeFileAtomic } from './files.ts'

export const LOCK_FILE = 'mcp.lock'
const CLOSURES = 'mcp.lock.d'

/** The lock in a folder, or null where there is none. */
export async function readLock(root: string): Promise<{ readonly text: string; readonly lock: Lock } | null> {
  const text = await readTextFile(join(root, LOCK_FILE), MAX_LOCK_LENGTH)
  return text === null ? null : { text, lock: parseLock(text) }
}

/** @throws LockError `LOCK_NOT_FOUND`, `LOCK_*` */
export async function requireLock(root: string): Promise<{ readonly text: string; readonly lock: Lock }> {
  const found = await readLock(root)
  if (found === null) throw new LockError('LOCK_NOT_FOUND', `there is no ${LOCK_FILE} in \`${root}\``)
  return found
}

/** What stands beside the lock for a server; null where there are no such files, or one of them is missing. */
export async function readClosureFiles(root: string, server: string, names: readonly string[]): Promise<ClosureFiles | null> {
  const folder = join(root, CLOSURES, closureFolder(server))
  const texts = await Promise.all(names.map(async (name) => [name, await readTextFile(join(folder, name), MAX_LOCK_LENGTH)] as const))
  const files = texts.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const]))
  return files.length === 0 || files.length < names.length ? null : Object.fromEntries(files)
}

export type Update = {
  readonly pins: { readonly [server: string]: Pin }
  readonly closures: { readonly [server: string]: ClosureFiles }
  readonly remove: readonly string[]
}

/**
 * Puts pins into the lock as it is on disk by then, so that a concurrent writer's are kept.
 * @throws LockError `LOCK_BUSY`, `LOCK_*`, `FILE_REFUSED`
 */
export async function updateLock(root: string, update: Update): Promise<{ readonly lock: Lock; readonly changed: boolean }> {
  const path = join(root, LOCK_FILE)
  const release = await holdLock(path)
  try {
    await statOwn(path, 'file')
    await statOwn(join(root, CLOSURES), 'folder')
    const present = (await readLock(root))?.lock ?? EMPTY_LOCK
    const kept = Object.fromEntries(Object.entries(present.servers).filter(([name]) => !update.remove.includes(name)))
    const lock = withPins({ ...present, servers: kept }, update.pins)
    for (const [server, files] of Object.entries(update.closures)) await writeClosure(root, server, files)
    const changed = await writeFileAtomic(path, formatLock(lock))
    await sweepClosures(root, lock)
    return { lock, changed }
  } finally {
    await release()
  }
}

/** One writer at a time: a folder beside the lock, whose holder keeps touching it. */
async function holdLock(path: string): Promise<() => Promise<void>> {
  const { lock } = await import('proper-lockfile')
  const retries = { retries: 200, minTimeout: 50, maxTimeout: 500, factor: 1.2 }
  // A holder that is too slow to touch it loses it; what it writes is still atomic.
  return lock(path, { realpath: false, stale: 20_000, retries, onCompromised: () => {} }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    if (code === 'ELOCKED') throw new LockError('LOCK_BUSY', `\`${LOCK_FILE}.lock\` is held by another process`, { cause })
    throw new LockError('FILE_REFUSED', `\`${path}\`: ${code}`, { cause })
  })
}

async function writeClosure(root: string, server: string, files: ClosureFiles): Promise<void> {
  const folder = join(root, CLOSURES, closureFolder(server))
  await statOwn(folder, 'folder')
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFileAtomic(join(folder, name), text)
}

/** The names of all files that we write beside the lock. */
const OURS: ReadonlySet<string> = new Set(Object.values(SOURCES).flatMap(({ files }) => files))

/** Removes closures, and files of them, that no pin names any more; a folder with a file that is not ours stays as it is. */
async function sweepClosures(root: string, lock: Lock): Promise<void> {
  const wanted = new Map(Object.entries(lock.servers).map(([name, { source }]) => [closureFolder(name), kindOf(source)?.files ?? []]))
  const present = await readdir(join(root, CLOSURES)).catch(() => [])
  for (const name of present) {
    const folder = join(root, CLOSURES, name)
    const files = await readdir(folder).catch(() => ['unknown'])
    const kept = wanted.get(name) ?? []
    if (!files.every((file) => OURS.has(file))) continue
    if (kept.length === 0) await rm(folder, { recursive: true, force: true })
    else for (const file of files.filter((one) => !kept.includes(one))) await rm(join(folder, file), { force: true })
  }
  if (present.length > 0) await rmdir(join(root, CLOSURES)).catch(() => {})
}
