/** The locks of a monorepo: every folder, from the current one down, that has one. */
import { readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { byCodeUnit } from '../../core/json/digest.ts'
import { LockError } from '../../core/codes/errors.ts'
import { gitIn, ifAny } from '../world/git.ts'
import { openRevision, type Revision } from '../world/revision.ts'
import { BUNDLE_FILE, LOCK_FILE } from '../locks/lock-store.ts'
import { exists } from '../world/files.ts'
import { CONFIGS } from './project.ts'
import type { World } from '../world/world.ts'

/**
 * Folders by their paths from the current one, with slashes, '' for itself; sorted. In a repository those
 * of which git tracks the lock, or would add it; a tracked lock that is gone counts. Elsewhere those
 * outside `node_modules`. Other repositories below, submodules too, and links to folders are not entered.
 * Folders where a base has a lock, and this checkout only client configs, count as well: taking the lock
 * away is no way out. Where that lock is signed, neither is taking the whole project away.
 * @throws LockError `LOCK_NOT_FOUND`, `FILE_UNREADABLE`, `REVISION_UNKNOWN`, `INTERRUPTED`
 */
export async function lockFolders(base: string | null, world: World): Promise<readonly string[]> {
  const folders = await foldersHere(world)
  if (base !== null) folders.push(...(await fromBase(base, world)))
  if (folders.length === 0) throw new LockError('LOCK_NOT_FOUND', `there is no ${LOCK_FILE} in \`${world.cwd}\` or below`)
  return [...new Set(folders)].sort(byCodeUnit)
}

/** Folders in which a revision has a lock, or another one, or this checkout where that is null; sorted. */
export async function foldersOfEither(old: Revision, now: Revision | null, world: World): Promise<readonly string[]> {
  const folders = [...foldersOf(await old.files()), ...(now === null ? await foldersHere(world) : foldersOf(await now.files()))]
  return [...new Set(folders)].sort(byCodeUnit)
}

async function foldersHere(world: World): Promise<string[]> {
  return foldersOf((await fromGit(world)) ?? (await fromDisk(world.cwd, '')))
}

function foldersOf(files: readonly string[]): string[] {
  return files.filter((file) => posix.basename(file) === LOCK_FILE).map((file) => file.slice(0, -LOCK_FILE.length - 1))
}

async function fromBase(base: string, world: World): Promise<readonly string[]> {
  const files = await (await openRevision(world.cwd, base, world)).files()
  const folders = foldersOf(files)
  const bundles = new Set(files)
  const isProject = async (folder: string): Promise<boolean> =>
    (await Promise.all(CONFIGS.map((file) => exists(join(world.cwd, folder, file))))).includes(true)
  const isLeft = await Promise.all(folders.map(isProject))
  return folders.filter((folder, i) => isLeft[i] === true || bundles.has(posix.join(folder, BUNDLE_FILE)))
}

async function fromGit(world: World): Promise<readonly string[] | null> {
  const listed = await ifAny(gitIn(world.cwd, world)(['ls-files', '-z', '--cached', '--others', '--exclude-standard']))
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
