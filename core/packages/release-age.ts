/** How long a release must have been public before it is taken, and how that is written. */
import { LockError } from '../codes/errors.ts'
import { atMost } from '../text.ts'

/** `minimumReleaseAge` of the policy: a whole number and its unit, `3 days`. */
export const AGE = /^(0|[1-9]\d{0,5}) (minute|hour|day|week)s?$/

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const

/** Milliseconds of a text that `AGE` matches. */
export function parseAge(text: string): number {
  const [, count = '', unit = ''] = AGE.exec(text) ?? []
  for (const [name, length] of Object.entries(UNITS)) if (name === unit) return Number(count) * length
  throw new Error(`no age: ${text}`)
}

/** In the largest unit of which there are two or more: `3 days`, `47 hours`. */
export function formatAge(milliseconds: number): string {
  const past = Math.max(0, milliseconds)
  const [unit, length] = (['day', 'hour'] as const).map((name) => [name, UNITS[name]] as const).find(([, size]) => past >= 2 * size) ?? [
    'minute',
    UNITS.minute,
  ]
  const count = Math.floor(past / length)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** The youngest that a release may be: published at `cutoff` or before, in milliseconds of the epoch. */
export type ReleaseLimit = {
  readonly cutoff: number
  /** Milliseconds; null where a date was named, which no waiting reaches. */
  readonly age: number | null
  /** Who wants it, for a reader. */
  readonly by: string
}

/** The strictest of several limits. */
export function strictest(limits: readonly (ReleaseLimit | null)[]): ReleaseLimit | null {
  return limits.reduce((least, limit) => (least === null || (limit !== null && limit.cutoff < least.cutoff) ? limit : least), null)
}

/** `published 3 hours ago, allowed from 2026-11-29T10:00:00Z (minimumReleaseAge)`; `published` in milliseconds of the epoch. */
export function wordTooNew(published: number, limit: ReleaseLimit, now: number): string {
  const allowed = limit.age === null ? `not allowed` : `allowed from ${formatTime(published + limit.age)}`
  return `published ${formatAge(now - published)} ago, ${allowed} (${limit.by})`
}

/** To the second, rounded up, so that at that time it holds. */
export function formatTime(milliseconds: number): string {
  const date = new Date(Math.ceil(milliseconds / 1_000) * 1_000)
  return Number.isNaN(date.getTime()) ? 'never' : `${date.toISOString().slice(0, 19)}Z`
}

/** A release of a closure, with the time of its publication where the registry says it. */
export type Dated = { readonly name: string; readonly version: string; readonly published: number | null }

/**
 * Refuses a closure of which a release is too new, or has no date.
 * @throws LockError `RELEASE_TOO_NEW`, `RELEASE_UNDATED`
 */
export function checkAges(releases: readonly Dated[], limit: ReleaseLimit, now: number): void {
  const undated = releases.filter(({ published }) => published === null)
  const tooNew = releases.filter(({ published }) => published !== null && published > limit.cutoff)
  const list = (some: readonly Dated[], word: (release: Dated) => string): string => atMost(3, some.map(word)).join('; ')
  if (tooNew.length > 0)
    throw new LockError(
      'RELEASE_TOO_NEW',
      list(tooNew, ({ name, version, published }) => `\`${name}@${version}\` was ${wordTooNew(published ?? now, limit, now)}`),
    )
  if (undated.length > 0)
    throw new LockError(
      'RELEASE_UNDATED',
      `the registry does not say when ${list(undated, ({ name, version }) => `\`${name}@${version}\``)} was published`,
    )
}
