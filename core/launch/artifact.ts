/** What a launch names in a registry, whichever kind of registry that is (docs/format.md §5.2). */
import { bridgeOf, isBridge } from './bridge.ts'
import { image } from './image-launch.ts'
import { isRemote, type Launch, type StdioLaunch } from './launch.ts'
import { npm } from './npm-launch.ts'
import { pypi } from './pypi-launch.ts'
import type { Pinned } from './source.ts'
import { displaySafe } from '../text.ts'

export type ArtifactType = 'npm' | 'pypi' | 'image'

export type Artifact = {
  readonly type: ArtifactType
  readonly name: string
  /** What of it is wanted besides: `[cli]` of a Python package, the tag `:1.2` of an image; mostly ''. */
  readonly extras: string
  /** How the launch chooses a version: an exact one, a range, a tag; '' where it says nothing. */
  readonly range: string
  /** The program's name, where the launch chooses one of several. */
  readonly bin: string | null
  /** The arguments that the program gets; of an image, those that its engine gets. */
  readonly args: readonly string[]
  /** The words, or parts of them, that may name files of the repository. */
  readonly paths: readonly string[]
  /** The runner's options that choose what is installed beside it, from where and for what, each with its value. */
  readonly options: readonly (readonly [name: string, value: string])[]
  /** Where in `args` of the launch the artifact's token stands, and all of the token that precedes an exact version. */
  readonly token: { readonly index: number; readonly before: string }
}

/** One kind of artifact, as words. */
export type ArtifactWords = {
  /** What the launch names; null where it is none of this kind; `unclear` where it is one and leaves open which. */
  read(launch: StdioLaunch): Artifact | 'unclear' | null
  isExact(range: string): boolean
  /** Whether an exact version is one that the range, tag or nothing allows. */
  allows(range: string, version: string): boolean
  /** Whether a release may be taken for a range: as `allows`, but no prerelease that the range does not name. */
  offers(range: string, version: string): boolean
  /** The tag that a range is, `latest` for nothing; null where it is a range or a version. */
  tagOf(range: string): string | null
  /** Negative where `a` is the older one. */
  compare(a: string, b: string): number
}

const KINDS: { readonly [type in ArtifactType]: ArtifactWords } = { npm, pypi, image }

function read(launch: Launch): Artifact | 'unclear' | null {
  if (isRemote(launch)) return null
  if (isBridge(launch)) return 'unclear'
  for (const kind of Object.values(KINDS)) {
    const found = kind.read(launch)
    if (found !== null) return found
  }
  return null
}

/** What a launch names in a registry; null for any other launch, and where `isUnreadable`. */
export function artifactOf(launch: Launch): Artifact | null {
  const found = read(launch)
  return found === 'unclear' ? null : found
}

/** Whether the launch starts something of a registry in a way that leaves open what that is. */
export function isUnreadable(launch: Launch): boolean {
  return read(launch) === 'unclear'
}

/** Why the launch is unreadable, fit to be shown; null where it is not. */
export function whyUnreadable(launch: Launch): string | null {
  if (isRemote(launch) || !isUnreadable(launch)) return null
  const bridge = bridgeOf(launch, {})
  if (typeof bridge === 'string') return bridge
  const line = displaySafe([launch.command, ...launch.args].join(' '), 200)
  return bridge === null ? `it is not certain what \`${line}\` starts` : 'a variable in `env` may change what `mcp-remote` reaches'
}

/** Whether the launch leaves open which version runs. */
export function floats({ type, range }: Pick<Artifact, 'type' | 'range'>): boolean {
  return !KINDS[type].isExact(range)
}

/** Whether a pinned version is one that the launch allows; a tag, or none, allows every version. */
export function allows({ type, range }: Pick<Artifact, 'type' | 'range'>, version: string): boolean {
  return KINDS[type].allows(range, version)
}

/** Whether a release may be taken for a range: as `allows`, but no prerelease that the range does not name. */
export function offers({ type, range }: Pick<Artifact, 'type' | 'range'>, version: string): boolean {
  return KINDS[type].offers(range, version)
}

/** The tag that a range is, `latest` for nothing; null where it is a range or a version. */
export function tagOf({ type, range }: Pick<Artifact, 'type' | 'range'>): string | null {
  return KINDS[type].tagOf(range)
}

/** Negative where `a` is the older one. */
export function compareVersions(type: ArtifactType, a: string, b: string): number {
  return KINDS[type].compare(a, b)
}

/** The launch with its artifact's token at an exact version. */
export function withVersion(launch: StdioLaunch, { token }: Artifact, version: string): StdioLaunch {
  return { ...launch, args: launch.args.with(token.index, token.before + version) }
}

/** What a source pins of a registry: the mirror of `artifactOf`. */
export function pinnedArtifact({
  package: pinned,
  image,
}: Pinned): (Pick<Artifact, 'type' | 'name'> & { readonly version: string }) | null {
  return image === undefined ? (pinned ?? null) : { type: 'image', name: image.name, version: image.digest }
}
