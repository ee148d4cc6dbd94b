/** The source: what was launched and what it resolved to (docs/format.md §5). */
import type { Launch } from './launch.ts'

export type Transport = 'stdio' | 'streamable-http' | 'sse'

export type Package = {
  readonly closure: `sha256:${string}`
  readonly integrity: string
  readonly name: string
  readonly type: 'npm'
  readonly version: string
}

export type Source = {
  /** Hashes of the repository's files that the launch names, by relative path. */
  readonly files?: { readonly [path: string]: `sha256:${string}` }
  readonly launch: Launch
  readonly package?: Package
  readonly transport: Transport
}
