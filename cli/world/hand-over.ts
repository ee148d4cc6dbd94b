/**
 * Giving this process up for a program: it has our stdin, stdout and stderr themselves, so no byte passes
 * through us; signals reach it, and its exit status is ours.
 */
import type { ChildProcess } from 'node:child_process'
import { constants, closeSync, openSync, readSync, accessSync, statSync } from 'node:fs'
import { constants as system } from 'node:os'
import { delimiter, resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'

export type Heir = {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: { readonly [name: string]: string }
}

export type Means = { readonly platform: NodeJS.Platform; readonly replace: boolean }

/**
 * Where the system can replace a process by another (execve(2)), nothing of us is left: no memory, and
 * nothing between the client's signals and the program. Otherwise we wait beside it, and the promise
 * gives its exit status, 128 + n for signal n.
 * @throws LockError `SERVER_START_FAILED`
 */
export async function handOver(heir: Heir, { platform, replace }: Means): Promise<number> {
  const file = replace && platform !== 'win32' && canEnter(heir.cwd) ? nativeProgram(heir) : null
  if (file !== null && process.execve !== undefined && makeBlocking()) {
    process.chdir(heir.cwd)
    // Node ignores these two, and what is ignored stays so in the new program; what is handled does not.
    for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.on(signal, () => {})
    // Who waits for the end of a process keeps compiled code then (cli/compiled.cjs); this one does not end otherwise.
    process.emit('exit', 0)
    process.execve(file, [heir.command, ...heir.args], heir.env)
  }
  return accompany(heir, platform)
}

/**
 * Node makes a pipe non-blocking when it opens it, and commander, like everything that imports
 * `node:process`, opens all three. The program would find them so, and many cannot live with it.
 */
function makeBlocking(): boolean {
  return [process.stdin, process.stdout, process.stderr].every((stream) => {
    const handle: unknown = '_handle' in stream ? stream._handle : null
    if (typeof handle !== 'object' || handle === null) return true
    return 'setBlocking' in handle && typeof handle.setBlocking === 'function' && handle.setBlocking(true) === 0
  })
}

/** SIGBREAK is Ctrl+Break on Windows. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const

async function accompany({ command, args, cwd, env }: Heir, platform: NodeJS.Platform): Promise<number> {
  const child = await start({ command, args, cwd, env })
  const ended = new Promise<number>((done, fail) => {
    child.once('error', (cause: NodeJS.ErrnoException) => fail(failed(command, cause.code, cause)))
    child.once('exit', (code, signal) => done(signal === null ? (code ?? 1) : 128 + system.signals[signal]))
  })
  for (const signal of FORWARDED) {
    if (signal === 'SIGBREAK' && platform !== 'win32') continue
    process.removeAllListeners(signal)
    // A console sends Ctrl+C to all of its programs; everywhere else the signal came to us alone.
    process.on(signal, () => void (platform === 'win32' || child.kill(signal)))
  }
  return ended
}

async function start({ command, args, cwd, env }: Heir): Promise<ChildProcess> {
  const { default: spawn } = await import('cross-spawn')
  try {
    return spawn(command, [...args], { cwd, env, stdio: 'inherit', windowsHide: true })
  } catch (cause) {
    throw failed(command, undefined, cause)
  }
}

function failed(command: string, code: string | undefined, cause: unknown): LockError {
  return new LockError('SERVER_START_FAILED', `\`${displaySafe(command, 300)}\`: ${code ?? 'cannot be started'}`, { cause })
}

function canEnter(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
}

/** The program's file, if it is one that the kernel starts as surely as this Node; a failed execve would end us without a word. */
function nativeProgram({ command, cwd, env }: Heir): string | null {
  const places = command.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter)
  const file = places.map((place) => resolve(cwd, place, command)).find(isExecutable)
  return file !== undefined && sameKind(header(file), header(process.execPath)) ? file : null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

const ELF = '\u007fELF'

/** Format, word size, byte order and machine: of ELF (elf(5)) those of `e_ident` and `e_machine`, of Mach-O magic and CPU type. */
function sameKind(a: string, b: string): boolean {
  const kind = (text: string): string => (text.startsWith(ELF) ? text.slice(0, 6) + text.slice(18, 20) : text.slice(0, 8))
  return a.length === b.length && kind(a) === kind(b)
}

function header(file: string): string {
  try {
    const descriptor = openSync(file, 'r')
    try {
      const bytes = Buffer.alloc(20)
      return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, 20, 0))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return ''
  }
}
