/** What a command may touch, passed in: tests pass their own. Only `processWorld` knows `process`. */
import type { Environment } from './environment.ts'
import { homedir } from 'node:os'
import { isatty } from 'node:tty'
import type { Heir } from './hand-over.ts'

type Terminal = {
  readonly ask: (question: string) => Promise<string>
  /** Without an echo: for passphrases. */
  readonly askHidden: (question: string) => Promise<string>
  readonly columns: number
}

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
  readonly terminal: Terminal | null
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
    terminal: isTerminal ? terminal(signal) : null,
    color: stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    signal,
    handOver: async (heir) => {
      const { handOver } = await import('./hand-over.ts')
      return handOver(heir, { platform: process.platform, replace: true })
    },
  }
}

function terminal(signal: AbortSignal): Terminal {
  return {
    ask: async (question) => (await import('./questions.ts')).ask(question, signal),
    askHidden: async (question) => (await import('./questions.ts')).askHidden(question, signal),
    columns: process.stderr.columns ?? 80,
  }
}
