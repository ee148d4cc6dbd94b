/** Text files: read whole within a limit, written atomically. */
import { constants, type Stats } from 'node:fs'
import { access, lstat, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'

/**
 * The text of a regular file, byte order mark and line ends as they are; null where there is no file.
 * @throws LockError `FILE_UNREADABLE`
 */
export async function readTextFile(path: string, maxBytes: number): Promise<string | null> {
  const bytes = await readBytes(path, maxBytes)
  if (bytes === null) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new LockError('FILE_UNREADABLE', `\`${path}\` is not UTF-8`, { cause })
  }
}

/** The text of a file that somebody named, and that must be there. @param what it is, in words @throws LockError `FILE_UNREADABLE` */
export async function readNamedFile(what: string, file: string, cwd: string, maxBytes: number): Promise<string> {
  const text = await readTextFile(resolve(cwd, file), maxBytes)
  if (text === null) throw new LockError('FILE_UNREADABLE', `there is no ${what} \`${displaySafe(file, 300)}\``)
  return text
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Whether it is the name of what a write of this file leaves behind when it is killed. */
export function isTemporary(name: string, file: string): boolean {
  return name.startsWith(`.${file}.`) && /^\d+-\d+\.tmp$/.test(name.slice(file.length + 2))
}

/** Makes the names of temporary files differ within a process; the process id does between them. */
let written = 0

async function readBytes(path: string, maxBytes: number): Promise<Uint8Array | null> {
  try {
    // A pipe in the place of a file must not hold us up.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const stat = await file.stat()
      if (!stat.isFile()) throw new LockError('FILE_UNREADABLE', `\`${path}\` is no regular file`)
      if (stat.size > maxBytes) throw new LockError('FILE_UNREADABLE', `\`${path}\` has more than ${maxBytes} bytes`)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof LockError) throw cause
    const code = codeOf(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new LockError('FILE_UNREADABLE', `\`${path}\`: ${code}`, { cause })
  }
}

/**
 * Puts a text in place of a file, or makes it: the file has the old bytes or the new ones, never a part.
 * @returns whether it was written; equal bytes are left alone
 * @throws LockError `FILE_REFUSED`, where the path is a symbolic link or no regular file, or cannot be written
 */
export async function writeFileAtomic(path: string, text: string): Promise<boolean> {
  const present = await statOwn(path, 'file')
  const bytes = Buffer.from(text)
  if (present !== null && present.size === bytes.length) {
    const before = await readBytes(path, bytes.length)
    if (before !== null && bytes.equals(before)) return false
  }
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${++written}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o666)
    try {
      if (present !== null) await file.chmod(present.mode & 0o777)
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    return true
  } catch (cause) {
    await rm(temporary, { force: true })
    throw refused(path, cause)
  }
}

/**
 * What stands at a path that is ours to write, null for nothing.
 * @throws LockError `FILE_REFUSED`, where it is a symbolic link or of another kind
 */
export async function statOwn(path: string, kind: 'file' | 'folder'): Promise<Stats | null> {
  const present = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw refused(path, error)
  })
  if (present === null || (kind === 'file' ? present.isFile() : present.isDirectory())) return present
  throw new LockError('FILE_REFUSED', `\`${path}\` is a symbolic link or no regular ${kind}`)
}

function refused(path: string, cause: unknown): LockError {
  return new LockError('FILE_REFUSED', `\`${path}\`: ${codeOf(cause)}`, { cause })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'cannot be accessed'
}
