/** The trust base: pins, policy and configs of a git revision that the checked change cannot edit. */
import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { EMPTY_LOCK, parseLock, type Lock, type Pins } from '../../core/lock/lockfile.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import { changedFiles, type ChangedFiles } from './changed-files.ts'
import { openRevision, type Revision } from '../world/revision.ts'
import { LOCK_FILE, type ReadLock } from '../locks/lock-store.ts'
import type { World } from '../world/world.ts'

export type TrustBase = Pick<Revision, 'name' | 'folder' | 'read'> & {
  /** Whether it is the commit that is checked out, with which a committed change cannot be compared. */
  readonly isCheckedOut: boolean
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
  const revision = await openRevision(root, name, world)
  const { folder, read } = revision
  const [text, policy, isCheckedOut] = await Promise.all([read(LOCK_FILE), read(POLICY_FILE), revision.isCheckedOut()])
  const parse = (own: string): Lock => LockError.within(`${LOCK_FILE} at \`${displaySafe(name, 200)}\``, () => parseLock(own))
  const lock = text === null ? null : { text, lock: parse(text) }
  const pins = (lock?.lock ?? EMPTY_LOCK).servers
  return { name, folder, read, isCheckedOut, lock, pins, policy, changed: changedFiles(root, revision), runChanged }
}

/**
 * The nearest folder, from here up, in which a revision has a lock; the project's without. So a project that the change takes
 * away is not the one round it, and one that it puts into another takes nothing from that.
 * @param root the project's folder in this checkout
 */
export async function rootWithBase(root: string, name: string, world: World): Promise<string> {
  const here = await realpath(world.cwd)
  const { folder, read } = await openRevision(here, name, world)
  for (const up of folder.split('/').reduce((all, part) => (part === '' ? all : [...all, `${all.at(-1)}../`]), ['']))
    if ((await read(`${up}${LOCK_FILE}`)) !== null) return resolve(here, up)
  return root
}
