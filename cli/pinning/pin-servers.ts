/** The work of `pin`: resolve, ask for consent, list under every profile, compare, ask again, write. */
import { sameLaunch } from '../../core/compare/check-launch.ts'
import { diffClosures, type ClosureChange } from '../../core/packages/closure-change.ts'
import { diffPin, diffSource } from '../../core/compare/diff.ts'
import { asFailure, LockError } from '../../core/codes/errors.ts'
import type { Coverage, Finding } from '../../core/compare/finding.ts'
import { sealPin, type Observed, type Pin } from '../../core/lock/lockfile.ts'
import { isRedacted } from '../../core/launch/secret.ts'
import { policyFor } from '../../core/policy/policy.ts'
import { secretsOf } from '../capture/capture.ts'
import { PROFILE_TABLE } from '../capture/profiles.ts'
import { secretIn, startOf, type Configured } from '../clients/configured.ts'
import type { StartContext } from '../clients/expand.ts'
import { readClosureFiles } from '../locks/closure-store.ts'
import { kindOf } from '../sources/index.ts'
import type { ClosureFiles, ResolveContext, SourceContext } from '../sources/source-kind.ts'
import { refuseToPublish } from '../capture/redact.ts'
import { observeAll, type Asking } from '../starting/observe.ts'
import { coverageOf } from '../starting/coverage-of.ts'
import { makeTarget } from '../starting/make-target.ts'
import { resolveSource, type Resolved } from '../starting/resolve-source.ts'
import type { Project } from '../project/project.ts'

export type Step = { readonly step: 'installing' | 'starting' } | { readonly step: 'session'; readonly done: number; readonly of: number }

/** What came of one server: a new pin with its difference from the old one, or why there is none. */
export type Outcome =
  | {
      readonly kind: 'pinned'
      readonly pin: Pin
      readonly before: Pin | undefined
      readonly findings: readonly Finding[]
      readonly closure: ClosureFiles | null
      readonly coverage: readonly Coverage[]
    }
  | { readonly kind: 'unstable'; readonly findings: readonly Finding[] }
  | { readonly kind: 'failed'; readonly error: LockError }

export type Planned = {
  readonly server: Configured
  readonly before: Pin | undefined
  readonly resolved: Resolved
  readonly isNew: boolean
  /** What another version than the pinned one does to the closure; null where it is the same package at no other. */
  readonly change: ClosureChange | null
}

/**
 * Resolves one server; nothing of it is started.
 * @throws LockError `SECRET_LITERAL`, unless credentials in the launch may be marked; and as `resolveSource`
 */
export async function planServer(
  server: Configured,
  before: Pin | undefined,
  context: ResolveContext,
  allowRedacted = false,
): Promise<Planned> {
  refuseSecret(server, before, allowRedacted)
  const resolved = await resolveSource(server, before, context)
  // A pin without a surface was never started.
  const isNew =
    before?.surface === undefined ||
    before.surface === null ||
    !sameLaunch(before.source.launch, resolved.source.launch) ||
    filesDiffer(before, resolved)
  return { server, before, resolved, isNew, change: await changeOf(server.name, before, resolved, context.root) }
}

/** @throws LockError `SECRET_LITERAL`, for a credential in the launch; one that was marked once is marked again */
export function refuseSecret(server: Configured, before: Pin | undefined, allowRedacted: boolean): void {
  const secret = secretIn(server)
  const isMarked = before !== undefined && isRedacted(before.source.launch)
  if (secret !== null && !allowRedacted && !isMarked) throw new LockError('SECRET_LITERAL', secret)
}

/** The difference to the closure of the pin, where both are of the same kind. */
export async function changeOf(
  server: string,
  before: Pin | undefined,
  { source, closure, fresh }: Resolved,
  root: string,
): Promise<ClosureChange | null> {
  const kind = kindOf(source)
  if (!fresh || closure === null || before === undefined || kind === null || kindOf(before.source) !== kind) return null
  const held = await readClosureFiles(root, server, before.source)
  return held === null || !kind.matches(before.source, held) ? null : diffClosures(kind.packages(held), kind.packages(closure))
}

function filesDiffer(before: Pin, { source }: Resolved): boolean {
  return diffSource({ ...before.source, launch: source.launch }, { ...source, transport: before.source.transport }).length > 0
}

/** A pin of the source alone; nothing is started. */
export function pinSource(plan: Planned, project: Project): Outcome {
  const { server, before, resolved } = plan
  const transport = server.transport ?? before?.source.transport ?? 'streamable-http'
  const observed: Observed = { era: 'modern', placeholders: [], profile: PROFILE_TABLE, protocolVersion: '' }
  return pinned(plan, { observed, source: { ...resolved.source, transport }, surface: null }, project)
}

function pinned({ server, before, resolved }: Planned, made: Omit<Pin, 'adHoc' | 'digest'>, project: Project): Outcome {
  const sealed = sealPin({ ...(server.adHoc ? { adHoc: true } : {}), ...made })
  // What was taken from a registry is still that, as long as it is the same.
  const pin = before?.registry !== undefined && before.digest === sealed.digest ? { ...sealed, registry: before.registry } : sealed
  return {
    kind: 'pinned',
    pin,
    before,
    findings: before === undefined ? [] : diffPin(before, pin),
    closure: resolved.closure,
    coverage: coverageOf(server.name, pin.source, resolved.closure, policyFor(project.policy, server.name)),
  }
}

/** Starts and lists one planned server. Failures are outcomes; only an interruption and bugs are thrown. */
export async function pinServer(
  plan: Planned,
  project: Project,
  context: SourceContext & StartContext,
  asking: Asking,
  onStep: (step: Step) => void,
): Promise<Outcome> {
  const { server, before, resolved } = plan
  const policy = policyFor(project.policy, server.name)
  try {
    if (context.signal.aborted) throw new LockError('INTERRUPTED', 'stopped before it was started')
    onStep({ step: 'installing' })
    // What stood in when it was pinned stands in again.
    const placeholders = new Set([...(context.placeholders ?? []), ...(before?.observed.placeholders ?? [])])
    const start = await startOf(server, { ...context, placeholders })
    const target = await asking.limit(() => makeTarget(start, resolved, server.transport, policy, context))
    onStep({ step: 'starting' })
    const known = { era: before === undefined || before.surface === null ? null : before.observed.era }
    const seen = await observeAll(target, known, policy, asking, (done, of) => onStep({ step: 'session', done, of }))
    if (seen.unstable.length > 0) return { kind: 'unstable', findings: seen.unstable }
    refuseToPublish(seen.surface, secretsOf(target))
    const observed = { ...seen.observed, placeholders: start.placeholders }
    return pinned(plan, { observed, source: { ...resolved.source, transport: seen.transport }, surface: seen.surface }, project)
  } catch (error) {
    const failure = asFailure(error)
    if (failure.code === 'INTERRUPTED') throw failure
    return { kind: 'failed', error: failure }
  }
}
