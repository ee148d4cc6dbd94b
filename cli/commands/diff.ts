/** `mcp-lock diff`: two locks, from disk or from git, as what the model would read. */
import { resolve } from 'node:path'
import { diffPin, diffSurface, NOTHING } from '../../core/compare/diff.ts'
import { LockError } from '../../core/codes/errors.ts'
import { own } from '../../core/json/json.ts'
import type { Finding, LockVerdict, ServerVerdict } from '../../core/compare/finding.ts'
import { formatLock, MAX_LOCK_LENGTH, parseLock, EMPTY_LOCK, type Lock, type Pin } from '../../core/lock/lockfile.ts'
import { newRisks } from '../../core/surface/risky.ts'
import { judge } from '../../core/compare/upgrade.ts'
import { readTextFile } from '../world/files.ts'
import { openRevision } from '../world/git.ts'
import { LOCK_FILE, requireLock } from '../locks/lock-store.ts'
import { findRoot, inRepository } from '../project/project.ts'
import { judgementLines } from '../report/judgement.ts'
import { render, type Format } from '../report/index.ts'
import { LEAST_BYTES } from '../report/report.ts'
import type { World } from '../world/world.ts'

export type DiffOptions = {
  readonly before: string
  /** Null for the lock on disk. */
  readonly after: string | null
  readonly exitCode: boolean
  readonly format: Format
  readonly maxBytes?: number
}

export async function diff(options: DiffOptions, world: World): Promise<number> {
  if (options.maxBytes !== undefined && options.format !== 'markdown')
    throw new LockError('USAGE', '--max-bytes goes with --format markdown')
  if (options.maxBytes !== undefined && options.maxBytes < LEAST_BYTES)
    throw new LockError('USAGE', `--max-bytes: expected at least ${LEAST_BYTES}, in which the summary has room, got ${options.maxBytes}`)
  const root = await findRoot(world)
  const before = await lockAt(options.before, root, world)
  const after = options.after === null ? (await requireLock(root)).lock : await lockAt(options.after, root, world)
  const names = [...new Set([...Object.keys(before.servers), ...Object.keys(after.servers)])].sort()
  const servers: { [name: string]: ServerVerdict } = {}
  const notes: { [name: string]: readonly string[] } = {}
  for (const name of names) {
    const [old, now] = [own(before.servers, name), own(after.servers, name)]
    const findings = compare(old, now)
    servers[name] = { status: findings.length > 0 ? 'changed' : 'ok', findings }
    if (findings.length === 0) continue
    const judged = old === undefined ? ['a new server'] : now === undefined ? [] : judgementLines(judge(old, now, findings))
    notes[name] = [...judged, ...riskLines(newRisks(old?.surface ?? null, now?.surface ?? null))]
  }
  const verdict: LockVerdict = { path: LOCK_FILE, servers, findings: [], coverage: [] }
  const differs = Object.values(servers).some(({ findings }) => findings.length > 0)
  const exit = differs && options.exitCode ? 1 : 0
  const lockText = formatLock(after)
  const context = {
    color: world.color,
    folder: await inRepository(root),
    lockText: () => lockText,
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
  }
  world.stdout(await render(options.format, { command: 'diff', exit, locks: [verdict], notes: { [LOCK_FILE]: notes } }, context))
  return exit
}

const SHOWN = 5

function riskLines(risks: readonly string[]): string[] {
  const more = risks.length > SHOWN ? [`and ${risks.length - SHOWN} more: mcp-lock show --risky`] : []
  return [...risks.slice(0, SHOWN).map((risk) => `read first: ${risk}`), ...more]
}

function compare(before: Pin | undefined, after: Pin | undefined): Finding[] {
  if (after === undefined) return before === undefined ? [] : [{ code: 'PIN_REMOVED', subject: 'source' }]
  if (before !== undefined) return diffPin(before, after)
  return [
    { code: 'PIN_ADDED', subject: 'source', after: after.source },
    ...(after.surface === null ? [] : diffSurface(NOTHING, after.surface)),
  ]
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
  const text = await (await openRevision(root, revision, world)).read(LOCK_FILE)
  return text === null ? EMPTY_LOCK : parseLock(text)
}
