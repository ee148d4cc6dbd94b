/** Three-way merge of locks, server by server: a pin is taken whole, from the side that changed it. */
import { byCodeUnit, canonicalize } from '../json/digest.ts'
import { EMPTY_LOCK, withPins, type Lock, type Pin } from './lockfile.ts'
import { own } from '../json/json.ts'

/** A server that both sides changed, each in its own way; undefined where a side does not have it. */
export type Collision = {
  readonly name: string
  readonly base: Pin | undefined
  readonly ours: Pin | undefined
  readonly theirs: Pin | undefined
}

export type Sides = {
  /** What both sides come from; null where that is not known, so that whatever differs is a collision. */
  readonly base: Lock | null
  readonly ours: Lock
  readonly theirs: Lock
}

export type Merge = {
  /** All servers but those that collide. */
  readonly lock: Lock
  /** By name, in code unit order. */
  readonly collisions: readonly Collision[]
}

export function mergeLocks(sides: Sides): Merge {
  const pins: { [name: string]: Pin } = {}
  const collisions: Collision[] = []
  const all = [sides.base ?? EMPTY_LOCK, sides.ours, sides.theirs]
  for (const name of [...new Set(all.flatMap(({ servers }) => Object.keys(servers)))].sort(byCodeUnit)) {
    const [base, ours, theirs] = all.map(({ servers }) => own(servers, name))
    const known = sides.base !== null
    if (samePin(ours, theirs) || (known && samePin(base, theirs))) {
      if (ours !== undefined) pins[name] = ours
    } else if (known && samePin(base, ours)) {
      if (theirs !== undefined) pins[name] = theirs
    } else collisions.push({ name, base, ours, theirs })
  }
  return { lock: withPins(EMPTY_LOCK, pins), collisions }
}

/** Whether two pins of locks that were read are one: the digest covers source and surface. */
export function samePin(one: Pin | undefined, other: Pin | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return one.digest === other.digest && canonicalize(rest(one)) === canonicalize(rest(other))
}

function rest({ source: _, surface: __, ...members }: Pin): Omit<Pin, 'source' | 'surface'> {
  return members
}
