/** Every kind of source that comes from a registry, by its type. */
import { pinnedArtifact, type ArtifactType } from '../../core/artifact.ts'
import type { Source } from '../../core/source.ts'
import { npm } from './npm.ts'
import type { SourceKind } from './source-kind.ts'

export const SOURCES: { readonly [type in ArtifactType]: SourceKind } = { npm }

/** The kind of what is pinned; null where nothing of a registry is. */
export function kindOf(source: Pick<Source, 'package'>): SourceKind | null {
  const pinned = pinnedArtifact(source)
  return pinned === null ? null : SOURCES[pinned.type]
}
