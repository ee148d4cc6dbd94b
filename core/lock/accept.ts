/** Taking one change out of many: the old pin with a single definition as it is now. */
import { LockError } from '../codes/errors.ts'
import { escapeKey, own } from '../json/json.ts'
import { sealPin, type Pin } from './lockfile.ts'
import { entriesOf, LIST_NAMES, seal, type ListName, type Surface } from '../surface/surface.ts'

/** `SERVER/tools/NAME`; the name may hold slashes, the server's may not. */
export type Selector = { readonly server: string; readonly list: ListName; readonly name: string }

/** @throws LockError `USAGE` */
export function parseSelector(text: string): Selector {
  const [server = '', list = '', ...name] = text.split('/')
  const known = LIST_NAMES.find((candidate) => candidate === list)
  if (server === '' || known === undefined || name.length === 0) throw new LockError('USAGE', `expected SERVER/tools/NAME, got \`${text}\``)
  return { server, list: known, name: name.join('/') }
}

/**
 * The old pin with the selected definitions as they are in the new one: changed, added or gone.
 * @throws LockError `USAGE` where nothing of that name changed
 */
export function acceptOnly(before: Pin, after: Pin, selectors: readonly Selector[]): Pin {
  if (before.surface === null || after.surface === null) throw new LockError('USAGE', 'there is no surface to take a definition from')
  let surface: Surface = before.surface
  for (const selector of selectors) surface = take(surface, after.surface, selector)
  return sealPin({ ...before, surface })
}

function take(surface: Surface, now: Surface, { list, name, server }: Selector): Surface {
  const key = escapeKey(name)
  const [old, next] = [entriesOf(surface[list]) ?? {}, entriesOf(now[list]) ?? {}]
  const entry = own(next, key)
  const held = own(old, key)
  if (entry?.digest === held?.digest && entry?.conditional === held?.conditional)
    throw new LockError('USAGE', `nothing changed at \`${server}/${list}/${name}\``)
  const { [key]: _, ...others } = old
  return seal({ ...surface, [list]: entry === undefined ? others : { ...others, [key]: entry } })
}
