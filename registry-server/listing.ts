/** What a batch changes in the list of servers and versions. */
import type { Publication } from '../core/registry/history.ts'
import { nameKey } from '../core/registry/index.ts'
import { digestsOf, type DigestRow, type NewVersion } from './rows.ts'
import type { Write } from './store.ts'
import { isNewer } from './versions.ts'

export type Listing = {
  readonly versions: readonly NewVersion[]
  readonly digests: readonly (DigestRow & Pick<NewVersion, 'nameKey' | 'name' | 'version'>)[]
  /** Names with another latest version than before. */
  readonly latest: readonly Change[]
  /** What control statements are about: all versions of a name, or one. */
  readonly touched: readonly (Omit<Change, 'version'> & { readonly version: string | null })[]
}

type Change = { readonly nameKey: string; readonly version: string; readonly received: number }

/** @param before the publications of a name before the batch */
export function listVersions(
  written: readonly { readonly write: Write; readonly idx: number }[],
  before: (name: string) => readonly Pick<Publication, 'statement'>[],
): Listing {
  const names = new Map<string, Versions>()
  const versions: NewVersion[] = []
  const digests: Listing['digests'][number][] = []
  const latest = new Map<string, Change>()
  const touched: Listing['touched'][number][] = []
  for (const { write, idx } of written) {
    const { record, manifest, received } = write
    if (record.name === undefined) continue
    const key = nameKey(record.name)
    if (manifest === null) {
      touched.push({ nameKey: key, version: record.version ?? null, received })
      continue
    }
    const { name, version } = manifest.document
    const all = names.get(key) ?? versionsOf(before(key))
    names.set(key, all)
    // The same by another signer is listed already.
    if (all.known.has(version)) continue
    all.known.add(version)
    const digest = record.manifest ?? ''
    versions.push({ idx, nameKey: key, version, name, manifest: digest, metadata: JSON.stringify(manifest.metadata), received })
    digests.push(...digestsOf(manifest.document).map((row) => ({ ...row, nameKey: key, name, version })))
    if (all.latest !== null && !isNewer(version, all.latest)) continue
    all.latest = version
    latest.set(key, { nameKey: key, version, received })
  }
  return { versions, digests, latest: [...latest.values()], touched }
}

type Versions = { readonly known: Set<string>; latest: string | null }

function versionsOf(before: readonly Pick<Publication, 'statement'>[]): Versions {
  const known = new Set(before.map(({ statement }) => statement.predicate.version))
  let latest: string | null = null
  for (const version of known) if (latest === null || isNewer(version, latest)) latest = version
  return { known, latest }
}
