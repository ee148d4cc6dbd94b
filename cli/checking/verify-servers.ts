/**
 * The check of every server, in the order that keeps what nobody approved from running: all that
 * needs no start first and, only where that holds, the server itself.
 */
import { CODES } from '../../core/codes/codes.ts'
import { asFailure } from '../../core/codes/errors.ts'
import type { Coverage, Finding, LockVerdict, ServerVerdict, Status } from '../../core/compare/finding.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { policyFor, type ServerPolicy } from '../../core/policy/policy.ts'
import { countDefinitions, verifySurface } from '../../core/compare/verify.ts'
import { rulesOf } from '../../core/surface/volatile.ts'
import { wordCoverage } from '../../core/compare/wording.ts'
import { checkOffline } from './check-offline.ts'
import { startOf, type Configured } from '../clients/configured.ts'
import { placeholderCoverage, reasonToSkip } from './liveness.ts'
import { LOCK_FILE } from '../locks/lock-store.ts'
import type { Asking } from '../starting/observe.ts'
import { sourceContext, type Project } from '../project/project.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'
import { renamedFrom, wordRename } from '../project/renames.ts'
import type { TrustBase } from '../project/trust-base.ts'
import type { World } from '../world/world.ts'
import { own } from '../../core/json/json.ts'

export type VerifyOptions = {
  readonly offline: boolean
  /** Whether a server that is not asked is a failure. */
  readonly requireLive: boolean
  /** Milliseconds that downloading a package may take. */
  readonly installTimeout: number
  /** Where values come from that the configs leave open. */
  readonly inputs: ReadonlyMap<string, string>
  /** Milliseconds a server may take. */
  readonly timeout: number
  readonly concurrency: number | undefined
  readonly onStart: (server: string) => void
  readonly onEnd: (server: string) => void
}

/** `notes` say what the changes look like. */
type Checked = { readonly verdict: ServerVerdict; readonly coverage: readonly Coverage[]; readonly notes?: readonly string[] }

export type Verification = { readonly lock: LockVerdict; readonly notes: { readonly [server: string]: readonly string[] } }

export async function verifyServers(
  project: Project,
  names: readonly string[],
  options: VerifyOptions,
  world: World,
): Promise<Verification> {
  const ending: Promise<void>[] = []
  const { requireLive, inputs, timeout, installTimeout } = options
  const asking: AskingLive | null = options.offline
    ? null
    : { root: project.workspace, signal: world.signal, timeout, ending, limit: await limitOf(options), requireLive, inputs, installTimeout }
  const check = async (name: string): Promise<readonly [string, Checked]> => {
    options.onStart(name)
    const checked = await checkServer(name, project, asking, world)
    options.onEnd(name)
    return [name, checked]
  }
  const checks = await Promise.all(names.map(check)).finally(() => Promise.all(ending))
  const lock: LockVerdict = {
    path: LOCK_FILE,
    servers: Object.fromEntries(checks.map(([name, { verdict }]) => [name, verdict])),
    findings: project.findings,
    coverage: [
      // The user's own configs come from no change of somebody else.
      ...(project.base === null && world.global !== true ? [{ code: 'NO_BASE' } as const] : []),
      ...(options.offline ? [{ code: 'OFFLINE' } as const] : []),
      ...checks.flatMap(([, { coverage }]) => coverage),
    ],
  }
  return { lock, notes: Object.fromEntries(checks.map(([name, { notes = [] }]) => [name, notes])) }
}

type AskingLive = Asking & Pick<VerifyOptions, 'requireLive' | 'inputs' | 'installTimeout'>

async function limitOf(options: VerifyOptions): Promise<Asking['limit']> {
  const { sessionLimit } = await import('../starting/observe.ts')
  return sessionLimit(options.concurrency)
}

async function checkServer(name: string, project: Project, asking: AskingLive | null, world: World): Promise<Checked> {
  const pin = own(project.pins, name)
  const unusable = project.unusable.get(name)
  if (unusable !== undefined)
    return { verdict: verdictOf(CODES[unusable.code].exit === 2 ? 'invalid' : 'changed', [unusable], pin), coverage: [] }
  const server = project.servers.get(name)
  if (pin === undefined) return { verdict: verdictOf('unpinned', [unpinned(name, project)], pin), coverage: [] }
  if (server === undefined) return { verdict: verdictOf('unused', [{ code: 'PIN_UNUSED', subject: 'source' }], pin), coverage: [] }
  try {
    return await checkPinned(server, pin, project, asking, world)
  } catch (error) {
    const failure = asFailure(error)
    if (failure.code === 'INTERRUPTED') throw failure
    return {
      verdict: verdictOf(failure.exit === 3 ? 'unreachable' : 'invalid', [{ code: failure.code, detail: failure.message }], pin),
      coverage: [],
    }
  }
}

function unpinned(name: string, project: Project): Finding {
  const before = renamedFrom(name, project)
  return { code: 'SERVER_UNPINNED', subject: 'source', ...(before === null ? {} : { detail: wordRename(before, name) }) }
}

async function checkPinned(server: Configured, pin: Pin, project: Project, asking: AskingLive | null, world: World): Promise<Checked> {
  const { findings, coverage, closure, mayStart } = await checkOffline(server, pin, project, world)
  if (asking === null || !mayStart) {
    const open: Coverage[] = pin.surface === null ? [{ code: 'SOURCE_ONLY', server: server.name }] : []
    const status = statusOf(findings)
    const required: Finding[] =
      asking?.requireLive === true && status === 'new'
        ? [{ code: 'LIVE_REQUIRED', subject: 'surface', detail: 'the base does not have it' }]
        : []
    return { verdict: verdictOf(status, [...findings, ...required], pin), coverage: [...coverage, ...open] }
  }
  const live = await askServer(server, pin, project, closure, asking, world)
  const all = [...findings, ...live.findings]
  const status = live.skipped === true && statusOf(findings) === 'ok' ? 'skipped' : statusOf(all)
  const verdict = verdictOf(status, all, pin)
  return { verdict, coverage: [...coverage, ...live.coverage], ...(live.notes === undefined ? {} : { notes: live.notes }) }
}

type Live = {
  readonly findings: readonly Finding[]
  readonly coverage: readonly Coverage[]
  readonly notes?: readonly string[]
  /** Whether it was not asked. */
  readonly skipped?: true
}

async function askServer(
  server: Configured,
  pin: Pin,
  project: Project,
  closure: ClosureFiles | null,
  asking: AskingLive,
  world: World,
): Promise<Live> {
  const [{ makeTarget }, { observeOnce }] = await Promise.all([import('../starting/prepare.ts'), import('../starting/observe.ts')])
  const placeholders = new Set(pin.observed.placeholders)
  const policy = policyFor(project.policy, server.name)
  const context = { ...sourceContext(project, world, asking.installTimeout), inputs: asking.inputs, placeholders }
  const start = await startOf(server, context)
  const reason = (await unsureCode(server, pin, project.base)) ?? reasonToSkip(server.name, pin, policy, start)
  if (reason !== null) {
    const findings: Finding[] = asking.requireLive ? [{ code: 'LIVE_REQUIRED', subject: 'surface', detail: wordCoverage(reason).what }] : []
    return { findings, coverage: [reason], skipped: true }
  }
  const target = await makeTarget(start, { source: pin.source, closure }, pin.source.transport, policy, context)
  const copies = await checkCopies(server, pin, policy, asking.root, world)
  const seen = await observeOnce(target, pin.observed, pin.surface === null ? [] : rulesOf(pin.surface), policy, asking)
  const { findings, coverage } = verifySurface(server.name, pin, seen.surface, policy.match)
  const open: Coverage[] = [
    ...placeholderCoverage(server.name, start),
    { code: 'OTHER_ERA', server: server.name, detail: `it was asked in the ${seen.observed.era} one` },
  ]
  if (findings.length === 0) return { findings: copies, coverage: [...coverage, ...open] }
  const [{ judge }, { judgementLines }] = await Promise.all([import('../../core/compare/upgrade.ts'), import('../report/judgement.ts')])
  const notes = [...judgementLines(judge(pin, { ...pin, surface: seen.surface }, findings)), ...realValues(pin, start.placeholders)]
  return { findings: [...copies, ...findings], coverage: [...coverage, ...open], notes }
}

/** What a client would start in the place of the pinned package, which is in the store by now; one behind `run` does not. */
async function checkCopies(
  server: Configured,
  { source }: Pin,
  { scripts }: ServerPolicy,
  root: string,
  { env }: World,
): Promise<Finding[]> {
  const pinned = source.package
  if (pinned?.type !== 'npm' || server.entries.every(({ wrapper }) => wrapper !== null)) return []
  const [{ checkLocalCopy }, { installedTree, packageFolder }] = await Promise.all([
    import('../sources/npm/local-copy.ts'),
    import('../sources/npm/store.ts'),
  ])
  return checkLocalCopy(root, pinned, packageFolder(installedTree(pinned, scripts === 'allow', env), pinned.name))
}

/** Code that the trust base does not vouch for. */
async function unsureCode(server: Configured, pin: Pin, base: TrustBase | null): Promise<Coverage | null> {
  if (base === null || base.runChanged) return null
  return (await import('./approved.ts')).changedCode(server, pin, base)
}

/** What may be behind a difference: it was pinned with a placeholder, and asked without. */
function realValues({ observed }: Pin, placeholders: readonly string[]): string[] {
  const real = observed.placeholders.filter((name) => !placeholders.includes(name))
  return real.length === 0 ? [] : [`pinned with a placeholder for ${real.join(', ')}, and asked with the value that is set here`]
}

function statusOf(findings: readonly Finding[]): Status {
  const exits = new Set(findings.map(({ code }) => CODES[code].exit))
  if (exits.has(1) || exits.has(2) || exits.has(4)) return 'changed'
  if (findings.some(({ code }) => code === 'PLATFORM_UNPINNED')) return 'unreachable'
  if (exits.has(3)) return 'changed'
  return findings.some(({ code }) => code === 'SERVER_NEW') ? 'new' : 'ok'
}

function verdictOf(status: Status, findings: readonly Finding[], pin: Pin | undefined): ServerVerdict {
  return { status, findings, ...(pin === undefined ? {} : { definitions: countDefinitions(pin.surface) }) }
}
