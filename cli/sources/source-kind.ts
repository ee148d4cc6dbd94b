/** What every kind of source that comes from a registry knows to do; one module beside this for each. */
import type { Environment } from '../world/environment.ts'
import type { Artifact } from '../../core/launch/artifact.ts'
import type { ClosureEntry } from '../../core/packages/closure.ts'
import type { Coverage, Finding } from '../../core/compare/finding.ts'
import type { ServerPolicy } from '../../core/policy/policy.ts'
import type { ReleaseLimit } from '../../core/packages/release-age.ts'
import type { Releases } from '../../core/packages/releases.ts'
import type { Pinned } from '../../core/launch/source.ts'

/** The files beside the lock in `mcp.lock.d/NAME/`, by name; null where one of them is missing. */
export type ClosureFiles = { readonly [file: string]: string }

export type SourceContext = {
  readonly env: Environment
  /** What relative words of launches start from, and whose own configuration may name registries. */
  readonly workspace: string
  /** How to read that configuration, by its file's name, where the project's own files are not to be trusted with it. */
  readonly readSettings?: (file: string) => Promise<string | null>
  /** Milliseconds for one run of a package manager. */
  readonly timeout: number
  readonly signal: AbortSignal
  readonly platform: NodeJS.Platform
  /** Called before something is installed that is not in the store yet. */
  readonly onInstall?: () => void
}

/** What resolving takes besides. */
export type ResolveContext = SourceContext & {
  /** The folder of the lock, which has the closures beside it. */
  readonly root: string
  /** How new a release may be by the policy; null for any. */
  readonly limit: ReleaseLimit | null
  /** Milliseconds of the epoch. */
  readonly now: number
}

export type Resolution = {
  /** What the lock says of it. */
  readonly pinned: Pinned
  readonly version: string
  /** What stands beside the lock. */
  readonly closure: ClosureFiles | null
  /** Packages in the closure, itself included. */
  readonly size: number
}

/** What a registry has, and how new a release may be by the policy and the package manager's own configuration. */
export type Available = { readonly releases: Releases; readonly limit: ReleaseLimit | null }

/** A program by its path. */
export type StartPath = { readonly command: string; readonly args: readonly string[] }

/** The words behind its `args` still have variables to fill in. */
type Installed = StartPath & { readonly words: readonly string[] }

export type SourceKind = {
  /** The names of the files beside the lock. */
  readonly files: readonly string[]
  /**
   * The newest version that the artifact's `range` allows, with its whole closure; nothing is installed and
   * nothing of it runs. It knows of no pin: to move one, call it with the range that is wanted.
   * @throws LockError `REGISTRY_UNREACHABLE`, `PACKAGE_*`, `RELEASE_*`, `INTERRUPTED`
   */
  resolve(artifact: Artifact, context: ResolveContext): Promise<Resolution>
  /**
   * What the registry has of an artifact: what is pinned now, the newest, and the newest that `range` allows at least; for `outdated` and `update`; only asks.
   * @throws LockError `REGISTRY_UNREACHABLE`, `PACKAGE_NOT_FOUND`, `INTERRUPTED`
   */
  releases(artifact: Artifact, pinned: string, context: ResolveContext): Promise<Available>
  /** Whether what stands beside the lock is what the pin names. */
  matches(pinned: Pinned, closure: ClosureFiles | null): boolean
  /** The packages of a closure, for whoever reviews what an upgrade does to it. */
  packages(closure: ClosureFiles): readonly ClosureEntry[]
  /** Packages in a closure that `matches`, itself included. */
  sizeOf(closure: ClosureFiles | null): number
  /**
   * Installs exactly what is pinned into the store, unless it is there already, and says how to start it.
   * `closure` must be one that `matches`.
   * @throws LockError `REGISTRY_UNREACHABLE`, `PACKAGE_*`, `INTEGRITY_MISMATCH`, `INTERRUPTED`
   */
  install(
    pinned: Pinned,
    artifact: Artifact,
    closure: ClosureFiles | null,
    policy: ServerPolicy,
    context: SourceContext,
  ): Promise<Installed>
  /** What of the workspace's own a client would start in the place of what is pinned, which is installed by now, and is not that. */
  checkCopies(pinned: Pinned, policy: ServerPolicy, context: SourceContext): Promise<readonly Finding[]>
  /** What a pin of it does not cover, beyond what is so for every program. */
  coverage(closure: ClosureFiles | null, policy: ServerPolicy): readonly Omit<Coverage, 'server'>[]
}
