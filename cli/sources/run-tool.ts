/** A package manager or container engine of the machine, run for us: bounded in time and output, and ended with all that it started. */
import spawn from 'cross-spawn'
import type { ChildProcess } from 'node:child_process'
import { LockError } from '../../core/codes/errors.ts'
import { markedEnvironment, ProcessTree } from '../world/process-tree.ts'
import type { SourceContext } from './source-kind.ts'

export type Tool = {
  /** Looked up in the PATH of `env` where it has no folder. */
  readonly program: string
  readonly args: readonly string[]
  readonly folder: string
  readonly env: { readonly [name: string]: string }
  /** What it reads on stdin. */
  readonly input?: string
}

type Ran = { readonly ok: boolean; readonly stdout: string; /** The last of it. */ readonly stderr: string }

/** More than the longest list of releases that a registry has. */
const MAX_OUTPUT = 64 * 1024 * 1024

/** @throws LockError `TOOL_MISSING`, where it cannot be started; `INSTALL_TIMEOUT`; `REGISTRY_UNREACHABLE`, where it says too much; `INTERRUPTED` */
export async function runTool({ program, args, folder, env, input }: Tool, context: SourceContext): Promise<Ran> {
  const deadline = AbortSignal.timeout(context.timeout)
  const { cookie, env: marked } = markedEnvironment(env)
  const child = spawn(program, args, {
    cwd: folder,
    env: marked,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  child.stdin?.on('error', () => {}) // It may end before it has read all.
  child.stdin?.end(input)
  const output: Buffer[] = []
  let length = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= MAX_OUTPUT) output.push(chunk)
  })
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-20_000)
  })
  const code = await exitCode(child, cookie, AbortSignal.any([context.signal, deadline])).catch((cause: unknown) => {
    if (context.signal.aborted) throw new LockError('INTERRUPTED', `stopped while \`${program}\` ran`, { cause })
    if (deadline.aborted)
      throw new LockError('INSTALL_TIMEOUT', `\`${program}\` took longer than ${context.timeout / 1_000} seconds`, { cause })
    throw new LockError('TOOL_MISSING', `the program \`${program}\` cannot be started`, { cause })
  })
  if (length > MAX_OUTPUT) throw new LockError('REGISTRY_UNREACHABLE', `\`${program}\` wrote more than ${MAX_OUTPUT} bytes`)
  return { ok: code === 0, stdout: Buffer.concat(output).toString('utf8'), stderr }
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
