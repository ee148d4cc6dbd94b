/** A version in a registry, by its name and what is wanted of it: `com.acme/notes`, `com.acme/notes@^1.2`. */
import rcompare from 'semver/functions/rcompare.js'
import satisfies from 'semver/functions/satisfies.js'
import valid from 'semver/functions/valid.js'
import validRange from 'semver/ranges/valid.js'
import { LockError } from '../../core/codes/errors.ts'
import { NAME_PATTERN } from '../../core/registry/index.ts'
import { atMost, displaySafe } from '../../core/text.ts'
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

type Candidate = Listing & Judgement

/**
 * The newest version in the range that may be used here; no prerelease that the range does not name.
 * @throws LockError with the code of what keeps the newest one from it; `NOT_LISTED`
 */
export async function chooseVersion(wanted: Wanted, registry: Registry): Promise<Candidate> {
  const found = await newestOf(wanted, registry)
  const [finding] = found.findings
  if (finding === undefined) return found
  const { name, version } = found
  throw new LockError(finding.code, `\`${name}@${displaySafe(version, 128)}\`: ${finding.detail ?? ''}`)
}

/** The newest that may be used, else the newest, with what keeps it from being used. @throws LockError `NOT_LISTED` */
export async function newestOf({ name, range }: Wanted, registry: Registry): Promise<Candidate> {
  const listed = (await registry.api.versions(name)).toSorted(newestFirst)
  let newest: Candidate | null = null
  for (const { version } of listed.filter((one) => isIn(one.version, range)).slice(0, MAX_TRIED)) {
    const candidate = { name, version, ...(await judgeVersionOf({ name, version }, registry)) }
    if (candidate.findings.length === 0) return candidate
    newest ??= candidate
  }
  if (newest !== null) return newest
  const others = atMost(
    MAX_NAMED,
    listed.map(({ version }) => displaySafe(version, 128)),
  )
  const missing = range === null ? 'no version but prereleases' : `no version ${displaySafe(range, 100)}`
  throw new LockError('NOT_LISTED', `\`${name}\` has ${missing}: it has ${others.join(', ')}`)
}

/** As many are named where none fits. */
const MAX_NAMED = 8

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
export function newestFirst({ version: a }: Pick<Listing, 'version'>, { version: b }: Pick<Listing, 'version'>): number {
  const [isA, isB] = [valid(a) !== null, valid(b) !== null]
  return isA && isB ? rcompare(a, b) : Number(isB) - Number(isA)
}
