/** The status that all control statements of a log amount to. */
import { counting, isSameTarget, type History } from './history.ts'
import { nameKey } from './names.ts'
import type { Status } from './status.ts'

export function compileStatus({ controls }: Pick<History, 'controls'>): Pick<Status, 'paused' | 'revoked'> {
  const manifests: Record<string, { index: number; code: string }> = {}
  const versions: Record<string, { index: number; code: string }> = {}
  const names: Record<string, { index: number; code: string }> = {}
  const signers: Status['revoked']['signers'][number][] = []
  const paused: Status['paused'][number][] = []
  for (const { index, statement } of counting(controls)) {
    const { action, target, reason } = statement.predicate
    if (action === 'resume') {
      const at = paused.findIndex((other) => isSameTarget(other.target, target))
      if (at >= 0) paused.splice(at, 1)
    }
    if (action === 'pause' && !paused.some((other) => isSameTarget(other.target, target))) paused.push({ target, index })
    if (action !== 'revoke') continue
    const entry = { index, code: reason?.code ?? 'policy' }
    if (target.kind === 'manifest') manifests[target.digest] ??= entry
    if (target.kind === 'version') versions[`${nameKey(target.name)}@${target.version}`] ??= entry
    if (target.kind === 'name') names[nameKey(target.name)] ??= entry
    if (target.kind === 'signer') signers.push({ identity: target.identity, fromIndex: target.fromIndex, index })
  }
  return { paused, revoked: { manifests, versions, names, signers } }
}
