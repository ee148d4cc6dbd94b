/** Asking one server for `pin` or `verify`. */
import { availableParallelism } from 'node:os'
import type { LimitFunction } from 'p-limit'
import { LockError } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import type { Observed } from '../../core/lock/lockfile.ts'
import type { ServerPolicy } from '../../core/policy/policy.ts'
import { settle, surfacePointer } from '../../core/compare/stability.ts'
import type { Transport } from '../../core/launch/source.ts'
import { readSurface, type Surface } from '../../core/surface/surface.ts'
import { applyRules, suggestRule, type VolatileRule } from '../../core/surface/volatile.ts'
import { capture, type CaptureOptions, type Captured, type Target } from '../capture/capture.ts'
import { DEFAULT_LIMITS } from '../capture/limits.ts'
import { PROFILE_TABLE, PROFILES } from '../capture/profiles.ts'

export type Asking = {
  readonly root: string
  readonly signal: AbortSignal
  readonly timeout: number
  /** Bounds how many sessions are open at a time. */
  readonly limit: LimitFunction
  readonly ending: Promise<void>[]
}

export async function sessionLimit(concurrency: number | undefined): Promise<LimitFunction> {
  const { default: pLimit } = await import('p-limit')
  return pLimit(concurrency ?? availableParallelism())
}

type Known = { readonly era: Observed['era'] | null }

export type Observation = {
  readonly surface: Surface
  readonly observed: Observed
  readonly transport: Transport
  readonly unfit: readonly string[]
}

/** One session as the first profile: what `verify` compares. */
export async function observeOnce(
  target: Target,
  known: Known,
  rules: readonly VolatileRule[],
  policy: ServerPolicy,
  asking: Asking,
): Promise<Observation> {
  const session = await asking.limit(() => capture(target, PROFILES[0], known.era, options(policy, asking)))
  const { surface, unfit } = applyRules(readSurface(session.listing), rules)
  return { surface, observed: observedOf(session), transport: session.transport, unfit: [...unfit] }
}

export type Settlement = Observation & { readonly unstable: readonly Finding[] }

/**
 * Every profile in a session of its own, the first one twice.
 * @throws LockError `VOLATILE_MISMATCH`, and what a session throws
 */
export async function observeAll(
  target: Target,
  known: Known,
  policy: ServerPolicy,
  asking: Asking,
  onSession: (done: number, of: number) => void,
): Promise<Settlement> {
  const profiles = [PROFILES[0], ...PROFILES]
  const sessions: Captured[] = []
  const surfaces: Surface[] = []
  const used = new Set<string>()
  for (const profile of profiles) {
    const session = await asking.limit(() => capture(target, profile, sessions[0]?.era ?? known.era, options(policy, asking)))
    const { surface, fitting, unfit } = applyRules(readSurface(session.listing), policy.volatile)
    const [misfit] = unfit
    if (misfit !== undefined) throw new LockError('VOLATILE_MISMATCH', `the value at \`${misfit}\` is not what the policy declares`)
    for (const pointer of fitting) used.add(pointer)
    sessions.push(session)
    surfaces.push(surface)
    onSession(sessions.length, profiles.length)
  }
  const idle = policy.volatile.find((rule) => !used.has(rule.pointer))
  if (idle !== undefined) throw new LockError('VOLATILE_MISMATCH', `there is no value at \`${idle.pointer}\``)
  const [first, again, ...others] = surfaces as [Surface, Surface, ...Surface[]]
  const { surface, unstable } = settle(first, again, others)
  const [session] = sessions as [Captured]
  return { surface, observed: observedOf(session), transport: session.transport, unfit: [], unstable: unstable.map(asUnstable) }
}

function asUnstable(finding: Finding): Finding {
  const { before, after } = finding
  const pointer = surfacePointer(finding)
  const rule = before === undefined || after === undefined ? null : suggestRule(pointer, before, after)
  return { ...finding, code: 'SURFACE_UNSTABLE', ...(rule === null ? {} : { detail: ruleLines(rule) }) }
}

/** The lines of the policy that would declare the value volatile; JSON strings are YAML strings. */
function ruleLines(rule: VolatileRule): string {
  const members = Object.entries(rule).map(
    ([key, value], i) => `${i === 0 ? '- ' : '  '}${key}: ${key === 'type' ? String(value) : JSON.stringify(value)}`,
  )
  return members.join('\n')
}

function options(policy: ServerPolicy, { root, signal, timeout, ending }: Asking): CaptureOptions {
  return {
    root,
    limits: { ...DEFAULT_LIMITS, ...policy.limits },
    resources: policy.resources,
    timeout,
    // Processes end as the machine ends them, whichever system's paths and variables the command reads.
    platform: process.platform,
    signal,
    ending,
  }
}

function observedOf(session: Captured): Observed {
  return { era: session.era, placeholders: [], profile: PROFILE_TABLE, protocolVersion: session.protocolVersion }
}
