/** Which part of a lock `server` or `server/tools/name` names. */
import { LockError } from '../../core/codes/errors.ts'
import { own, escapeKey } from '../../core/json/json.ts'
import type { Lock, Pin } from '../../core/lock/lockfile.ts'
import { isFailed, LIST_NAMES, type Entry, type ListName } from '../../core/surface/surface.ts'
import { displaySafe } from '../../core/text.ts'
import { LOCK_FILE } from '../locks/lock-store.ts'

export type Selected =
  | { readonly kind: 'lock' }
  | { readonly kind: 'server'; readonly name: string; readonly pin: Pin }
  | {
      readonly kind: 'definition'
      readonly name: string
      readonly pin: Pin
      readonly subject: string
      readonly list: ListName
      readonly entry: Entry
    }

/**
 * A server's name may have slashes too: the longest one that fits is meant.
 * @throws LockError `SERVER_UNKNOWN`
 */
export function select(lock: Lock, selector: string | undefined): Selected {
  if (selector === undefined) return { kind: 'lock' }
  const servers = Object.entries(lock.servers).sort(([a], [b]) => b.length - a.length)
  for (const [name, pin] of servers) {
    if (selector === name) return { kind: 'server', name, pin }
    if (!selector.startsWith(`${name}/`)) continue
    const found = definitionAt(pin, selector.slice(name.length + 1))
    if (found !== null) return { kind: 'definition', name, pin, subject: selector.slice(name.length + 1), ...found }
  }
  const [name] = servers.find(([server]) => selector.startsWith(`${server}/`)) ?? []
  const there = name === undefined ? `there are ${Object.keys(lock.servers).join(', ') || 'none'}` : `\`${name}\` has no such definition`
  throw new LockError('SERVER_UNKNOWN', `\`${displaySafe(selector, 200)}\` is not in ${LOCK_FILE}; ${there}`)
}

function definitionAt(pin: Pin, path: string): { readonly list: ListName; readonly entry: Entry } | null {
  const list = LIST_NAMES.find((name) => path.startsWith(`${name}/`))
  const entries = list === undefined ? undefined : pin.surface?.[list]
  if (list === undefined || entries === undefined || isFailed(entries)) return null
  const key = escapeKey(path.slice(list.length + 1))
  const entry = own(entries, key)
  return entry === undefined ? null : { list, entry }
}
