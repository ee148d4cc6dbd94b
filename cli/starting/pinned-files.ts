/** The repository's own files that a launch names: what runs is pinned by their hash too. */
import { readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { artifactOf } from '../../core/launch/artifact.ts'
import { byCodeUnit, sha256 } from '../../core/json/digest.ts'
import { LockError } from '../../core/codes/errors.ts'
import { isShell } from '../../core/launch/interpreter.ts'
import { escapeKey } from '../../core/json/json.ts'
import { isRemote, type Launch, type StdioLaunch } from '../../core/launch/launch.ts'
import type { Source } from '../../core/launch/source.ts'
import { fromWorkspace, referencesOf } from '../../core/launch/template.ts'
import { refuseOtherSpelling } from '../world/spelling.ts'

const MAX_FILE = 256 * 1024 * 1024

/** What is pinned of them. */
export type LocalFiles = Pick<Source, 'files' | 'native'>

/**
 * Hashes by path from the root, POSIX. A word, also of a pinned value, or what follows its `=`, counts if it is a regular file inside.
 * A native executable that is the command itself is of this platform alone, so it stands apart.
 * @throws LockError `FILE_UNREADABLE`; `CONFIG_INVALID` where the name is spelled otherwise on disk
 */
export async function hashLaunchFiles(root: string, launch: Launch, platform: NodeJS.Platform): Promise<LocalFiles> {
  const named = isRemote(launch) ? referredIn([launch.url]) : [...namedIn(root, launch), ...referredIn(allWords(launch))]
  const shell = !isRemote(launch) && [launch.command, ...launch.args].some(isShell)
  const found: [string, `sha256:${string}`][] = []
  let native: LocalFiles['native']
  for (const { word, folder } of named) {
    if (word === '' || /\0|\$\{(?!workspaceFolder\})/.test(word)) continue
    const isCommand = !isRemote(launch) && word === launch.command
    const full = resolve(root, folder, fromWorkspace(word, root))
    const path =
      (await fileInside(root, full, platform)) ??
      (isCommand && platform === 'win32' ? await fileInside(root, `${full}.exe`, platform) : null)
    if (path === null) continue
    const hashed = await hashFile(join(root, path), shell || isCommand)
    if (isCommand && hashed.executable) native = { [platformName(platform)]: hashed.hash }
    else found.push([escapeKey(path), hashed.hash])
  }
  const files = Object.fromEntries(found.sort(([a], [b]) => byCodeUnit(a, b)))
  return { ...(found.length > 0 ? { files } : {}), ...(native === undefined ? {} : { native }) }
}

/** `linux-x64`, `darwin-arm64`: the system and processor that a native executable is for. */
export function platformName(platform: NodeJS.Platform): string {
  return `${platform}-${process.arch}`
}

type Named = { readonly word: string; readonly folder: string }

function allWords({ command, args, cwd = '', envFile = '', envValues = {} }: StdioLaunch): string[] {
  return [command, ...args, cwd, envFile, ...Object.values(envValues)]
}

function namedIn(root: string, launch: StdioLaunch): Named[] {
  const artifact = artifactOf(launch)
  const { command, args, envValues = {} } = launch
  const words = [
    ...(artifact === null ? [command, ...args] : artifact.paths),
    ...Object.values(envValues).flatMap((value) => value.split(/\s+/)),
  ]
  const candidates = new Set(words.flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]))
  if (artifact === null && !command.includes('/')) candidates.delete(command)
  const folder = fromWorkspace(launch.cwd ?? '.', root)
  return [...candidates].map((word) => ({ word, folder }))
}

/** Files whose text stands in a word: what they hold chooses what is started. */
function referredIn(words: readonly string[]): Named[] {
  const names = words.flatMap(referencesOf).filter((name) => name.startsWith('file:'))
  return names.map((name) => ({ word: name.slice('file:'.length), folder: '.' }))
}

/** The path from the root, with slashes, of a regular file that lies inside, links followed; else null. */
async function fileInside(root: string, full: string, platform: NodeJS.Platform): Promise<string | null> {
  if (!isInside(root, full)) return null
  const path = relative(root, full).split(sep).join('/')
  await refuseOtherSpelling(root, path, platform)
  const real = await realpath(full).catch(() => null)
  if (real === null || !isInside(await realpath(root), real)) return null
  const isFile = await stat(real).then(
    (found) => found.isFile(),
    () => false,
  )
  return isFile ? path : null
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/**
 * CRLF is read as LF where the file is text, for git may turn one into the other; but not where a shell or
 * the system reads it (`exact`, or with `#!`): there, a CR is part of a command's last word.
 */
async function hashFile(file: string, exact: boolean): Promise<{ readonly hash: `sha256:${string}`; readonly executable: boolean }> {
  const { size } = await stat(file)
  if (size > MAX_FILE) throw new LockError('FILE_UNREADABLE', `\`${file}\` has more than ${MAX_FILE} bytes`)
  const bytes = await readFile(file)
  const executable = EXECUTABLE.test(bytes.toString('latin1', 0, 4))
  if (exact || bytes.includes(0) || bytes.toString('latin1', 0, 2) === '#!') return { hash: sha256(bytes), executable }
  return { hash: sha256(Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')), executable }
}

/** How native executables begin: ELF, Mach-O of either byte order and of several processors, PE. */
const EXECUTABLE = /^(?:\x7fELF|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe|MZ)/s
