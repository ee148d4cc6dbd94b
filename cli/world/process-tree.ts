/**
 * Ending a program and all that it started, also what left its process group: found by parentage, by
 * group and, on Linux, by a value in the environment that descendants inherit.
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const GRACE = 500
const LAST_GRACE = 1_500

type Row = { readonly pid: number; readonly parent: number; readonly group: number; readonly marked: boolean }

/**
 * An environment with a value, the cookie, by which descendants are found again. The variable is one
 * that terminals set for every program in them, so it tells a server nothing about who asks.
 */
export function markedEnvironment(env: { readonly [name: string]: string }): {
  readonly cookie: string
  readonly env: { readonly [name: string]: string }
} {
  const cookie = randomUUID()
  return { cookie, env: { ...env, TERM_SESSION_ID: cookie } }
}

/** A program that was just started in a process group of its own, and what it starts. */
export class ProcessTree {
  readonly #root: number
  readonly #cookie: string
  readonly #platform: NodeJS.Platform
  /** When the program started, in the kernel's ticks: what is older is not of it. */
  readonly #since: number

  constructor(root: number, cookie: string, platform: NodeJS.Platform) {
    this.#root = root
    this.#cookie = cookie
    this.#platform = platform
    this.#since = platform === 'linux' ? (readRow(root)?.start ?? 0) : 0
  }

  /**
   * Ends the program and all that it started: asks it (`ask` closes its stdin), then tells it, then
   * makes it; the same for what is found beside it, before and after.
   */
  async end(exited: Promise<void>, ask: () => void): Promise<void> {
    if (this.#platform === 'win32') {
      await promisify(execFile)('taskkill', ['/pid', String(this.#root), '/T', '/F']).catch(() => {})
      return
    }
    const found = await this.#members()
    ask()
    await within(exited, GRACE)
    signalAll(this.#root, found, 'SIGTERM')
    await within(exited, found.size === 0 ? LAST_GRACE : GRACE)
    const late = await this.#members()
    signalAll(this.#root, new Set([...found, ...late]), 'SIGKILL')
    await within(exited, LAST_GRACE)
  }

  /** The processes that belong to the program, without itself. */
  async #members(): Promise<Set<number>> {
    const rows = this.#platform === 'linux' ? linuxRows(this.#since, this.#cookie) : await psRows()
    const found = new Set<number>([this.#root])
    for (let before = 0; before !== found.size;) {
      before = found.size
      for (const row of rows) if (row.marked || row.group === this.#root || found.has(row.parent)) found.add(row.pid)
    }
    found.delete(this.#root)
    found.delete(process.pid)
    return found
  }
}

function signalAll(group: number, pids: ReadonlySet<number>, signal: 'SIGTERM' | 'SIGKILL'): void {
  for (const pid of [-group, ...pids]) {
    try {
      process.kill(pid, signal)
    } catch {
      // It is gone already.
    }
  }
}

async function within(promise: Promise<void>, milliseconds: number): Promise<void> {
  const timer = AbortSignal.timeout(milliseconds)
  await Promise.race([promise, new Promise<void>((resolve) => timer.addEventListener('abort', () => resolve(), { once: true }))])
}

/** proc(5): only what started after the program can be of it, so only there the environment is read. */
function linuxRows(since: number, cookie: string): Row[] {
  const rows: Row[] = []
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const row = Number.isInteger(pid) ? readRow(pid) : null
    if (row !== null && row.start >= since) rows.push({ ...row, marked: holds(`/proc/${pid}/environ`, cookie) })
  }
  return rows
}

function readRow(pid: number): (Omit<Row, 'marked'> & { readonly start: number }) | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    return { pid, parent: fields[1] ?? 0, group: fields[2] ?? 0, start: fields[19] ?? 0 }
  } catch {
    return null
  }
}

function holds(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'latin1').includes(text)
  } catch {
    // It ended meanwhile, or is another user's.
    return false
  }
}

async function psRows(): Promise<Row[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,pgid='])
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid, parent, group]) => ({ pid: pid ?? 0, parent: parent ?? 0, group: group ?? 0, marked: false }))
}
