/** What a registry has of one package, and which release of it an upgrade takes. */
import { compareVersions, tagOf, offers, type Artifact } from '../launch/artifact.ts'

export type Release = {
  readonly version: string
  /** Milliseconds of the epoch; null where the registry does not say. */
  readonly published: number | null
  /** What its author says, where it should not be used any more. */
  readonly deprecated: string | null
}

export type Releases = {
  readonly all: readonly Release[]
  /** Versions by name, `latest` among them. */
  readonly tags: { readonly [tag: string]: string }
}

export type Choice = {
  /** The newest that the range allows, and that is old enough; null where there is none. */
  readonly release: Release | null
  /** The one that would be taken if it were not too new. */
  readonly tooNew: Release | null
}

/**
 * As npm chooses: a tag's own release, or the newest below it; of a range the `latest` if it is one of
 * them, else the newest; one that is deprecated only where nothing else is left; no prerelease that the
 * range or tag does not name.
 */
export function chooseRelease(
  { all, tags }: Releases,
  artifact: Pick<Artifact, 'type' | 'range'>,
  isOldEnough: (release: Release) => boolean,
): Choice {
  const tag = tagOf(artifact)
  const named = tag === null ? undefined : all.find(({ version }) => Object.hasOwn(tags, tag) && version === tags[tag])
  if (tag !== null && named === undefined) return { release: null, tooNew: null }
  const compare = (a: Release, b: Release): number => compareVersions(artifact.type, a.version, b.version)
  const range = tag === null ? artifact : { ...artifact, range: '*' }
  const offered = all.filter(
    (release) => release === named || (offers(range, release.version) && (named === undefined || compare(release, named) < 0)),
  )
  const first = named ?? offered.find(({ version, deprecated }) => version === tags['latest'] && deprecated === null)
  const newest = (some: readonly Release[]): Release | null => {
    if (first !== undefined && some.includes(first)) return first
    const usable = some.filter(({ deprecated }) => deprecated === null)
    return (usable.length > 0 ? usable : some).toSorted(compare).at(-1) ?? null
  }
  const [wanted, release] = [newest(offered), newest(offered.filter(isOldEnough))]
  return { release, tooNew: wanted === release ? null : wanted }
}
