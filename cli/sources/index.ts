/** Every kind of source that comes from a registry, by its type. */
import { pinnedArtifact, type ArtifactType } from '../../core/launch/artifact.ts'
import type { Pinned } from '../../core/launch/source.ts'
import { image } from './oci/image.ts'
import { npm } from './npm/npm.ts'
import { pypi } from './pypi/pypi.ts'
import type { SourceKind } from './source-kind.ts'

export const SOURCES: { readonly [type in ArtifactType]: SourceKind } = { npm, pypi, image }

/** The kind of what is pinned; null where nothing of a registry is. */
export function kindOf(source: Pinned): SourceKind | null {
  const pinned = pinnedArtifact(source)
  return pinned === null ? null : SOURCES[pinned.type]
}
