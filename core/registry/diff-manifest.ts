/** The differences between two manifests, as findings: one for each leaf. */
import { diffSurface } from '../compare/diff.ts'
import type { Finding } from '../compare/finding.ts'
import { diffLeaves } from '../json/leaves.ts'
import { formatPointer } from '../json/pointer.ts'
import type { Manifest } from './manifest.ts'

/** Of what is the same for every user: name and version are not compared. */
export function diffManifest(before: Manifest, after: Manifest): Finding[] {
  const source = diffLeaves(before.source, after.source)
  return [
    ...source.map(({ path, ...sides }): Finding => ({
      code: 'PACKAGE_CHANGED',
      subject: 'source',
      pointer: formatPointer(path),
      ...sides,
    })),
    ...diffSurface(before.surface, after.surface),
  ]
}
