/** From what a config says to what is pinned of it: package, version, closure, files. */
import { allows, artifactOf, pinnedArtifact, whyUnreadable, withVersion, type Artifact } from '../../core/launch/artifact.ts'
import { sameLaunch } from '../../core/compare/check-launch.ts'
import { LockError } from '../../core/codes/errors.ts'
import { isRemote, type Launch } from '../../core/launch/launch.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import type { Pinned, Source } from '../../core/launch/source.ts'
import type { Configured } from '../clients/configured.ts'
import { readClosureFiles } from '../locks/closure-store.ts'
import { hashLaunchFiles, type LocalFiles } from './pinned-files.ts'
import { SOURCES } from '../sources/index.ts'
import type { ClosureFiles, Resolution, ResolveContext } from '../sources/source-kind.ts'

export type Resolved = {
  readonly source: Omit<Source, 'transport'>
  readonly closure: ClosureFiles | null
  /** Packages in the closure, itself included. */
  readonly size: number
  /** Whether it was resolved now, not taken from the lock and what stands beside it. */
  readonly fresh: boolean
}

/**
 * What a launch stands for. A version that is already pinned, and that the config allows, never moves.
 * To move one, call it without `pinned`, and with `range` where the config's own is not what is wanted.
 * @throws LockError `LAUNCH_UNREADABLE`, `REGISTRY_UNREACHABLE`, `PACKAGE_*`, `RELEASE_*`, `CLOSURE_ALTERED`
 */
export async function resolveSource(
  server: Configured,
  pinned: Pin | undefined,
  context: ResolveContext,
  range?: string,
): Promise<Resolved> {
  const { launch } = server
  if (pinned === undefined && server.entries.some(({ wrapper }) => wrapper?.bare === true))
    throw new LockError('LAUNCH_UNREADABLE', 'it starts the pin of this name, which the lock does not have; pin it with `-- command args`')
  const unreadable = server.launches.map(whyUnreadable).find((why) => why !== null)
  if (unreadable !== undefined) throw new LockError('LAUNCH_UNREADABLE', unreadable)
  const local = await hashLaunchFiles(context.workspace, launch, context.platform)
  const named = artifactOf(launch)
  if (named === null || isRemote(launch))
    return { source: { ...local, ...nativeOf(pinned, launch, local), launch }, closure: null, size: 0, fresh: false }
  const artifact = range === undefined ? named : { ...named, range }
  const { fresh, ...found } = await resolveArtifact(server.name, artifact, pinned?.source, context)
  const source = { ...local, launch: withVersion(launch, artifact, found.version), ...found.pinned }
  return { source, closure: found.closure, size: found.size, fresh }
}

/** What is pinned for other platforms stays, unless what is pinned for this one was replaced: then it is another program. */
function nativeOf(pinned: Pin | undefined, launch: Launch, { native }: LocalFiles): Pick<Source, 'native'> {
  const before = pinned !== undefined && sameLaunch(pinned.source.launch, launch) ? pinned.source.native : undefined
  if (native === undefined || before === undefined) return {}
  const isReplaced = Object.entries(native).some(([platform, hash]) => Object.hasOwn(before, platform) && before[platform] !== hash)
  return isReplaced ? {} : { native: { ...before, ...native } }
}

async function resolveArtifact(
  server: string,
  artifact: Artifact,
  source: Source | undefined,
  context: ResolveContext,
): Promise<Resolution & { readonly fresh: boolean }> {
  const kind = SOURCES[artifact.type]
  const pinned = source === undefined ? null : pinnedArtifact(source)
  const before = source === undefined ? null : artifactOf(source.launch)
  // Another tag of an image is a wish for another version, other extras are one for other packages beside the same.
  const isOther = before?.extras !== artifact.extras || JSON.stringify(before.options) !== JSON.stringify(artifact.options)
  const isElsewhere = artifact.type === 'image' && before?.extras !== artifact.extras
  const isPinned = pinned?.type === artifact.type && pinned.name === artifact.name && allows(artifact, pinned.version)
  if (source === undefined || pinned === null || !isPinned || isElsewhere) {
    return { ...(await kind.resolve(artifact, context)), fresh: true }
  }
  const closure = await readClosureFiles(context.root, server, source)
  if (kind.matches(source, closure) && (artifact.type !== 'pypi' || !isOther)) {
    return { pinned: pinnedOf(source), version: pinned.version, closure, size: kind.sizeOf(closure), fresh: false }
  }
  const again = await kind.resolve({ ...artifact, range: pinned.version }, context)
  if (integrityOf(again.pinned) !== integrityOf(source)) {
    throw new LockError('CLOSURE_ALTERED', `\`${pinned.name}@${pinned.version}\` has another integrity in the registry than in the lock`)
  }
  return { ...again, fresh: true }
}

/** Of a kind whose versions have one file each. */
export function integrityOf({ package: pinned }: Pinned): string | undefined {
  return pinned?.type === 'npm' ? pinned.integrity : undefined
}

function pinnedOf({ package: pinned, image }: Pinned): Pinned {
  return { ...(pinned === undefined ? {} : { package: pinned }), ...(image === undefined ? {} : { image }) }
}
