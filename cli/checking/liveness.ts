/** Whether `verify` asks a server: what is pinned, what the policy says, and which values are there. */
import type { Coverage } from '../../core/compare/finding.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import type { ServerPolicy } from '../../core/policy/policy.ts'
import type { Started } from '../clients/expand.ts'

/** Why it is not asked, null where it is. */
export function reasonToSkip(server: string, pin: Pin, policy: ServerPolicy, start: Started): Coverage | null {
  if (pin.surface === null) return { code: 'SOURCE_ONLY', server }
  if (policy.live === 'never') return { code: 'LIVE_NEVER', server }
  const missing = [...start.unset, ...start.blank]
  if (policy.live === 'always' || missing.length === 0) return null
  return { code: 'CREDENTIAL_MISSING', server, detail: missing.join(', ') }
}

/** What asking with placeholders leaves open. */
export function placeholderCoverage(server: string, { placeholders }: Started): Coverage[] {
  return placeholders.length === 0 ? [] : [{ code: 'PLACEHOLDER_USED', server, detail: placeholders.join(', ') }]
}
