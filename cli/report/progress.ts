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

/** Without a terminal only what is done is said. */
export function progress(world: World, names: readonly string[]): Progress {
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
  return {
    update: (name, what) => {
      state.set(name, what)
      redraw('')
    },
    done: (name, what, details) => {
      state.delete(name)
      redraw(`${line(name, what)}\n${details}`)
    },
    clear: (name) => {
      if (state.delete(name)) redraw('')
    },
  }
}
