/** Which version `update` moves a pin to, and what that resolves to. Only registries are asked. */
import { artifactOf, compareVersions, floats, pinnedArtifact, type Artifact } from '../../core/launch/artifact.ts'
import { LockError } from '../../core/codes/errors.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { oldEnough } from '../../core/packages/outdated.ts'
import { checkAges, wordTooNew, type ReleaseLimit } from '../../core/packages/release-age.ts'
import { chooseRelease, type Release } from '../../core/packages/releases.ts'
import { displaySafe } from '../../core/text.ts'
import type { Configured } from '../clients/configured.ts'
import { changeOf, refuseSecret, type Planned } from './pin-servers.ts'
import { integrityOf, resolveSource } from '../starting/resolve-source.ts'
import { SOURCES } from '../sources/index.ts'
import type { ResolveContext } from '../sources/source-kind.ts'

/** A pin that is to move, to what a range, tag or version of the command line names; null for what the config or `latest` names. */
export type Wish = { readonly server: Configured; readonly pin: Pin; readonly range: string | null }

/** `why` says what keeps it from the newest, where something does. */
export type UpdatePlan =
  | { readonly kind: 'moves'; readonly plan: Planned; readonly why: string | null }
  | { readonly kind: 'stays'; readonly name: string; readonly version: string; readonly why: string | null }

/**
 * Resolves the wished version anew, with its whole closure; of the same version too, whose dependencies
 * may have newer ones.
 * @throws LockError `REGISTRY_UNREACHABLE`, `PACKAGE_*`, `RELEASE_*`, `DOWNGRADE_REFUSED`, `LAUNCH_CHANGED`, `CLOSURE_ALTERED`
 */
export async function planUpdate({ server, pin, range }: Wish, context: ResolveContext): Promise<UpdatePlan> {
  const pinned = pinnedArtifact(pin.source)
  const artifact = artifactOf(server.launch)
  if (pinned === null || artifact?.type !== pinned.type || artifact.name !== pinned.name)
    throw new LockError('LAUNCH_CHANGED', 'the client config starts another package than the pinned one')
  refuseSecret(server, pin, false)
  const { version, why } = await chooseVersion({ ...artifact, range: range ?? ownRange(artifact) }, pinned.version, range !== null, context)
  const stays = { kind: 'stays', name: server.name, version: pinned.version, why } as const
  if (version === null) return stays
  const resolved = await resolveSource(server, undefined, context, version)
  const isSame = pinnedArtifact(resolved.source)?.version === pinned.version
  if (isSame && integrityOf(pin.source) !== integrityOf(resolved.source))
    throw new LockError('CLOSURE_ALTERED', `\`${pinned.name}@${version}\` has another integrity in the registry than in the lock`)
  if (isSame && pin.source.package?.closure === resolved.source.package?.closure) return stays
  const change = await changeOf(server.name, pin, resolved, context.root)
  // A pin without a surface stays one: nothing of it starts.
  return { kind: 'moves', why, plan: { server, before: pin, resolved, isNew: pin.surface !== null, change } }
}

/** What the config names, where it leaves something open; else `latest`. */
function ownRange(artifact: Artifact): string {
  return floats(artifact) ? artifact.range : ''
}

/** The version to resolve; null where the pinned one is kept as it stands. */
async function chooseVersion(
  artifact: Artifact,
  pinned: string,
  isAsked: boolean,
  context: ResolveContext,
): Promise<{ readonly version: string | null; readonly why: string | null }> {
  const { type, name, range } = artifact
  const { releases, limit } = await SOURCES[type].releases(artifact, pinned, context)
  const isOld = oldEnough(limit, context.limit !== null)
  const isExact = !floats(artifact)
  const { release, tooNew } = isExact ? exactly(releases.all, range, isOld) : chooseRelease(releases, artifact, isOld)
  const asked = `\`${displaySafe(range || 'latest', 100)}\``
  if (release === null && tooNew === null && (isAsked || releases.all.length === 0))
    throw new LockError('PACKAGE_NOT_FOUND', `\`${name}\` has no release that ${asked} names`)
  const isOlder = release !== null && compareVersions(type, release.version, pinned) < 0
  if (isAsked && (release === null || isOlder) && tooNew !== null && limit !== null) checkAges([{ name, ...tooNew }], limit, context.now)
  if (isAsked && isOlder && !isExact)
    throw new LockError('DOWNGRADE_REFUSED', `${asked} leads to ${release.version}, older than the pinned ${pinned}`)
  const why = waiting(tooNew, pinned, type, limit, context.now)
  if (release !== null && (!isOlder || isExact)) return { version: release.version, why }
  const held = releases.all.find(({ version }) => version === pinned)
  const behind = isOlder ? `${asked} leads to ${release.version}, which is older` : null
  return { version: held !== undefined && isOld(held) ? pinned : null, why: why ?? behind }
}

function exactly(all: readonly Release[], version: string, isOld: (release: Release) => boolean) {
  const release = all.find((one) => one.version === version) ?? null
  return release === null || isOld(release) ? { release, tooNew: null } : { release: null, tooNew: release }
}

/** What is said of a newer release that is too new. */
function waiting(release: Release | null, pinned: string, type: Artifact['type'], limit: ReleaseLimit | null, now: number): string | null {
  if (release === null || limit === null || compareVersions(type, release.version, pinned) <= 0) return null
  return `${release.version} is too new: ${release.published === null ? 'the registry does not say when it was published' : wordTooNew(release.published, limit, now)}`
}
