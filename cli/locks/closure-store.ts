/**
 * `mcp.lock.d/`: the closures of the lock's servers, each in a folder of its own.
 *
 * A closure counts only with the pin that names its hash, so a new one is staged in `NAME~/` until the
 * lock that names it is written, and takes its place then. Whenever the writer dies, one of the two is
 * that of the lock.
 */
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { closureFolder } from '../../core/packages/closure.ts'
import { MAX_LOCK_LENGTH, type Lock } from '../../core/lock/lockfile.ts'
import type { Source } from '../../core/launch/source.ts'
import { isTemporary, readTextFile, statOwn, writeFileAtomic } from '../world/files.ts'
import { kindOf, SOURCES } from '../sources/index.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'

export const CLOSURES = 'mcp.lock.d'

/**
 * What stands beside the lock for a server, whether or not it is what the pin names; null where there are no such files, or one
 * of them is missing.
 * @throws LockError `FILE_UNREADABLE`
 */
export async function readClosureFiles(root: string, server: string, source: Omit<Source, 'transport'>): Promise<ClosureFiles | null> {
  const kind = kindOf(source)
  if (kind === null) return null
  const staged = await readFiles(stagingOf(root, server), kind.files)
  return staged !== null && kind.matches(source, staged) ? staged : readFiles(folderOf(root, server), kind.files)
}

async function readFiles(folder: string, names: readonly string[]): Promise<ClosureFiles | null> {
  const texts = await Promise.all(names.map(async (name) => [name, await readTextFile(join(folder, name), MAX_LOCK_LENGTH)] as const))
  const files = texts.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const]))
  return files.length === 0 || files.length < names.length ? null : Object.fromEntries(files)
}

/** Puts a closure beside the one that counts until the lock names it. */
export async function stageClosure(root: string, server: string, files: ClosureFiles): Promise<void> {
  const held = await readFiles(folderOf(root, server), Object.keys(files))
  if (Object.entries(files).some(([name, text]) => held?.[name] !== text)) await writeFiles(stagingOf(root, server), files)
}

/** Staged closures that the written lock names take their place; closures, and files of them, that it does not name go. */
export async function settleClosures(root: string, lock: Lock): Promise<void> {
  const wanted = new Map<string, readonly string[]>()
  for (const [server, { source }] of Object.entries(lock.servers)) {
    const kind = kindOf(source)
    wanted.set(closureFolder(server), kind?.files ?? [])
    const staged = await readFiles(stagingOf(root, server), kind?.files ?? [])
    if (staged !== null && kind?.matches(source, staged) === true) await writeFiles(folderOf(root, server), staged)
  }
  const present = await readdir(join(root, CLOSURES)).catch(() => [])
  for (const name of present) await sweepFolder(join(root, CLOSURES, name), wanted.get(name) ?? [])
  if (present.length > 0) await rmdir(join(root, CLOSURES)).catch(() => {})
}

/** The names of all files that we write beside the lock. */
const OURS = [...new Set(Object.values(SOURCES).flatMap(({ files }) => files))]

/** A folder with a file that is not ours stays as it is. */
async function sweepFolder(folder: string, kept: readonly string[]): Promise<void> {
  const files = await readdir(folder).catch(() => ['unknown'])
  if (!files.every((file) => OURS.some((name) => file === name || isTemporary(file, name)))) return
  if (kept.length === 0) return rm(folder, { recursive: true, force: true })
  for (const file of files.filter((one) => !kept.includes(one))) await rm(join(folder, file), { force: true })
}

async function writeFiles(folder: string, files: ClosureFiles): Promise<void> {
  await statOwn(folder, 'folder')
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFileAtomic(join(folder, name), text)
}

function folderOf(root: string, server: string): string {
  return join(root, CLOSURES, closureFolder(server))
}

/** No server's own folder: `~` is encoded in those. */
function stagingOf(root: string, server: string): string {
  return `${folderOf(root, server)}~`
}
