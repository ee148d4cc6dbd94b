/** A program run for us to its end: bounded in time and output, and ended with all that it started. */
import spawn from 'cross-spawn'
import type { ChildProcess } from 'node:child_process'
import { LockError } from '../../core/codes/errors.ts'
import { markedEnvironment, ProcessTree } from './process-tree.ts'

export type Program = {
  /** Looked up in the PATH of `env` where it has no folder; with `shell`, words for the system's shell. */
  readonly program: string
  readonly args: readonly string[]
  readonly shell?: true
  readonly folder: string
  readonly env: { readonly [name: string]: string }
  /** What it reads on stdin. */
  readonly input?: string | Buffer
}

export type Bounds = { /** Milliseconds. */ readonly timeout: number; readonly maxOutput: number; readonly signal: AbortSignal }

export type Outcome =
  | { readonly kind: 'ended'; readonly code: number | null; readonly stdout: Buffer; /** The last of it. */ readonly stderr: string }
  | { readonly kind: 'too much output' }
  | { readonly kind: 'too long' }
  | { readonly kind: 'not started'; readonly cause: unknown }

/** @throws LockError `INTERRUPTED` */
export async function runProgram(
  { program, args, shell, folder, env, input }: Program,
  { timeout, maxOutput, signal }: Bounds,
): Promise<Outcome> {
  const deadline = AbortSignal.timeout(timeout)
  const { cookie, env: marked } = markedEnvironment(env)
  const child = spawn(program, args, {
    cwd: folder,
    env: marked,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    ...(shell === undefined ? {} : { shell }),
  })
  child.stdin?.on('error', () => {}) // It may end before it has read all.
  child.stdin?.end(input)
  const output: Buffer[] = []
  let length = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= maxOutput) output.push(chunk)
  })
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-20_000)
  })
  try {
    const code = await exitCode(child, cookie, AbortSignal.any([signal, deadline]))
    return length > maxOutput ? { kind: 'too much output' } : { kind: 'ended', code, stdout: Buffer.concat(output), stderr }
  } catch (cause) {
    if (signal.aborted) throw new LockError('INTERRUPTED', `stopped while \`${program}\` ran`, { cause })
    return deadline.aborted ? { kind: 'too long' } : { kind: 'not started', cause }
  }
}

/** Waits for the end; where the signal comes first, ends the program and all that it started, and rejects only then. */
async function exitCode(child: ChildProcess, cookie: string, signal: AbortSignal): Promise<number | null> {
  const tree = child.pid === undefined ? null : new ProcessTree(child.pid, cookie, process.platform)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const stop = Promise.withResolvers<never>()
  const onAbort = (): void => stop.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([ended, stop.promise])
  } catch (cause) {
    await tree?.end(exited, () => child.kill('SIGTERM'))
    child.stdout?.destroy()
    child.stderr?.destroy()
    throw cause
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
