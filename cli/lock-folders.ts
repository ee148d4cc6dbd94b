/** The locks of a monorepo: every folder, from the current one down, that has one. */
import { readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { byCodeUnit } from '../core/digest.ts'
import { LockError } from '../core/errors.ts'
import { gitIn } from './git.ts'
import { LOCK_FILE } from './lock-store.ts'
import type { World } from './world.ts'

/**
 * Folders by their paths from the current one, with slashes, '' for itself; sorted. In a repository those
 * of which git tracks the lock, or would add it; a tracked lock that is gone counts. Elsewhere those
 * outside `node_modules`. Other repositories below, submodules too, and links to folders are not entered.
 * @throws LockError `LOCK_NOT_FOUND`, `FILE_UNREADABLE`, `INTERRUPTED`
 */
export async function lockFolders(world: World): Promise<readonly string[]> {
  const files = (await fromGit(world)) ?? (await fromDisk(world.cwd, ''))
  const folders = files.filter((file) => posix.basename(file) === LOCK_FILE).map((file) => file.slice(0, -LOCK_FILE.length - 1))
  if (folders.length === 0) throw new LockError('LOCK_NOT_FOUND', `there is no ${LOCK_FILE} in \`${world.cwd}\` or below`)
  return [...new Set(folders)].sort(byCodeUnit)
}

async function fromGit(world: World): Promise<readonly string[] | null> {
  const git = gitIn(world.cwd, world)
  const listed = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard']).catch(() => null)
  if (world.signal.aborted) throw new LockError('INTERRUPTED', 'stopped while git ran')
  return listed?.stdout.split('\0') ?? null
}

async function fromDisk(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((cause: unknown) => {
    throw new LockError('FILE_UNREADABLE', `the folder \`${join(root, folder)}\` cannot be read`, { cause })
  })
  const found: string[] = []
  for (const entry of entries) {
    const path = posix.join(folder, entry.name)
    if (!entry.isDirectory()) found.push(path)
    else if (entry.name !== 'node_modules' && entry.name !== '.git') found.push(...(await fromDisk(root, path)))
  }
  return found
}
