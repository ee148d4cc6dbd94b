/** What an index has of one Python package, asked by the machine's own uv or pip, which do not list it: the releases that they would choose. */
import type { Artifact } from '../../../core/launch/artifact.ts'
import type { Release } from '../../../core/packages/releases.ts'
import type { Available, ResolveContext } from '../source-kind.ts'
import { newestVersion } from './resolve.ts'

/**
 * The pinned release, if the index still has it, the newest that the launch allows, and the newest; both also
 * of those that are too new. A date is known only as far as the limit goes.
 * @throws LockError `TOOL_MISSING`, `REGISTRY_UNREACHABLE`, `RELEASE_UNDATED`
 */
export async function releasesOf(artifact: Artifact, pinned: string, context: ResolveContext): Promise<Available> {
  const free = { ...context, limit: null }
  const ask = (range: string, within: ResolveContext): Promise<string | null> => newestVersion({ ...artifact, range }, within)
  const ranges = new Set([artifact.range, ''])
  const [held, ...found] = await Promise.all([ask(pinned, free), ...[...ranges].map((range) => ask(range, context))])
  const others = context.limit === null ? [] : await Promise.all([...ranges].map((range) => ask(range, free)))
  const dated = new Map<string, Release>()
  const add = (version: string | null | undefined, published: number | null): void => {
    if (version !== null && version !== undefined && !dated.has(version)) dated.set(version, { version, published, deprecated: null })
  }
  const cutoff = context.limit?.cutoff ?? null
  for (const version of found) add(version, cutoff)
  add(held, cutoff)
  for (const version of others) add(version, null)
  const latest = others.at(-1) ?? found.at(-1)
  return { releases: { all: [...dated.values()], tags: latest === null || latest === undefined ? {} : { latest } }, limit: context.limit }
}
