/** A world for commands run in-process: a folder, an environment, and what was written. */
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { main } from '../cli/main.ts'
import type { Heir } from '../cli/world/hand-over.ts'
import type { World } from '../cli/world/world.ts'

export type Run = { readonly exit: number; readonly stdout: string; readonly stderr: string }

export type Settings = {
  readonly env?: { readonly [name: string]: string }
  readonly answers?: readonly string[]
  readonly cwd?: string
  readonly platform?: NodeJS.Platform
  readonly signal?: AbortSignal
  /** The clock stands still there. */
  readonly now?: number
  /** What becomes of the program that is given this process; without it, it ends with 0. Its words are on stdout. */
  readonly onHandOver?: (heir: Heir) => number | Promise<number>
}

/** Runs one command line as the program would; with `answers` there is a terminal. */
export async function run(folder: string, argv: readonly string[], settings: Settings = {}): Promise<Run> {
  let stdout = ''
  let stderr = ''
  const answers = [...(settings.answers ?? [])]
  const ask = (question: string): Promise<string> => {
    stderr += question
    const answer = answers.shift()
    if (answer === undefined) throw new Error(`nobody answers: ${question}`)
    return Promise.resolve(answer)
  }
  const world: World = {
    cwd: settings.cwd ?? folder,
    env: { PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`, HOME: join(folder, '..'), ...settings.env },
    platform: settings.platform ?? process.platform,
    now: () => settings.now ?? Date.now(),
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
    terminal: settings.answers === undefined ? null : { ask, columns: 120 },
    color: false,
    signal: settings.signal ?? new AbortController().signal,
    handOver: (heir) => {
      stdout += `${JSON.stringify({ ...heir, env: undefined })}\n`
      return Promise.resolve(settings.onHandOver?.(heir) ?? 0)
    },
  }
  const exit = await main(argv, world)
  return { exit, stdout, stderr }
}

/** An empty folder that goes when the test ends. */
export async function temporary(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mcp-lock-test-')))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}
