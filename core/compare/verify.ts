/** The verdict on what a server declares now, against what was pinned. */
import { compareSession } from './diff.ts'
import type { Coverage, Finding } from './finding.ts'
import type { Pin } from '../lock/lockfile.ts'
import type { ServerPolicy } from '../policy/policy.ts'
import { entriesOf, LIST_NAMES, type Surface } from '../surface/surface.ts'
import { rulesOf, sameRule } from '../surface/volatile.ts'

export type Verdict = { readonly findings: readonly Finding[]; readonly coverage: readonly Coverage[] }

/**
 * Compares one session's surface with the pin. The surface must have been read with the pin's own
 * volatile rules (`rulesOf`, `applyRules`). An unread surface (`null` in the pin) is a change.
 */
export function verifySurface(server: string, pin: Pin, observed: Surface, match: ServerPolicy['match'] = 'exact'): Verdict {
  if (pin.surface === null) return { findings: [{ code: 'LIST_CHANGED', subject: 'surface', detail: 'nothing was pinned' }], coverage: [] }
  const { findings, absent, missing } = compareSession(pin.surface, observed, match)
  const coverage: Coverage[] = [
    ...(absent.length === 0 ? [] : [{ code: 'CONDITIONAL_ABSENT' as const, server, detail: `${absent.length} of them` }]),
    ...(missing.length === 0 ? [] : [{ code: 'SUBSET_ABSENT' as const, server, detail: missing.join(', ') }]),
  ]
  return { findings, coverage }
}

/** Whether the lock was made with the volatile rules that the policy declares now. A pin without a surface was made with none. */
export function verifyRules(pin: Pin, policy: ServerPolicy): Finding[] {
  if (pin.surface === null) return []
  const pinned = rulesOf(pin.surface)
  const missing = policy.volatile.filter((rule) => !pinned.some((other) => sameRule(rule, other)))
  const extra = pinned.filter((rule) => !policy.volatile.some((other) => sameRule(rule, other)))
  return [
    ...missing.map(({ pointer }): Finding => ({ code: 'VOLATILE_CHANGED', subject: 'policy', pointer, detail: 'only in the policy' })),
    ...extra.map(({ pointer }): Finding => ({ code: 'VOLATILE_CHANGED', subject: 'policy', pointer, detail: 'only in the lock' })),
  ]
}

/** How many definitions a surface has. */
export function countDefinitions(surface: Surface | null): number {
  if (surface === null) return 0
  return LIST_NAMES.reduce((sum, name) => sum + Object.keys(entriesOf(surface[name]) ?? {}).length, 0)
}

/** What coverage a skill leaves open: its files may be made at run time. */
export function dynamicSkills(server: string, surface: Surface | null): Coverage[] {
  const skills = Object.values(surface?.skills ?? {})
  const dynamic = skills.filter(
    (skill) => typeof skill === 'object' && skill !== null && 'resources' in skill && skill.resources === 'dynamic',
  )
  return dynamic.length === 0 ? [] : [{ code: 'SKILL_DYNAMIC', server, detail: `${dynamic.length} of them` }]
}
