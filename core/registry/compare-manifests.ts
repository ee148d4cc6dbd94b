/** What differs between two manifests, and what it looks like. */
import { diffSurface } from '../compare/diff.ts'
import type { Finding } from '../compare/finding.ts'
import { judge, type Judgement } from '../compare/upgrade.ts'
import { diffLeaves } from '../json/leaves.ts'
import { formatPointer } from '../json/pointer.ts'
import type { Manifest } from './manifest.ts'

/** Of what is the same for every user, one finding for each leaf; name and version are not compared. */
export function compareManifests(
  before: Manifest,
  after: Manifest,
): { readonly findings: readonly Finding[]; readonly judgement: Judgement } {
  const source = diffLeaves(before.source, after.source)
  const findings = [
    ...source.map(({ path, ...sides }): Finding => ({
      code: 'PACKAGE_CHANGED',
      subject: 'source',
      pointer: formatPointer(path),
      ...sides,
    })),
    ...diffSurface(before.surface, after.surface),
  ]
  return { findings, judgement: judge(asJudged(before), asJudged(after), findings) }
}

function asJudged({ source, surface }: Manifest): Parameters<typeof judge>[0] {
  return { source: 'package' in source ? { package: source.package } : {}, surface }
}
