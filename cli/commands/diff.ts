/** `mcp-lock diff`: two locks, from disk or from git, as what the model would read. */
import { join, posix, resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { EMPTY_LOCK, formatLock, MAX_LOCK_LENGTH, parseLock, type Lock } from '../../core/lock/lockfile.ts'
import { LOCK_FILE, readLock, requireLock } from '../locks/lock-store.ts'
import { foldersOfEither } from '../project/lock-folders.ts'
import { findRoot, inRepository } from '../project/project.ts'
import { compareLocks } from '../report/compare-locks.ts'
import { render, type Format } from '../report/index.ts'
import { LEAST_BYTES } from '../report/report.ts'
import { readTextFile } from '../world/files.ts'
import { openRevision, type Revision } from '../world/revision.ts'
import type { World } from '../world/world.ts'

export type DiffOptions = {
  readonly before: string
  /** Null for the lock on disk. */
  readonly after: string | null
  readonly recursive: boolean
  readonly exitCode: boolean
  readonly format: Format
  readonly maxBytes?: number
}

export async function diff(options: DiffOptions, world: World): Promise<number> {
  if (options.maxBytes !== undefined && options.format !== 'markdown')
    throw new LockError('USAGE', '--max-bytes goes with --format markdown')
  if (options.maxBytes !== undefined && options.maxBytes < LEAST_BYTES)
    throw new LockError('USAGE', `--max-bytes: expected at least ${LEAST_BYTES}, in which the summary has room, got ${options.maxBytes}`)
  const pairs = options.recursive ? await pairsBelow(options, world) : [await pairHere(options, world)]
  const compared = pairs.map(({ path, before, after }) => compareLocks(path, before, after))
  const exit = options.exitCode && compared.some(({ differs }) => differs) ? 1 : 0
  const notes = Object.fromEntries(compared.map(({ verdict, notes: ofLock }) => [verdict.path, ofLock]))
  const locks = compared.map(({ verdict }) => verdict)
  const context = {
    color: world.color,
    folder: await inRepository(options.recursive ? world.cwd : await findRoot(world)),
    lockText: (path: string) => formatLock(pairs.find((pair) => pair.path === path)?.after ?? EMPTY_LOCK),
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
  }
  world.stdout(await render(options.format, { command: 'diff', exit, locks, notes }, context))
  return exit
}

type Pair = { readonly path: string; readonly before: Lock; readonly after: Lock }

async function pairHere({ before, after }: DiffOptions, world: World): Promise<Pair> {
  if (world.global === true && after === null)
    throw new LockError('USAGE', "the user's own lock is in no repository; name two lock files to compare")
  const root = await findRoot(world)
  return {
    path: LOCK_FILE,
    before: await lockAt(before, root, world),
    after: after === null ? (await requireLock(root)).lock : await lockAt(after, root, world),
  }
}

/** Every lock that either side has; one that a side lacks is empty there. */
async function pairsBelow(options: DiffOptions, world: World): Promise<readonly Pair[]> {
  if (world.global === true) throw new LockError('USAGE', '--recursive looks at projects; leave out --global')
  const old = await openRevision(world.cwd, options.before, world)
  const now = options.after === null ? null : await openRevision(world.cwd, options.after, world)
  const pairs: Pair[] = []
  for (const folder of await foldersOfEither(old, now, world)) {
    const path = posix.join(folder, LOCK_FILE)
    const present = async (): Promise<Lock> => (await readLock(join(world.cwd, folder)))?.lock ?? EMPTY_LOCK
    const [before, after] = await Promise.all([lockOf(old, path), now === null ? present() : lockOf(now, path)]).catch(naming(path))
    pairs.push({ path, before, after })
  }
  return pairs
}

/** Of many locks the message says which one. */
function naming(path: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof LockError ? new LockError(error.code, `${path}: ${error.message}`, { cause: error }) : error
  }
}

/**
 * A git revision, or a file. What could be both is a revision only without a file of that name beside
 * it, for a file that is called like a branch must not stand in for it unseen.
 */
async function lockAt(word: string, root: string, world: World): Promise<Lock> {
  const text = await readTextFile(resolve(world.cwd, word), MAX_LOCK_LENGTH)
  if (/[\\/]|\.lock$/.test(word) && text !== null) return parseLock(text)
  const lock = await lockAtRevision(word, root, world).catch((error: unknown) => {
    if (text === null || !(error instanceof LockError) || error.code !== 'REVISION_UNKNOWN') throw error
    return null
  })
  if (lock === null) return parseLock(text ?? '')
  if (text !== null) throw new LockError('USAGE', `\`${word}\` is a git revision and a file; write \`./${word}\` for the file`)
  return lock
}

/** A revision that has no lock yet is an empty one; what is no revision is an error. */
async function lockAtRevision(revision: string, root: string, world: World): Promise<Lock> {
  return lockOf(await openRevision(root, revision, world), LOCK_FILE)
}

async function lockOf(revision: Revision, path: string): Promise<Lock> {
  const text = await revision.read(path)
  return text === null ? EMPTY_LOCK : parseLock(text)
}
