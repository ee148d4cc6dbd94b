/** Asking one server for `verify`, and comparing what it declares with its pin. */
import type { Coverage, Finding } from '../../core/compare/finding.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { policyFor } from '../../core/policy/policy.ts'
import { verifySurface } from '../../core/compare/verify.ts'
import { rulesOf } from '../../core/surface/volatile.ts'
import { wordCoverage } from '../../core/compare/wording.ts'
import { startOf, type Configured } from '../clients/configured.ts'
import { placeholderCoverage, reasonToSkip } from './liveness.ts'
import { observeOnce, type Asking } from '../starting/observe.ts'
import { sourceContext, type Project } from '../project/project.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'
import type { TrustBase } from '../project/trust-base.ts'
import type { World } from '../world/world.ts'
import { judge } from '../../core/compare/upgrade.ts'
import { judgementLines } from '../report/judgement.ts'
import { changedCode } from './approved.ts'
import { kindOf } from '../sources/index.ts'
import { makeTarget } from '../starting/make-target.ts'

export type AskingLive = Asking & {
  /** Whether a server that is not asked is a failure. */
  readonly requireLive: boolean
  /** Where values come from that the configs leave open. */
  readonly inputs: ReadonlyMap<string, string>
  /** Milliseconds that downloading a package may take. */
  readonly installTimeout: number
}

export type Live = {
  readonly findings: readonly Finding[]
  readonly coverage: readonly Coverage[]
  readonly notes?: readonly string[]
  /** Whether it was not asked. */
  readonly skipped?: true
}

/** Of a server whose offline check allows it to start. */
export async function askServer(
  server: Configured,
  pin: Pin,
  project: Project,
  closure: ClosureFiles | null,
  asking: AskingLive,
  world: World,
): Promise<Live> {
  const { name, entries } = server
  const policy = policyFor(project.policy, name)
  const placeholders = new Set(pin.observed.placeholders)
  const context = { ...sourceContext(project, world, asking.installTimeout), inputs: asking.inputs, placeholders }
  const start = await startOf(server, context)
  const reason = (await unsureCode(server, pin, project.base)) ?? reasonToSkip(name, pin, policy, start)
  if (reason !== null) {
    const findings: Finding[] = asking.requireLive ? [{ code: 'LIVE_REQUIRED', subject: 'surface', detail: wordCoverage(reason).what }] : []
    return { findings, coverage: [reason], skipped: true }
  }
  const target = await makeTarget(start, { source: pin.source, closure }, pin.source.transport, policy, context)
  // A client that starts it behind `run` takes no copy.
  const kind = entries.some(({ wrapper }) => wrapper === null) ? kindOf(pin.source) : null
  const copies = (await kind?.checkCopies(pin.source, policy, context)) ?? []
  const seen = await observeOnce(target, pin.observed, pin.surface === null ? [] : rulesOf(pin.surface), policy, asking)
  const { findings, coverage } = verifySurface(name, pin, seen.surface, policy.match)
  const open: Coverage[] = [
    ...placeholderCoverage(name, start),
    { code: 'OTHER_ERA', server: name, detail: `it was asked in the ${seen.observed.era} one` },
  ]
  const all = { findings: [...copies, ...findings], coverage: [...coverage, ...open] }
  if (findings.length === 0) return all
  const judgement = judge(pin, { ...pin, surface: seen.surface }, findings)
  return { ...all, notes: [...judgementLines(judgement), ...realValues(pin, start.placeholders)] }
}

/** Code that the trust base does not vouch for. */
async function unsureCode(server: Configured, pin: Pin, base: TrustBase | null): Promise<Coverage | null> {
  return base === null || base.runChanged ? null : changedCode(server, pin, base)
}

/** What may be behind a difference: it was pinned with a placeholder, and asked without. */
function realValues({ observed }: Pin, placeholders: readonly string[]): string[] {
  const real = observed.placeholders.filter((name) => !placeholders.includes(name))
  return real.length === 0 ? [] : [`pinned with a placeholder for ${real.join(', ')}, and asked with the value that is set here`]
}
