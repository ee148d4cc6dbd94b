/** Out of a lock in conflict, one that holds what both sides agree on, or one was chosen for. */
import { LockError } from '../../core/codes/errors.ts'
import { own } from '../../core/json/json.ts'
import { EMPTY_LOCK, formatLock, withoutPins, withPins, type Lock, type Pin, type Pins } from '../../core/lock/lockfile.ts'
import { mergeLocks, samePin, type Collision, type Sides } from '../../core/lock/merge-locks.ts'
import { readClosureFiles } from './closure-store.ts'
import { findClosure } from './git-conflict.ts'
import type { Git } from '../world/git.ts'
import { readLock, requireLock, type Edited } from './lock-store.ts'
import { kindOf } from '../sources/index.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'

/** The servers of which a side was chosen. */
export type Choice = { readonly ours: readonly string[]; readonly theirs: readonly string[] }

/** What is left out: collisions, and servers whose closure neither side has. */
type Resolution = Edited & { readonly left: readonly Collision[]; readonly missing: readonly string[] }

/** @throws LockError `USAGE` */
export async function fromSides(root: string, sides: Sides, choice: Choice, git: Git): Promise<Resolution> {
  const { lock: agreed, collisions } = mergeLocks(sides)
  checkChoice(choice, collisions)
  const { pins, left } = settle(collisions, choice, await settledSince(root, sides, collisions))
  const lock = withPins(agreed, pins)
  const { closures, missing } = await closuresOf(root, lock, git)
  return { lock: withoutPins(lock, missing), closures, left, missing }
}

/** A lock that merged, while git did not know whose closures it is to keep. */
export async function asItIs(root: string, choice: Choice, git: Git): Promise<Resolution> {
  checkChoice(choice, [])
  const { lock } = await requireLock(root)
  const { closures } = await closuresOf(root, lock, git)
  return { lock, closures, left: [], missing: [] }
}

/** @throws LockError `USAGE` */
export function checkChoice({ ours, theirs }: Choice, collisions: readonly Collision[]): void {
  const both = ours.find((name) => theirs.includes(name))
  if (both !== undefined) throw new LockError('USAGE', `\`${both}\` is chosen from both sides`)
  const unknown = [...ours, ...theirs].find((name) => !collisions.some((collision) => collision.name === name))
  const names = collisions.map(({ name }) => name).join(', ')
  if (unknown !== undefined)
    throw new LockError('USAGE', `\`${unknown}\` is not in conflict; ${names === '' ? 'nothing is' : `in conflict: ${names}`}`)
}

/**
 * What was settled since the conflict: of the lock on disk the pins that are no side's, and those of servers
 * in conflict. A file with markers, or one that is the whole of a side, as git may leave it, settles nothing.
 */
async function settledSince(root: string, sides: Sides, collisions: readonly Collision[]): Promise<Pins> {
  const held = await readLock(root).catch((error: unknown) => {
    if (error instanceof LockError && error.code.startsWith('LOCK_')) return null
    throw error
  })
  if (held === null || [sides.ours, sides.theirs].some((side) => formatLock(side) === held.text)) return {}
  const all = [sides.base ?? EMPTY_LOCK, sides.ours, sides.theirs]
  const isSettled = ([name, pin]: [string, Pin]): boolean =>
    collisions.some((collision) => collision.name === name) || !all.some(({ servers }) => samePin(own(servers, name), pin))
  return Object.fromEntries(Object.entries(held.lock.servers).filter(isSettled))
}

type Settled = { readonly pins: Pins; readonly left: readonly Collision[] }

/** A collision is settled by a choice, or was before. All others are left out: the lock says no more than was agreed. */
function settle(collisions: readonly Collision[], { ours, theirs }: Choice, since: Pins): Settled {
  const pins: { [name: string]: Pin } = { ...since }
  const left: Collision[] = []
  for (const collision of collisions) {
    const { name } = collision
    const isChosen = ours.includes(name) || theirs.includes(name)
    const pin = ours.includes(name) ? collision.ours : theirs.includes(name) ? collision.theirs : own(since, name)
    if (isChosen) delete pins[name]
    if (pin !== undefined) pins[name] = pin
    else if (!isChosen) left.push(collision)
  }
  return { pins, left }
}

type Closures = { readonly closures: { readonly [server: string]: ClosureFiles }; readonly missing: readonly string[] }

/** For each pin the closure that it names, from disk or from either side, for git may have mixed the files of two; `missing` has none. */
async function closuresOf(root: string, lock: Lock, git: Git): Promise<Closures> {
  const closures: { [server: string]: ClosureFiles } = {}
  const missing: string[] = []
  for (const [name, { source }] of Object.entries(lock.servers)) {
    const kind = kindOf(source)
    if (kind === null || kind.matches(source, await readClosureFiles(root, name, source))) continue
    const files = await findClosure(name, source, git)
    if (files === null) missing.push(name)
    else closures[name] = files
  }
  return { closures, missing }
}
