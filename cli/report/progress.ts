/** Talk while something takes time: one line per server, rewritten in place on a terminal. */
import { displaySafe } from '../../core/text.ts'
import type { World } from '../world/world.ts'

export type Progress = {
  readonly update: (name: string, what: string) => void
  /** `details` are whole lines, already fit to be shown. */
  readonly done: (name: string, what: string, details: string) => void
  /** Takes a server's line away. */
  readonly clear: (name: string) => void
}

/** How long a wait may last before it is said where there is no terminal. */
const PATIENCE = 10_000

/** Without a terminal only what is done is said, and what takes long. */
export function progress(world: Pick<World, 'terminal' | 'signal' | 'stderr'>, names: readonly string[]): Progress {
  const width = Math.max(0, ...names.map((name) => displaySafe(name).length))
  const state = new Map<string, string>()
  const { terminal } = world
  let shown = 0
  const line = (name: string, what: string): string => `  ${displaySafe(name).padEnd(width)}  ${displaySafe(what)}`
  const redraw = (finished: string): void => {
    if (world.signal.aborted) return
    if (terminal === null) return finished === '' ? undefined : world.stderr(finished)
    const erase = shown === 0 ? '' : `\u001b[${shown}A\u001b[J`
    const lines = [...state].map(([name, what]) => `${line(name, what).slice(0, terminal.columns - 1)}\n`)
    world.stderr(`${erase}${finished}${lines.join('')}`)
    shown = lines.length
  }
  const waits = new Map<string, NodeJS.Timeout>()
  const wait = (name: string, what: string | null): void => {
    clearTimeout(waits.get(name))
    if (terminal === null && what !== null) waits.set(name, setTimeout(() => redraw(`${line(name, what)}\n`), PATIENCE).unref())
  }
  return {
    update: (name, what) => {
      state.set(name, what)
      wait(name, `still ${what}`)
      redraw('')
    },
    done: (name, what, details) => {
      state.delete(name)
      wait(name, null)
      redraw(`${line(name, what)}\n${details}`)
    },
    clear: (name) => {
      wait(name, null)
      if (state.delete(name)) redraw('')
    },
  }
}
