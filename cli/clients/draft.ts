/** What a client makes of an entry, seen through the words that only carry it: mcp-lock's own, and a bridge's. */
import { throughBridge } from './bridge.ts'
import { readEntry, type Dialect } from './dialects/dialect.ts'
import type { Draft } from './dialects/entry.ts'
import type { Place } from './documents/place.ts'
import { wrapperOf, type Wrapper } from './dialects/wrapper.ts'

export type Carried = Draft & {
  readonly wrapper: Wrapper | null
  readonly bridged: boolean
  /** All words of the client's own start, where some of them only carry it; else none. */
  readonly carrier: readonly string[]
}

/**
 * Null where the client starts nothing by the entry.
 * @throws LockError `CONFIG_INVALID`
 */
export function draftOf(place: Place, dialect: Dialect, folder: string | null, name: string): Carried | null {
  const written = readEntry(place, dialect, folder)
  if (written === null) return null
  const { wrapper, ...inner } = unwrapped(written, name)
  const draft = throughBridge(inner)
  const bridged = draft !== inner
  return { ...draft, wrapper, bridged, carrier: wrapper === null && !bridged ? [] : wordsOf(written) }
}

function wordsOf({ start }: Draft): readonly string[] {
  return start.kind === 'program' ? [start.command, ...start.args] : []
}

function unwrapped(draft: Draft, name: string): Draft & { readonly wrapper: Wrapper | null } {
  const { start } = draft
  const words = wordsOf(draft)
  const wrapper = wrapperOf(words, name)
  if (start.kind !== 'program' || wrapper === null || wrapper.bare) return { ...draft, wrapper }
  const [command = '', ...args] = words.slice(wrapper.length)
  return { ...draft, start: { ...start, command, args }, wrapper }
}
