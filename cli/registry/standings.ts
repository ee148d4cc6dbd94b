/** Every version that a registry has of a name, and how each stands by the rules of the policy here. */
import type { Code } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import { judgeHistory, judgeVersion, nameKey } from '../../core/registry/index.ts'
import { newestFirst } from './choose-version.ts'
import { openAnswer } from './judge-served.ts'
import type { Registry } from './open-registry.ts'

export type Standing = {
  readonly version: string
  /** Of the manifest. */
  readonly digest: string
  /** `refused`: whoever published it does not count here, or its records contradict each other. */
  readonly standing: 'approved' | 'deprecated' | 'pending' | 'paused' | 'revoked' | 'refused'
  /** Who approved it, or why it may not be used. */
  readonly detail: string
}

const STANDINGS: { readonly [code in Code]?: Standing['standing'] } = {
  REVOKED: 'revoked',
  PAUSED: 'paused',
  APPROVALS_MISSING: 'pending',
}

/** The newest first. @throws LockError `NOT_LISTED`, and as `openAnswer` */
export async function standingsOf(name: string, registry: Registry): Promise<readonly Standing[]> {
  const { trust, now } = registry
  const before = await registry.watch.read()
  const { served, opened, status, roots } = await openAnswer(await registry.api.version(name, 'latest'), null, registry, before)
  if (nameKey(served.name) !== nameKey(name)) throw new LockError('NOT_LISTED', `asked for \`${name}\`, got \`${served.name}\``)
  const rootAt = (size: number): string | null => roots.get(size) ?? null
  const judged = judgeHistory(opened.statements, opened.head.size, trust.rules, rootAt, () => null)
  const published = new Map(
    opened.statements.flatMap(({ record: { kind, version, manifest } }) =>
      kind === 'manifest' && version !== undefined && manifest !== undefined
        ? [[`${version} ${manifest}`, { version, manifest }] as const]
        : [],
    ),
  )
  return [...published.values()].toSorted(newestFirst).map(({ version, manifest }) => {
    const about = { name: served.name, version, digest: manifest }
    const { findings, deprecated, state } = judgeVersion(about, judged, status, trust.rules, now())
    const [finding] = findings
    const people = state?.approvals.map(({ person }) => person).join(', ') ?? ''
    return {
      version,
      digest: manifest,
      standing: finding !== undefined ? (STANDINGS[finding.code] ?? 'refused') : deprecated === null ? 'approved' : 'deprecated',
      detail:
        finding?.detail ??
        (deprecated === null || deprecated === '' ? (people === '' ? 'no approval is asked for' : `by ${people}`) : deprecated),
    }
  })
}
