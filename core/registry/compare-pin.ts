/** What differs between what is pinned, or started, and what a registry has of it. */
import type { Finding } from '../compare/finding.ts'
import { canonicalize } from '../json/digest.ts'
import type { Pin } from '../lock/lockfile.ts'
import { portable, type Manifest, type PortableSource } from './manifest.ts'

/** Of the source alone: for what is started and has no surface yet. */
export function compareSource(source: Pin['source'], { source: after }: Pick<Manifest, 'source'>): Finding[] {
  const before = alike(portable(source), after)
  return canonicalize(before) === canonicalize(after) ? [] : [{ code: 'REGISTRY_SOURCE_DIFFERS', subject: 'source', before, after }]
}

export function comparePin(pin: Pick<Pin, 'source' | 'surface'>, manifest: Manifest): Finding[] {
  const source = compareSource(pin.source, manifest)
  if (pin.surface === null || pin.surface.digest === manifest.surface.digest) return source
  return [...source, { code: 'REGISTRY_SURFACE_DIFFERS', subject: 'surface', before: pin.surface.digest, after: manifest.surface.digest }]
}

/** A manifest that names no closure was approved with any. */
function alike(own: PortableSource, theirs: PortableSource): PortableSource {
  if (!('package' in own) || !('package' in theirs) || theirs.package.closure !== undefined) return own
  const { closure: _, ...rest } = own.package
  return { package: rest }
}
