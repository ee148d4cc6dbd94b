/** Whether there is a newer release than the pinned one, and what is to be known about both. */
import { compareVersions, floats, type Artifact } from '../launch/artifact.ts'
import { formatTime, type ReleaseLimit } from './release-age.ts'
import { chooseRelease, type Release, type Releases } from './releases.ts'

export type Standing = {
  readonly pinned: string
  /** The newest that the client config allows; the pinned one where it names no other. */
  readonly wanted: string
  /** The newest that `latest` allows; the pinned one where that is newer still. */
  readonly newest: string
  readonly outdated: boolean
  /** A release that would be the newest if it were not too new. */
  readonly tooNew?: { readonly version: string; readonly published: string | null; readonly allowed: string | null; readonly by: string }
  /** What the author of the pinned release says against it. */
  readonly deprecated?: string
  /** The registry does not have the pinned release any more. */
  readonly missing?: true
}

/** Whether a release is old enough; `strict` where one without a date is not. */
export function oldEnough(limit: ReleaseLimit | null, strict: boolean): (release: Release) => boolean {
  return ({ published }) => limit === null || (published === null ? !strict : published <= limit.cutoff)
}

export function standing(
  { type, range }: Pick<Artifact, 'type' | 'range'>,
  pinned: string,
  releases: Releases,
  limit: ReleaseLimit | null,
  strict: boolean,
): Standing {
  const isOld = oldEnough(limit, strict)
  const isNewer = (version: string): boolean => compareVersions(type, version, pinned) > 0
  const ahead = (choice: Release | null): string => (choice !== null && isNewer(choice.version) ? choice.version : pinned)
  const latest = chooseRelease(releases, { type, range: '' }, isOld)
  const own = floats({ type, range }) ? chooseRelease(releases, { type, range }, isOld) : { release: null, tooNew: null }
  const [wanted, newest] = [ahead(own.release), ahead(latest.release)]
  const held = releases.all.find(({ version }) => version === pinned)
  const tooNew = [latest.tooNew, own.tooNew].find((release) => release !== null && isNewer(release.version))
  return {
    pinned,
    wanted,
    newest,
    outdated: wanted !== pinned || newest !== pinned,
    ...(tooNew === null || tooNew === undefined || limit === null ? {} : { tooNew: waiting(tooNew, limit) }),
    ...(held?.deprecated === undefined || held.deprecated === null ? {} : { deprecated: held.deprecated }),
    ...(held === undefined ? { missing: true } : {}),
  }
}

function waiting({ version, published }: Release, { age, by }: ReleaseLimit): NonNullable<Standing['tooNew']> {
  return {
    version,
    published: published === null ? null : formatTime(published),
    allowed: published === null || age === null ? null : formatTime(published + age),
    by,
  }
}
