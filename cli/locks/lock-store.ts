/** `mcp.lock` and the closures beside it on disk: read whole, written atomically, one writer at a time. */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import {
  EMPTY_LOCK,
  formatLock,
  MAX_LOCK_LENGTH,
  parseLock,
  withoutPins,
  withPins,
  type Lock,
  type Pin,
  type Pins,
} from '../../core/lock/lockfile.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { MAX_BUNDLE } from '../../core/signing/limits.ts'
import { CLOSURES, settleClosures, stageClosure } from './closure-store.ts'
import { holdFile } from '../world/hold-file.ts'
import { isTemporary, readTextFile, statOwn, writeFileAtomic } from '../world/files.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'
import { own } from '../../core/json/json.ts'

export const LOCK_FILE = 'mcp.lock'
/** The signature of the lock, beside it. */
export const BUNDLE_FILE = 'mcp.lock.sigstore.json'

export type ReadLock = { readonly text: string; readonly lock: Lock }

/** Whether a path, from any folder, is a lock, of its closures, its signature or its policy: nothing but us reads those. */
export function isLockFile(path: string): boolean {
  const names = path.split('/')
  const last = names.at(-1)
  return [LOCK_FILE, BUNDLE_FILE, POLICY_FILE].some((file) => file === last) || names.slice(0, -1).includes(CLOSURES)
}

/** The lock in a folder, or null where there is none. */
export async function readLock(root: string): Promise<ReadLock | null> {
  const text = await readTextFile(join(root, LOCK_FILE), MAX_LOCK_LENGTH)
  return text === null ? null : { text, lock: parseLock(text) }
}

/** @throws LockError `LOCK_NOT_FOUND`, `LOCK_*` */
export async function requireLock(root: string): Promise<ReadLock> {
  const found = await readLock(root)
  if (found === null) throw new LockError('LOCK_NOT_FOUND', `there is no ${LOCK_FILE} in \`${root}\``)
  return found
}

/** The text of the bundle in a folder, or null where there is none: no more than tells that it is too long for one. */
export function readBundle(root: string): Promise<string | null> {
  return readTextFile(join(root, BUNDLE_FILE), 4 * MAX_BUNDLE)
}

/** @throws LockError `SERVER_UNKNOWN` */
export function requirePin(pins: Pins, name: string): Pin {
  const pin = own(pins, name)
  if (pin !== undefined) return pin
  throw new LockError('SERVER_UNKNOWN', `\`${name}\` has no pin; there are ${Object.keys(pins).join(', ') || 'none'}`)
}

export type Update = {
  readonly pins: Pins
  readonly closures: { readonly [server: string]: ClosureFiles }
  readonly remove: readonly string[]
}

/**
 * Puts pins into the lock as it is on disk by then, so that a concurrent writer's are kept.
 * @throws LockError `LOCK_BUSY`, `LOCK_*`, `FILE_REFUSED`
 */
export async function updateLock(root: string, { pins, closures, remove }: Update): Promise<Written> {
  return editLock(root, async () => {
    const present = (await readLock(root))?.lock ?? EMPTY_LOCK
    return { lock: withPins(withoutPins(present, remove), pins), closures }
  })
}

/** A whole lock, with the closures that are not yet beside it. */
export type Edited = { readonly lock: Lock; readonly closures: { readonly [server: string]: ClosureFiles } }
/** The lock as it is now on disk, and where. */
export type Written = { readonly lock: Lock; readonly changed: boolean; readonly path: string }

/**
 * Writes what `edit` makes of the files as they are while nobody else writes. The lock's own rename is
 * the moment at which the change is there, closures included.
 * @throws LockError `LOCK_BUSY`, `FILE_REFUSED`, and what `edit` throws
 */
export async function editLock<Made extends Edited>(root: string, edit: () => Promise<Made>): Promise<Made & Written> {
  const path = join(root, LOCK_FILE)
  await mkdir(root, { recursive: true })
  const holder = await holdFile(path)
  try {
    await statOwn(path, 'file')
    await statOwn(join(root, CLOSURES), 'folder')
    const made = await edit()
    const { lock, closures } = made
    for (const [server, files] of Object.entries(closures)) await stageClosure(root, server, files)
    holder.check()
    const changed = await writeFileAtomic(path, formatLock(lock))
    await settleClosures(root, lock)
    await sweepTemporaries(root)
    return { ...made, changed, path }
  } finally {
    await holder.release()
  }
}

/** What writers left behind that were killed. */
async function sweepTemporaries(root: string): Promise<void> {
  for (const file of await readdir(root)) if (isTemporary(file, LOCK_FILE)) await rm(join(root, file), { force: true })
}
