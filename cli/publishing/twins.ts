/** What has the same definitions as something that is revoked, and is not revoked with it. */
import { LockError } from '../../core/codes/errors.ts'
import { covers, digestOf, nameKey, type History, type Target } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'
import type { Desk } from './desk.ts'

/** Surfaces that are asked about: a name has more only by way of exception. */
const MOST = 50

/** A line for each. What cannot be looked up keeps nobody from revoking. */
export async function twinLines(target: Target, { publications }: History, { api }: Desk): Promise<string[]> {
  const meant = publications
    .map(({ statement }) => ({ ...statement.predicate, digest: digestOf(statement) }))
    .filter((version) => covers(target, version))
  const key = (one: { readonly name: string; readonly version: string }): string => `${nameKey(one.name)}@${one.version}`
  const own = new Set(meant.map(key))
  const asked = [...new Set(meant.map(({ surfaceDigest }) => surfaceDigest))].slice(0, MOST)
  try {
    const found = (await Promise.all(asked.map((digest) => api.matches(digest)))).flat()
    const twins = found.filter((one) => one.kind === 'surface' && !own.has(key(one)))
    const lines = twins.map(
      ({ name, version }) => `${displaySafe(`${name}@${version}`, 500)} has the same definitions, and is not revoked by this`,
    )
    return [...new Set(lines)]
  } catch (error) {
    if (!(error instanceof LockError) || error.code === 'INTERRUPTED') throw error
    return ['what else has the same definitions could not be looked up']
  }
}
