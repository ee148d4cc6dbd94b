/** `mcp-lock merge --resolve`: out of a lock in conflict, one that holds what both sides agree on or one was chosen for. */
import { join, relative, sep } from 'node:path'
import { diffPin } from '../../core/compare/diff.ts'
import type { Collision } from '../../core/lock/merge-locks.ts'
import { atMost, displaySafe, isPlainName } from '../../core/text.ts'
import { counted, wordPlace } from '../../core/compare/wording.ts'
import { CLOSURES } from '../locks/closure-store.ts'
import { answers, readSides } from '../locks/git-conflict.ts'
import { gitIn, type Git } from '../world/git.ts'
import { BUNDLE_FILE, editLock, LOCK_FILE, requireLock } from '../locks/lock-store.ts'
import { findRoot } from '../project/project.ts'
import { saySignature } from '../project/say-signature.ts'
import type { World } from '../world/world.ts'
import { asItIs, checkChoice, fromSides, type Choice } from '../locks/settle-conflict.ts'

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
  if (made.changed) await saySignature(root, world)
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
  const isBundleOpen = await answers(git, 'ls-files', '--unmerged', '-z', '--', BUNDLE_FILE)
  const files = [LOCK_FILE, ...(isBundleOpen ? [BUNDLE_FILE] : []), ...(hasClosures ? [CLOSURES] : [])]
  return files.map((file) => (up === '' ? file : `${up}/${file}`))
}
