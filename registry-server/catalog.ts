/** The versions of a name as they stand now, by the registry's own policy. */
import { toHistory, versionsOf, type ManifestPredicate, type VersionState } from '../core/registry/index.ts'
import type { Registry } from './registry.ts'
import type { Listed } from './store.ts'
import { isNewer } from './versions.ts'

/** The first that holds. Who reads the list of servers sees `approved` and `deprecated` ones. */
export type Standing = 'revoked' | 'paused' | 'pending' | 'deprecated' | 'approved'

export type Version = {
  readonly listed: Listed
  readonly state: VersionState
  readonly standing: Standing
  /** The newest of those that are offered. */
  readonly isLatest: boolean
  /** As who published it first has proven it. */
  readonly repository: ManifestPredicate['repository']
}

export type Catalog = Pick<Registry, 'store' | 'policy' | 'clock'>

/** The newest publication first; none for a name that is not there. */
export async function versionsNamed({ store, policy: { rules }, clock }: Catalog, name: string): Promise<readonly Version[]> {
  const { size } = await store.head()
  const [listed, accepted] = await Promise.all([store.versions(name), store.logged(name)])
  const history = toHistory(
    size,
    accepted.filter(({ index }) => index < size),
  )
  const states = new Map(versionsOf(history, rules, clock()).map((state) => [state.digest, state]))
  const versions = listed.flatMap((one) => {
    const state = states.get(one.manifest)
    if (state === undefined) return []
    const repository = history.publications.find(({ index }) => index === state.index)?.statement.predicate.repository ?? null
    return [{ listed: one, state, standing: standingOf(state, rules.approvals), repository }]
  })
  const latest = newestOf(versions.filter(({ standing }) => isOffered(standing)).map(({ state }) => state.version))
  return versions.map((version) => ({ ...version, isLatest: version.state.version === latest }))
}

function standingOf({ revoked, paused, approvals, deprecated }: VersionState, needed: number): Standing {
  if (revoked !== null) return 'revoked'
  if (paused !== null) return 'paused'
  if (approvals.length < needed) return 'pending'
  return deprecated === null ? 'approved' : 'deprecated'
}

export function isOffered(standing: Standing): boolean {
  return standing === 'approved' || standing === 'deprecated'
}

function newestOf(versions: readonly string[]): string | null {
  return versions.reduce<string | null>((newest, version) => (newest === null || isNewer(version, newest) ? version : newest), null)
}
