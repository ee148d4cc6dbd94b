/** What git knows of a lock in conflict: both sides, what they come from, and the closures of each. */
import { posix } from 'node:path'
import { closureFolder } from '../../core/packages/closure.ts'
import { baseOf, parseConflict } from '../../core/lock/conflict-text.ts'
import { LockError } from '../../core/codes/errors.ts'
import { EMPTY_LOCK, MAX_LOCK_LENGTH, parseLock, type Lock } from '../../core/lock/lockfile.ts'
import type { Sides } from '../../core/lock/merge-locks.ts'
import type { Source } from '../../core/launch/source.ts'
import { CLOSURES } from './closure-store.ts'
import { readTextFile } from '../world/files.ts'
import { ifAny, type Git } from '../world/git.ts'
import { LOCK_FILE } from './lock-store.ts'
import { kindOf } from '../sources/index.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'

/**
 * The sides of the lock in a folder: from git's index where it is unmerged there, else from the markers in the file; null
 * where it has neither.
 * @throws LockError `LOCK_*`, where a side is no lock
 */
export async function readSides(path: string, git: Git): Promise<Sides | null> {
  const stages = await unmerged(git)
  if (stages.size > 0) {
    const read = async (stage: string): Promise<string> =>
      stages.has(stage) ? (await git(['cat-file', 'blob', stages.get(stage) ?? ''])).stdout : ''
    const [base, ours, theirs] = [await read('1'), await read('2'), await read('3')]
    return { base: baseOf(base), ours: sideOf('ours', ours), theirs: sideOf('theirs', theirs) }
  }
  try {
    return parseConflict((await readTextFile(path, MAX_LOCK_LENGTH)) ?? '')
  } catch (cause) {
    if (!(cause instanceof LockError) || !cause.code.startsWith('LOCK_')) throw cause
    throw new LockError('LOCK_MERGE_MARKERS', `what stands between the markers is not one lock and another: ${cause.message}`, { cause })
  }
}

/** A side that removed the file has nothing pinned. */
function sideOf(side: string, text: string): Lock {
  return text === '' ? EMPTY_LOCK : LockError.within(side, () => parseLock(text))
}

/** Object names of the unmerged lock by stage: 1 the base, 2 ours, 3 theirs. Outside of a repository there are none. */
async function unmerged(git: Git): Promise<ReadonlyMap<string, string>> {
  const listed = await ifAny(git(['ls-files', '--unmerged', '-z', '--', LOCK_FILE]))
  const entries = (listed?.stdout ?? '').split('\0').flatMap((line) => {
    const [, object, stage] = /^\d+ ([0-9a-f]+) ([123])\t/.exec(line) ?? []
    return object === undefined || stage === undefined ? [] : [[stage, object] as const]
  })
  return new Map(entries)
}

/** Where a side's files may be: unmerged in the index, or as they are in a commit that takes part. */
const PLACES = [':2', ':3', ':1', 'HEAD', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REBASE_HEAD', 'REVERT_HEAD', 'refs/stash']

/** The closure that a pin names, wherever git has it; null where it has none. */
export async function findClosure(server: string, source: Source, git: Git): Promise<ClosureFiles | null> {
  const kind = kindOf(source)
  for (const place of kind === null ? [] : PLACES) {
    const files: [string, string][] = []
    for (const name of kind?.files ?? []) {
      const path = posix.join(CLOSURES, closureFolder(server), name)
      const found = await ifAny(git(['cat-file', 'blob', `${place}:./${path}`]))
      if (found !== null) files.push([name, found.stdout])
    }
    const closure = Object.fromEntries(files)
    if (kind?.matches(source, closure) === true) return closure
  }
  return null
}

/** Whether git has anything to print. */
export async function answers(git: Git, ...words: string[]): Promise<boolean> {
  const found = await ifAny(git(words))
  return found !== null && found.stdout !== ''
}
