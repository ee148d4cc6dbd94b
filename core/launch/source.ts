/** The source: what was launched and what it resolved to (docs/format.md §5). */
import type { Launch } from './launch.ts'

export type Transport = 'stdio' | 'streamable-http' | 'sse'

type Sha256 = `sha256:${string}`

export type NpmPackage = {
  readonly closure: Sha256
  readonly integrity: string
  readonly name: string
  readonly type: 'npm'
  readonly version: string
}

/** Of one version there are many files; their hashes are in the closure. */
export type PypiPackage = {
  readonly closure: Sha256
  /** Normalised (PEP 503). */
  readonly name: string
  readonly type: 'pypi'
  readonly version: string
}

/** A container image, all its platforms, by the digest of its index. */
export type Image = { readonly digest: Sha256; readonly name: string }

/** What a launch resolved to. */
export type Pinned = { readonly package?: NpmPackage | PypiPackage; readonly image?: Image }

export type Source = Pinned & {
  /** Hashes of the repository's files that the launch names, by relative path. */
  readonly files?: { readonly [path: string]: Sha256 }
  readonly launch: Launch
  /** Hashes of the program, where it is a native executable in the repository, by platform (`linux-x64`). */
  readonly native?: { readonly [platform: string]: Sha256 }
  readonly transport: Transport
}
