/** A version in a registry, by its name and what is wanted of it: `com.acme/notes`, `com.acme/notes@^1.2`. */
import rcompare from 'semver/functions/rcompare.js'
import satisfies from 'semver/functions/satisfies.js'
import valid from 'semver/functions/valid.js'
import validRange from 'semver/ranges/valid.js'
import { LockError } from '../../core/codes/errors.ts'
import { NAME_PATTERN } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'
import { judgeServed, type Judgement } from './judge-served.ts'
import type { Registry } from './open-registry.ts'
import type { Listing } from './api.ts'

export type Wanted = {
  readonly name: string
  /** An exact version or a range of semver; null for the newest. */ readonly range: string | null
}

/** @throws LockError `USAGE` */
export function parseWanted(words: string): Wanted {
  const at = words.indexOf('@')
  const [name, range] = at < 0 ? [words, null] : [words.slice(0, at), words.slice(at + 1)]
  if (!NAME_PATTERN.test(name) || range === '')
    throw new LockError('USAGE', `expected NAME or NAME@RANGE, as in \`com.acme/notes@^1.2\`, got \`${displaySafe(words, 200)}\``)
  return { name, range }
}

/** More than anybody waits for. */
const MAX_TRIED = 16

/**
 * The newest version in the range that may be used here; no prerelease that the range does not name.
 * @throws LockError with the code of what keeps the newest one from it; `NOT_LISTED`
 */
export async function chooseVersion({ name, range }: Wanted, registry: Registry): Promise<Listing & Judgement> {
  const listed = await registry.api.versions(name)
  const fitting = listed.filter(({ version }) => isIn(version, range)).toSorted(newestFirst)
  let reason: LockError | null = null
  for (const { version } of fitting.slice(0, MAX_TRIED)) {
    const judgement = await judgeVersionOf({ name, version }, registry)
    const [finding] = judgement.findings
    if (finding === undefined) return { name, version, ...judgement }
    reason ??= new LockError(finding.code, `\`${name}@${displaySafe(version, 128)}\`: ${finding.detail ?? ''}`)
  }
  throw reason ?? new LockError('NOT_LISTED', `\`${name}\` has no version ${displaySafe(range ?? '', 100)}`)
}

/** One version, as the registry has it now. */
export async function judgeVersionOf(wanted: Listing, registry: Registry): Promise<Judgement> {
  const before = await registry.watch.read()
  return judgeServed(await registry.api.version(wanted.name, wanted.version), wanted, null, registry, before)
}

function isIn(version: string, range: string | null): boolean {
  if (version === range) return true
  if (valid(version) === null) return range === null
  return range === null ? satisfies(version, '*') : validRange(range) !== null && satisfies(version, range)
}

/** What is no version of semver comes last. */
function newestFirst({ version: a }: Listing, { version: b }: Listing): number {
  const [isA, isB] = [valid(a) !== null, valid(b) !== null]
  return isA && isB ? rcompare(a, b) : Number(isB) - Number(isA)
}
