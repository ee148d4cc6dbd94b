/** The repository's own files that a launch names: what runs is pinned by their hash too. */
import { lstat, readFile, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { byCodeUnit, sha256 } from '../core/digest.ts'
import { LockError } from '../core/errors.ts'
import { escapeKey } from '../core/json.ts'
import { isRemote, type Launch } from '../core/launch.ts'
import { npmLaunch } from '../core/npm-launch.ts'

const MAX_FILE = 256 * 1024 * 1024

/** Hashes by path from the root, POSIX. A word, or what follows its `=`, counts if it is a regular file inside. */
export async function hashLaunchFiles(root: string, launch: Launch): Promise<{ [path: string]: `sha256:${string}` }> {
  if (isRemote(launch)) return {}
  const npm = npmLaunch(launch)
  const words = npm === null ? [launch.command, ...launch.args] : npm.args
  const found: [string, `sha256:${string}`][] = []
  const candidates = new Set(words.flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]))
  if (npm === null && !launch.command.includes('/')) candidates.delete(launch.command)
  for (const word of candidates) {
    const path = await fileInside(root, join(launch.cwd ?? '.', word), word)
    if (path !== null) found.push([escapeKey(path), await hashFile(join(root, path))])
  }
  return Object.fromEntries(found.sort(([a], [b]) => byCodeUnit(a, b)))
}

async function fileInside(root: string, path: string, word: string): Promise<string | null> {
  if (word === '' || isAbsolute(word) || word.includes('\0') || word.includes('${')) return null
  const full = join(root, path)
  const stat = await lstat(full).catch(() => null)
  if (stat === null || stat.isDirectory()) return null
  const real = await realpath(full).catch(() => full)
  const inside = relative(await realpath(root), real)
  if (inside.startsWith('..') || isAbsolute(inside)) return null
  return relative(root, full).split(sep).join('/')
}

/** CRLF is read as LF where the file is text, for git may turn one into the other. */
async function hashFile(file: string): Promise<`sha256:${string}`> {
  const { size } = await lstat(file)
  if (size > MAX_FILE) throw new LockError('FILE_UNREADABLE', `\`${file}\` has more than ${MAX_FILE} bytes`)
  const bytes = await readFile(file)
  return sha256(bytes.includes(0) ? bytes : Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'))
}
