/** What a command may touch, passed in: tests pass their own. Only `processWorld` knows `process`. */
import type { Environment } from './environment.ts'
import { homedir } from 'node:os'
import { isatty } from 'node:tty'
import { LockError } from '../../core/codes/errors.ts'
import type { Heir } from './hand-over.ts'

export type World = {
  readonly cwd: string
  readonly env: Environment
  readonly platform: NodeJS.Platform
  /** Where the command is about the user's own configs and lock, not a project's. */
  readonly global?: true
  /** The clock, in milliseconds of the epoch. */
  readonly now: () => number
  /** Data; reporters' output and nothing else. */
  readonly stdout: (text: string) => void
  /** Talk: progress, questions, errors. */
  readonly stderr: (text: string) => void
  /** A person at a terminal, who can be asked and shown progress; null where there is none. */
  readonly terminal: { readonly ask: (question: string) => Promise<string>; readonly columns: number } | null
  readonly color: boolean
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
  /** Gives stdio, signals and exit status to a program; resolves with that status, if at all. */
  readonly handOver: (heir: Heir) => Promise<number>
}

export function processWorld(signal: AbortSignal): World {
  const { env, stdout, stderr } = process
  // Asking `process.stdin` would open it.
  const isTerminal = isatty(0) && stderr.isTTY
  return {
    cwd: process.cwd(),
    env: env['HOME'] === undefined && process.platform !== 'win32' ? { ...env, HOME: homedir() } : env,
    platform: process.platform,
    now: () => Date.now(),
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    terminal: isTerminal ? { ask: (question) => ask(question, signal), columns: stderr.columns ?? 80 } : null,
    color: stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    signal,
    handOver: async (heir) => {
      const { handOver } = await import('./hand-over.ts')
      return handOver(heir, { platform: process.platform, replace: true })
    },
  }
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  await dropTyped()
  if (process.stdin.readableEnded) return ''
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  // The end of input is no yes. While it reads, Ctrl-C is a key and no signal.
  const closed = new Promise<null>((resolve, reject) => {
    lines.once('close', () => resolve(null))
    lines.once('SIGINT', () => reject(new Error('Ctrl-C')))
  })
  try {
    const answer = await Promise.race([lines.question(question, { signal }), closed])
    if (answer === null) process.stderr.write('\n')
    return answer ?? ''
  } catch (cause) {
    process.stderr.write('\n')
    throw new LockError('INTERRUPTED', 'stopped at a question', { cause })
  } finally {
    lines.close()
  }
}

/** What was typed before the question was there is no answer to it. */
async function dropTyped(): Promise<void> {
  const { stdin } = process
  const drop = (): void => {}
  stdin.on('data', drop)
  await new Promise((resolve) => setTimeout(resolve, 50))
  stdin.off('data', drop)
  stdin.pause()
}
