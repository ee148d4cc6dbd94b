/** The trust base: pins, policy and configs of a git revision that the checked change cannot edit. */
import { realpath } from 'node:fs/promises'
import { dirname, posix, relative, sep } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { EMPTY_LOCK, parseLock, type Lock, type Pins } from '../../core/lock/lockfile.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import { changedFiles, type ChangedFiles } from './changed-files.ts'
import { exists } from '../world/files.ts'
import { openRevision, type Revision } from '../world/git.ts'
import { LOCK_FILE, type ReadLock } from '../locks/lock-store.ts'
import type { World } from '../world/world.ts'

export type TrustBase = Pick<Revision, 'name' | 'read'> & {
  /** Null where it has none. */
  readonly lock: ReadLock | null
  readonly pins: Pins
  /** The text of its policy; null where it has none. */
  readonly policy: string | null
  readonly changed: ChangedFiles
  /** Whether what it does not have is started all the same. */
  readonly runChanged: boolean
}

/**
 * A revision without a lock knows no server.
 * @throws LockError `REVISION_UNKNOWN`, `FILE_REFUSED`, `INTERRUPTED`; `LOCK_*` for the lock of the revision
 */
export async function openTrustBase(root: string, name: string, runChanged: boolean, world: World): Promise<TrustBase> {
  // The change may have taken the folder away.
  const there = await nearestFolder(root)
  const revision = await openRevision(there, name, world)
  const below = relative(there, root).split(sep).join('/')
  const read = (path: string): Promise<string | null> => revision.read(posix.join(below, path))
  const [text, policy] = await Promise.all([read(LOCK_FILE), read(POLICY_FILE)])
  const parse = (own: string): Lock => LockError.within(`${LOCK_FILE} at \`${displaySafe(name, 200)}\``, () => parseLock(own))
  const lock = text === null ? null : { text, lock: parse(text) }
  const pins = (lock?.lock ?? EMPTY_LOCK).servers
  return { name, read, lock, pins, policy, changed: changedFiles(await realpath(there), revision), runChanged }
}

async function nearestFolder(path: string): Promise<string> {
  return (await exists(path)) || dirname(path) === path ? path : nearestFolder(dirname(path))
}

/**
 * The nearest folder, from here up to a project's, in which a revision has a lock; the project's without. A project that
 * the change takes away is not the one round it.
 * @param root the project's folder in this checkout
 */
export async function rootWithBase(root: string, name: string, world: World): Promise<string> {
  for (let folder = await realpath(world.cwd); folder !== root; folder = dirname(folder)) {
    if ((await (await openRevision(folder, name, world)).read(LOCK_FILE)) !== null) return folder
    if (dirname(folder) === folder) break
  }
  return root
}
