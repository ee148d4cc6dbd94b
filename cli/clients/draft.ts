/** What a client makes of an entry, seen through the words that only carry it: mcp-lock's own, and a bridge's. */
import { throughBridge } from './bridge.ts'
import { readEntry, type Dialect } from './dialects/dialect.ts'
import type { Draft } from './dialects/entry.ts'
import type { Place } from './documents/place.ts'
import { wrapperOf, type Wrapper } from './dialects/wrapper.ts'

export type Carried = Draft & { readonly wrapper: Wrapper | null; readonly bridged: boolean }

/**
 * Null where the client starts nothing by the entry.
 * @throws LockError `CONFIG_INVALID`
 */
export function draftOf(place: Place, dialect: Dialect, folder: string | null, name: string): Carried | null {
  const written = readEntry(place, dialect, folder)
  if (written === null) return null
  const { wrapper, ...inner } = unwrapped(written, name)
  const draft = throughBridge(inner)
  return { ...draft, wrapper, bridged: draft !== inner }
}

function unwrapped(draft: Draft, name: string): Draft & { readonly wrapper: Wrapper | null } {
  const { start } = draft
  const words = start.kind === 'program' ? [start.command, ...start.args] : []
  const wrapper = wrapperOf(words, name)
  if (start.kind !== 'program' || wrapper === null || wrapper.bare) return { ...draft, wrapper }
  const [command = '', ...args] = words.slice(wrapper.length)
  return { ...draft, start: { ...start, command, args }, wrapper }
}
