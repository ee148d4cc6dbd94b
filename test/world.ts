/** A world for commands run in-process: a folder, an environment, and what was written. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { main } from '../cli/main.ts'
import type { Heir } from '../cli/world/hand-over.ts'
import { LOCK_FILE } from '../cli/locks/lock-store.ts'
import { parseLock, type Lock } from '../core/lock/lockfile.ts'
import type { World } from '../cli/world/world.ts'

export type Run = { readonly exit: number; readonly stdout: string; readonly stderr: string }

export type Settings = {
  readonly env?: { readonly [name: string]: string }
  readonly answers?: readonly string[]
  readonly cwd?: string
  readonly platform?: NodeJS.Platform
  readonly signal?: AbortSignal
  /** Sees talk as it is said. */
  readonly onSaid?: (text: string) => void
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
  const say = (text: string): void => {
    stderr += text
    settings.onSaid?.(text)
  }
  const ask = (question: string): Promise<string> => {
    say(question)
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
    stderr: say,
    terminal: settings.answers === undefined ? null : { ask, askHidden: ask, columns: 120 },
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

/** What it said, on either stream, and its exit status. */
export function exits(result: Run, status: number, ...said: readonly RegExp[]): Run {
  assert.equal(result.exit, status, result.stdout + result.stderr)
  for (const words of said) assert.match(result.stdout + result.stderr, words)
  return result
}

/** The lock that was written, which is as strict as for anybody. */
export async function lockIn(folder: string): Promise<Lock> {
  return parseLock(await readFile(join(folder, LOCK_FILE), 'utf8'))
}

/** Every file of a folder by its path, with its text. */
export async function snapshot(folder: string): Promise<{ [path: string]: string }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return Object.fromEntries(
    await Promise.all(files.sort().map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')])),
  )
}

/** Files by their paths from the folder on, with the folders that they need. */
export async function writeFiles(folder: string, files: { readonly [path: string]: string }): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}
