/** `mcp-lock merge --resolve`: out of a lock in conflict, one that holds what both sides agree on or one was chosen for. */
import { join, relative, sep } from 'node:path'
import { diffPin } from '../../core/compare/diff.ts'
import { LockError } from '../../core/codes/errors.ts'
import { own } from '../../core/json/json.ts'
import { EMPTY_LOCK, formatLock, withoutPins, withPins, type Lock, type Pin, type Pins } from '../../core/lock/lockfile.ts'
import { mergeLocks, samePin, type Collision, type Sides } from '../../core/lock/merge-locks.ts'
import { atMost, displaySafe, isPlainName } from '../../core/text.ts'
import { counted, wordPlace } from '../../core/compare/wording.ts'
import { CLOSURES, readClosureFiles } from '../locks/closure-store.ts'
import { answers, findClosure, readSides } from '../locks/git-conflict.ts'
import { gitIn, type Git } from '../world/git.ts'
import { editLock, LOCK_FILE, readLock, requireLock, type Edited } from '../locks/lock-store.ts'
import { findRoot } from '../project/project.ts'
import { kindOf } from '../sources/index.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'
import type { World } from '../world/world.ts'

/** The servers of which a side was chosen. */
export type Choice = { readonly ours: readonly string[]; readonly theirs: readonly string[] }

/** @returns 0 for a whole lock, 1 where servers are left out of it until they are pinned or a side is chosen */
export async function resolve(choice: Choice, world: World): Promise<number> {
  const root = await findRoot(world)
  const git = gitIn(root, world)
  const sides = await readSides(join(root, LOCK_FILE), git)
  if (sides === null && !(await answers(git, 'ls-files', '--unmerged', '-z', '--', CLOSURES))) return nothingToDo(root, choice, world)
  const made = await editLock(root, () => (sides === null ? asItIs(root, choice, git) : fromSides(root, sides, choice, git)))
  const { lock, left, missing } = made
  world.stderr(`wrote ${LOCK_FILE}: ${counted(Object.keys(lock.servers).length, 'server')} of both sides\n`)
  const isWhole = left.length === 0 && missing.length === 0
  if (!isWhole) await sayLeft(left, missing, git, world)
  const add = await pathsToAdd(root, git, world)
  world.stderr(`  ${isWhole ? 'next' : 'and then'}: git add ${add.join(' ')}\n`)
  return isWhole ? 0 : 1
}

async function nothingToDo(root: string, choice: Choice, world: World): Promise<number> {
  checkChoice(choice, [])
  await requireLock(root)
  world.stderr(`${LOCK_FILE} has no conflict\n`)
  return 0
}

/** What is left out: collisions, and servers whose closure neither side has. */
type Resolution = Edited & { readonly left: readonly Collision[]; readonly missing: readonly string[] }

async function fromSides(root: string, sides: Sides, choice: Choice, git: Git): Promise<Resolution> {
  const { lock: agreed, collisions } = mergeLocks(sides)
  checkChoice(choice, collisions)
  const { pins, left } = settle(collisions, choice, await settledSince(root, sides, collisions))
  const lock = withPins(agreed, pins)
  const { closures, missing } = await closuresOf(root, lock, git)
  return { lock: withoutPins(lock, missing), closures, left, missing }
}

/** A lock that merged, while git did not know whose closures it is to keep. */
async function asItIs(root: string, choice: Choice, git: Git): Promise<Resolution> {
  checkChoice(choice, [])
  const { lock } = await requireLock(root)
  const { closures } = await closuresOf(root, lock, git)
  return { lock, closures, left: [], missing: [] }
}

/** @throws LockError `USAGE` */
function checkChoice({ ours, theirs }: Choice, collisions: readonly Collision[]): void {
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

async function sayLeft(left: readonly Collision[], missing: readonly string[], git: Git, world: World): Promise<void> {
  const say = (line: string): void => world.stderr(`  ${line}\n`)
  say('left out of the lock until they are settled:')
  for (const collision of left) say(`  ${displaySafe(collision.name)}: ${wordCollision(collision)}`)
  for (const name of missing) say(`  ${displaySafe(name)}: its closure is on neither side`)
  const names = [...left.map(({ name }) => name), ...missing]
  const [first = ''] = names
  say(`to pin what your configs say now: mcp-lock pin ${names.every(isPlainName) ? names.join(' ') : 'NAME'}`)
  if (left.length > 0) say(`to take one side: mcp-lock merge --resolve --ours ${isPlainName(first) ? first : 'NAME'}, or --theirs`)
  if (await answers(git, 'rev-parse', '--verify', '--quiet', 'REBASE_HEAD'))
    say('in a rebase, ours is what your commits are put upon, and theirs is your own commit')
}

function wordCollision({ ours, theirs }: Collision): string {
  if (ours === undefined) return 'ours removed it, theirs changed it'
  if (theirs === undefined) return 'ours changed it, theirs removed it'
  const versions = [ours, theirs].map(({ source }) => source.package?.version)
  const [mine, other] = versions.map((version) => (version === undefined ? '' : ` ${displaySafe(version, 100)}`))
  const findings = diffPin(ours, theirs)
  const places = [...new Set(findings.map(wordPlace))]
  return `ours${mine} and theirs${other} differ${places.length === 0 ? ' in how it was asked' : ` at ${atMost(3, places).join(', ')}`}`
}

/** What `git add` needs to be told, from the current folder, which is the root or below it. */
async function pathsToAdd(root: string, git: Git, { cwd }: World): Promise<readonly string[]> {
  const up = relative(cwd, root).split(sep).join('/')
  const hasClosures = await answers(git, 'ls-files', '--cached', '--others', '-z', '--', CLOSURES)
  return (hasClosures ? [LOCK_FILE, CLOSURES] : [LOCK_FILE]).map((file) => (up === '' ? file : `${up}/${file}`))
}
