/** `mcp-lock merge BASE OURS THEIRS`: git's merge driver. The result takes the place of OURS. */
import { resolve } from 'node:path'
import { baseOf, formatConflict } from '../../core/lock/conflict-text.ts'
import { LockError } from '../../core/codes/errors.ts'
import { formatLock, MAX_LOCK_LENGTH, parseLock } from '../../core/lock/lockfile.ts'
import { mergeLocks, type Sides } from '../../core/lock/merge-locks.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile, writeFileAtomic } from '../world/files.ts'
import { gitIn } from '../world/git.ts'
import { LOCK_FILE } from '../locks/lock-store.ts'
import type { World } from '../world/world.ts'

/** Paths of three files, and the one that they stand for. */
export type MergeFiles = { readonly base: string; readonly ours: string; readonly theirs: string; readonly path: string | null }

/** @returns 0 for a clean merge, 1 for one with collisions, 2 where a side is no lock and git merged the texts */
export async function merge(given: MergeFiles, world: World): Promise<number> {
  const at = (file: string): string => resolve(world.cwd, file)
  const files = { ...given, base: at(given.base), ours: at(given.ours), theirs: at(given.theirs) }
  const shown = displaySafe(files.path ?? LOCK_FILE, 300)
  const sides = await readAll(files).catch((error: unknown) => {
    if (error instanceof LockError) return error
    throw error
  })
  if (sides instanceof LockError) {
    world.stderr(`mcp-lock: ${shown}: ${sides.code}: ${displaySafe(sides.message)}; the texts are merged line by line\n`)
    await mergeTexts(files, world)
    return 2
  }
  const merged = mergeLocks(sides)
  const { lock, collisions } = merged
  await writeFileAtomic(files.ours, collisions.length === 0 ? formatLock(lock) : formatConflict(merged))
  if (collisions.length === 0) return 0
  const names = collisions.map(({ name }) => displaySafe(name)).join(', ')
  world.stderr(`mcp-lock: ${shown}: both sides changed ${names}; to go on: mcp-lock merge --resolve\n`)
  return 1
}

async function readAll({ base, ours, theirs }: MergeFiles): Promise<Sides> {
  const [from, own, other] = [await read(base), await read(ours), await read(theirs)]
  return {
    base: baseOf(from),
    ours: LockError.within('ours', () => parseLock(own)),
    theirs: LockError.within('theirs', () => parseLock(other)),
  }
}

async function read(path: string): Promise<string> {
  const text = await readTextFile(path, MAX_LOCK_LENGTH)
  if (text === null) throw new LockError('FILE_UNREADABLE', `there is no file \`${path}\``)
  return text
}

/** Git's own merge, with its markers where both sides differ. */
async function mergeTexts({ base, ours, theirs }: MergeFiles, world: World): Promise<void> {
  const labels = ['ours', 'base', 'theirs'].flatMap((label) => ['-L', label])
  await gitIn(
    world.cwd,
    world,
  )(['merge-file', ...labels, '--', ours, base, theirs]).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? Number(cause.code) : Number.NaN
    // The exit status counts the conflicts.
    if (!(code > 0 && code < 128)) throw new LockError('FILE_UNREADABLE', `git cannot merge \`${ours}\` with \`${theirs}\``, { cause })
  })
}
