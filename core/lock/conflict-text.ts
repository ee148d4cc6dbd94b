/**
 * A lock in conflict, as git's users know it: markers round the lines that differ. What stands between
 * them on one side, with all lines outside, is a whole lock: that side's.
 */
import { byCodeUnit } from '../json/digest.ts'
import { LockError } from '../codes/errors.ts'
import { EMPTY_LOCK, formatLock, parseLock, withPins, type Lock, type Pin } from './lockfile.ts'
import type { Collision, Merge, Sides } from './merge-locks.ts'
import { formatJson } from '../json/notation.ts'
import { own } from '../json/json.ts'

const SIDES = ['ours', 'base', 'theirs'] as const
type Side = (typeof SIDES)[number]
type Lines = { readonly [side in Side]: readonly string[] }

/** The text of a merge with collisions, with markers round no other servers than those. */
export function formatConflict({ lock, collisions }: Merge): string {
  const locks = { ours: lockOf('ours'), base: lockOf('base'), theirs: lockOf('theirs') }
  const names = [...new Set(SIDES.flatMap((side) => Object.keys(locks[side].servers)))].sort(byCodeUnit)
  const parts = [head, ...names.map((name) => entryOf(name)), tail]
  return `${parts.flatMap((part) => hunk({ ours: part(locks.ours), base: part(locks.base), theirs: part(locks.theirs) })).join('\n')}\n`

  function lockOf(side: Side): Lock {
    return withPins(lock, Object.fromEntries(collisions.flatMap((one): [string, Pin][] => pinOf(one, side))))
  }
}

function pinOf(collision: Collision, side: Side): [string, Pin][] {
  const pin = collision[side]
  return pin === undefined ? [] : [[collision.name, pin]]
}

type Part = (lock: Lock) => readonly string[]

/** A lock's lines are those of head, every entry, and tail. */
const head: Part = (lock) =>
  formatLock({ ...lock, servers: {} })
    .split('\n')
    .slice(0, -2)
    .map((line) => (isEmpty(lock) ? line : line.replace('{}', '{')))
const tail: Part = (lock) => (isEmpty(lock) ? ['}'] : ['  }', '}'])

const entryOf =
  (name: string): Part =>
  ({ servers }) => {
    const pin = own(servers, name)
    if (pin === undefined) return []
    const lines = formatJson({ servers: { [name]: pin } })
      .split('\n')
      .slice(2, -3)
    const isLast = Object.keys(servers).sort(byCodeUnit).at(-1) === name
    return isLast ? lines : [...lines.slice(0, -1), `${lines.at(-1)},`]
  }

function isEmpty({ servers }: Lock): boolean {
  return Object.keys(servers).length === 0
}

/** The lines as they are on all sides, with markers round those that are not the same on both. */
function hunk({ ours, base, theirs }: Lines): readonly string[] {
  const start = sharedStart([ours, base, theirs])
  const end = sharedStart([ours, base, theirs].map((lines) => lines.slice(start).toReversed()))
  const inner = [ours, base, theirs].map((lines) => lines.slice(start, lines.length - end))
  const [own = [], from = [], other = []] = inner
  if (inner.every((lines) => lines.length === 0)) return ours
  return [
    ...ours.slice(0, start),
    '<<<<<<< ours',
    ...own,
    '||||||| base',
    ...from,
    '=======',
    ...other,
    '>>>>>>> theirs',
    ...ours.slice(ours.length - end),
  ]
}

function sharedStart(texts: readonly (readonly string[])[]): number {
  const [first = []] = texts
  let length = 0
  while (length < first.length && texts.every((lines) => lines[length] === first[length])) length++
  return length
}

/**
 * The sides of a lock with markers, ours or git's own; null where the text has none that can be read. Where
 * they do not say what both sides come from, what only one side has is what that side added.
 * @throws LockError `LOCK_*`, where a side is no lock
 */
export function parseConflict(text: string): Sides | null {
  const sides = splitConflict(text)
  if (sides === null) return null
  const { ours, base, theirs } = sides
  return { ours: parseLock(ours), base: base === null ? EMPTY_LOCK : baseOf(base), theirs: parseLock(theirs) }
}

/** What both sides come from; null where it is no lock, for it may be a conflict itself. No text is no lock yet. */
export function baseOf(text: string): Lock | null {
  if (text === '') return EMPTY_LOCK
  try {
    return parseLock(text)
  } catch (error) {
    if (error instanceof LockError) return null
    throw error
  }
}

const MARKERS: { readonly [marker: string]: { readonly from: readonly (Side | null)[]; readonly to: Side | null } } = {
  '<<<<<<<': { from: [null], to: 'ours' },
  '|||||||': { from: ['ours'], to: 'base' },
  '=======': { from: ['ours', 'base'], to: 'theirs' },
  '>>>>>>>': { from: ['theirs'], to: null },
}

function splitConflict(text: string): { readonly ours: string; readonly base: string | null; readonly theirs: string } | null {
  const lines: { [side in Side]: string[] } = { ours: [], base: [], theirs: [] }
  let at: Side | null = null
  const seen = new Set<string>()
  for (const line of text.split('\n')) {
    const marker = /^(<{7}|={7}|>{7}|\|{7})(?: |$)/.exec(line)?.[1]
    if (marker === undefined) for (const side of at === null ? SIDES : [at]) lines[side].push(line)
    else {
      const step = MARKERS[marker]
      if (step === undefined || !step.from.includes(at)) return null
      at = step.to
      seen.add(marker)
    }
  }
  if (at !== null || !seen.has('<<<<<<<')) return null
  return { ours: lines.ours.join('\n'), base: seen.has('|||||||') ? lines.base.join('\n') : null, theirs: lines.theirs.join('\n') }
}
