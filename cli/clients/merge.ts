/** One server in several clients: the same launch is one server, different launches are a conflict. */
import { allows, artifactOf, floats, withVersion, type Artifact } from '../../core/launch/artifact.ts'
import { byCodeUnit, canonicalize } from '../../core/json/digest.ts'
import type { Json } from '../../core/json/json.ts'
import { isRemote, type Launch } from '../../core/launch/launch.ts'
import type { Transport } from '../../core/launch/source.ts'
import type { ServerEntry, Start } from './dialects/entry.ts'

export type MergedServer = {
  readonly name: string
  readonly entries: readonly [ServerEntry, ...ServerEntry[]]
  /** The one launch of all entries: of package versions the most exact that one of them names. */
  readonly launch: Launch
  /** Each launch that an entry has, once; they differ in nothing but the package's version. */
  readonly launches: readonly Launch[]
  readonly transport: Transport | null
  /** Names of variables and headers to which the clients give different templates. */
  readonly differing: readonly string[]
}

export type Merged = {
  readonly servers: ReadonlyMap<string, MergedServer>
  readonly conflicts: ReadonlyMap<string, readonly ServerEntry[]>
}

export function mergeEntries(entries: readonly ServerEntry[]): Merged {
  const servers = new Map<string, MergedServer>()
  const conflicts = new Map<string, readonly ServerEntry[]>()
  for (const [name, [first, ...others]] of groupByName(entries)) {
    const all = [first, ...others] as const
    const launches = distinct(all.map(({ launch }) => launch))
    const launch = agreedLaunch(launches)
    const transports = new Set(all.map(({ transport }) => transport).filter((transport) => transport !== null))
    if (launch === null || transports.size > 1) conflicts.set(name, all)
    else servers.set(name, { name, entries: all, launch, launches, transport: [...transports][0] ?? null, differing: differingNames(all) })
  }
  return { servers, conflicts }
}

function groupByName(entries: readonly ServerEntry[]): Map<string, [ServerEntry, ...ServerEntry[]]> {
  const groups = new Map<string, [ServerEntry, ...ServerEntry[]]>()
  for (const entry of entries) {
    const group = groups.get(entry.name)
    if (group === undefined) groups.set(entry.name, [entry])
    else group.push(entry)
  }
  return groups
}

/** The launch that all of them stand for, or null. Of what a registry has, an exact version that all others allow. */
function agreedLaunch(launches: readonly Launch[]): Launch | null {
  const [first, ...others] = launches
  if (first === undefined || others.length === 0) return first ?? null
  const all = launches.map((launch) => ({ launch, artifact: artifactOf(launch) }))
  if (distinct(all.map(({ launch, artifact }) => unversioned(launch, artifact))).length > 1) return null
  const named = all.filter(({ artifact }) => artifact !== null && artifact.range !== '' && artifact.range !== 'latest')
  const chosen = named.find(({ artifact }) => artifact !== null && !floats(artifact)) ?? named[0] ?? all[0]
  if (chosen === undefined || chosen.artifact === null) return null
  const { range } = chosen.artifact
  const agree = named.every(
    ({ artifact }) =>
      artifact !== null && (artifact.range === range || (floats(artifact) && !floats({ ...artifact, range }) && allows(artifact, range))),
  )
  return agree ? chosen.launch : null
}

function unversioned(launch: Launch, artifact: Artifact | null): Launch {
  return artifact === null || isRemote(launch) ? launch : withVersion(launch, artifact, '*')
}

function distinct(launches: readonly Launch[]): Launch[] {
  return [...new Map(launches.map((launch) => [canonicalize(launch as unknown as Json), launch])).values()]
}

function differingNames(entries: readonly ServerEntry[]): string[] {
  const seen = new Map<string, string>()
  const differing = new Set<string>()
  for (const { start } of entries) {
    for (const [name, template] of valuesOf(start)) {
      const before = seen.get(name)
      if (before !== undefined && before !== template) differing.add(name)
      seen.set(name, template)
    }
  }
  return [...differing].sort(byCodeUnit)
}

function valuesOf(start: Start): [string, string][] {
  if (start.kind === 'program') return Object.entries(start.env)
  return Object.entries(start.headers).map(([name, template]) => [name.toLowerCase(), template])
}
