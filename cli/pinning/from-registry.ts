/** Taking source and surface of a server from the registry: what was approved there is resolved as it is, and must be what the server declares. */
import { artifactOf, withVersion } from '../../core/launch/artifact.ts'
import { LockError } from '../../core/codes/errors.ts'
import { isRemote } from '../../core/launch/launch.ts'
import type { Source } from '../../core/launch/source.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { closureManifest } from '../../core/packages/closure.ts'
import { comparePin, compareSource, type Manifest, type PortableSource } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'
import { adHocServer, type Configured } from '../clients/configured.ts'
import type { Registry } from '../registry/open-registry.ts'
import { chooseVersion, parseWanted } from '../registry/choose-version.ts'
import { hashLaunchFiles } from '../starting/pinned-files.ts'
import { resolveSource, type Resolved } from '../starting/resolve-source.ts'
import { SOURCES } from '../sources/index.ts'
import type { ClosureFiles, ResolveContext } from '../sources/source-kind.ts'
import type { Outcome, Planned } from './pin-servers.ts'

export type Taken = {
  readonly manifest: Manifest
  /** The text of its closure; null where it names none. */
  readonly closure: string | null
  readonly registry: NonNullable<Pin['registry']>
  /** People whose approval counts. */
  readonly approvedBy: readonly string[]
}

/** @param words `NAME` or `NAME@RANGE` @throws LockError with the code of what keeps it from being used */
export async function takeVersion(words: string, registry: Registry): Promise<Taken> {
  const { name, version, manifest, proof, state } = await chooseVersion(parseWanted(words), registry)
  if (manifest === null || proof === null) throw new Error('a version that may be used has a manifest and a proof')
  const digest = 'package' in manifest.source ? manifest.source.package.closure : undefined
  return {
    manifest,
    closure: digest === undefined ? null : await registry.api.closure(digest),
    registry: { name, version, proof },
    approvedBy: (state?.approvals ?? []).map(({ person }) => person),
  }
}

/** `com.acme/notes@1.2.0, approved by alice and bob`. */
export function wordTaken({ registry: { name, version }, approvedBy }: Taken): string {
  const by = approvedBy.length === 0 ? 'without an approval, as the policy asks for none' : `approved by ${approvedBy.join(' and ')}`
  return displaySafe(`${name}@${version}, ${by}`, 500)
}

/** A server that no config names, started as its kind usually is. */
export function serverFor(name: string, source: PortableSource): Configured {
  if ('remote' in source) return adHocServer(name, null, source.remote.url)
  if ('image' in source) return adHocServer(name, ['docker', 'run', '-i', '--rm', `${source.image.name}@${source.image.digest}`], null)
  const { type, name: own, version } = source.package
  return adHocServer(name, type === 'npm' ? ['npx', '-y', `${own}@${version}`] : ['uvx', `${own}==${version}`], null)
}

/** @throws LockError `REGISTRY_SOURCE_DIFFERS`, where the config names another server; `CLOSURE_ALTERED` */
export async function planTaken(server: Configured, before: Pin | undefined, taken: Taken, context: ResolveContext): Promise<Planned> {
  return { server, before, resolved: await resolveTaken(server, taken, context), isNew: true, change: null }
}

async function resolveTaken(server: Configured, { manifest: { source }, closure }: Taken, context: ResolveContext): Promise<Resolved> {
  const { launch } = server
  const differs = (what: string): LockError =>
    new LockError('REGISTRY_SOURCE_DIFFERS', `the config of \`${server.name}\` does not start ${what}`)
  if ('remote' in source) {
    if (!isRemote(launch) || launch.url !== source.remote.url) throw differs(`\`${source.remote.url}\``)
    return resolveSource(server, undefined, context)
  }
  const [type, name, version] =
    'image' in source
      ? (['image', source.image.name, source.image.digest] as const)
      : [source.package.type, source.package.name, source.package.version]
  const artifact = artifactOf(launch)
  if (isRemote(launch) || artifact === null || artifact.type !== type || artifact.name !== name) throw differs(`the ${type} \`${name}\``)
  if (closure === null && 'package' in source) {
    const resolved = await resolveSource(server, undefined, context, version)
    // Before it is started, let alone installed.
    if (compareSource({ ...resolved.source, transport: 'stdio' }, { source }).length > 0)
      throw new LockError('REGISTRY_SOURCE_DIFFERS', `\`${name}@${version}\` is not the ${type} package that was approved`)
    return resolved
  }
  const files = filesOf(source, closure)
  const pinned = source as Pick<Source, 'package' | 'image'> // a lock's own, but for members that a manifest may lack
  if (!SOURCES[type].matches(pinned, files))
    throw new LockError('CLOSURE_ALTERED', `the registry's closure is not one of \`${name}@${version}\``)
  const local = await hashLaunchFiles(context.workspace, launch, context.platform)
  return {
    source: { ...local, launch: withVersion(launch, artifact, version), ...pinned },
    closure: files,
    size: SOURCES[type].sizeOf(files),
    fresh: true,
  }
}

function filesOf(source: PortableSource, closure: string | null): ClosureFiles | null {
  if (closure === null || !('package' in source)) return null
  const { type, name, version } = source.package
  const [first = '', second] = SOURCES[type].files
  return second === undefined ? { [first]: closure } : { [first]: closureManifest(name, version), [second]: closure }
}

/** A pin of exactly what was approved, with its proof; anything else is a failure. */
export function asTaken(outcome: Outcome, { manifest, registry }: Taken): Outcome {
  if (outcome.kind !== 'pinned') return outcome
  const [finding] = comparePin(outcome.pin, manifest)
  if (finding === undefined) return { ...outcome, pin: { ...outcome.pin, registry } }
  const what = finding.code === 'REGISTRY_SURFACE_DIFFERS' ? 'what the server declares' : 'what is started'
  return {
    kind: 'failed',
    error: new LockError(finding.code, `${what} is not what was approved as \`${registry.name}@${registry.version}\``),
  }
}
