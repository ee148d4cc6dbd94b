/**
 * The check of every server, in the order that keeps what nobody approved from running: all that
 * needs no start first and, only where that holds, the server itself.
 */
import { CODES } from '../../core/codes/codes.ts'
import { asFailure } from '../../core/codes/errors.ts'
import { statusOf, type Coverage, type Finding, type LockVerdict, type ServerVerdict, type Status } from '../../core/compare/finding.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { countDefinitions } from '../../core/compare/verify.ts'
import { checkOffline } from './check-offline.ts'
import type { Configured } from '../clients/configured.ts'
import { LOCK_FILE } from '../locks/lock-store.ts'
import type { AskingLive } from './ask-server.ts'
import type { Project } from '../project/project.ts'
import type { RegistryAnswer } from '../registry/judge-served.ts'
import type { Registry } from '../registry/open-registry.ts'
import { renamedFrom, wordRename } from '../project/renames.ts'
import type { World } from '../world/world.ts'
import { own } from '../../core/json/json.ts'

export type VerifyOptions = Pick<AskingLive, 'requireLive' | 'inputs' | 'installTimeout' | 'timeout'> & {
  readonly offline: boolean
  /** The registry to be asked first; null for none. */
  readonly registry: Registry | null
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
  const trusted = project.findings.every(({ code }) => CODES[code].exit !== 4)
  const asking: AskingLive | null =
    options.offline || !trusted
      ? null
      : {
          root: project.workspace,
          signal: world.signal,
          timeout,
          ending,
          limit: await limitOf(options),
          requireLive,
          inputs,
          installTimeout,
        }
  const check = async (name: string): Promise<readonly [string, Checked]> => {
    options.onStart(name)
    const checked = await checkServer(name, project, { asking, registry: trusted ? options.registry : null }, world)
    options.onEnd(name)
    return [name, checked]
  }
  const checks = await Promise.all(names.map(check)).finally(() => Promise.all(ending))
  const lock: LockVerdict = {
    path: LOCK_FILE,
    servers: Object.fromEntries(checks.map(([name, { verdict }]) => [name, trusted ? verdict : { ...verdict, status: 'untrusted' }])),
    findings: project.findings,
    coverage: [
      // The user's own configs come from no change of somebody else.
      ...(project.base === null && world.global !== true ? [{ code: 'NO_BASE' } as const] : []),
      ...(project.base?.isCheckedOut === true ? [{ code: 'BASE_CHECKED_OUT' } as const] : []),
      ...(options.offline ? [{ code: 'OFFLINE' } as const] : []),
      ...(project.policy.registry !== undefined && options.registry === null ? [{ code: 'REGISTRY_OFFLINE' } as const] : []),
      ...(trusted && options.registry?.trust.witnesses.threshold === 0 ? [{ code: 'LOG_UNWITNESSED' } as const] : []),
      ...checks.flatMap(([, { coverage }]) => coverage),
    ],
  }
  return { lock, notes: Object.fromEntries(checks.map(([name, { notes = [] }]) => [name, notes])) }
}

async function limitOf(options: VerifyOptions): Promise<AskingLive['limit']> {
  const { sessionLimit } = await import('../starting/observe.ts')
  return sessionLimit(options.concurrency)
}

type Asked = { readonly asking: AskingLive | null; readonly registry: Registry | null }

async function checkServer(name: string, project: Project, asked: Asked, world: World): Promise<Checked> {
  const pin = own(project.pins, name)
  const unusable = project.unusable.get(name)
  if (unusable !== undefined)
    return { verdict: verdictOf(CODES[unusable.code].exit === 2 ? 'invalid' : 'changed', [unusable], pin), coverage: [] }
  const server = project.servers.get(name)
  if (pin === undefined) return { verdict: verdictOf('unpinned', [unpinned(name, project)], pin), coverage: [] }
  if (server === undefined) return { verdict: verdictOf('unused', [{ code: 'PIN_UNUSED', subject: 'source' }], pin), coverage: [] }
  try {
    return await checkPinned(server, pin, project, asked, world)
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

async function checkPinned(server: Configured, pin: Pin, project: Project, { asking, registry }: Asked, world: World): Promise<Checked> {
  const offline = await checkOffline(server, pin, project, world)
  const listed = await checkListed(server.name, pin, registry)
  const { closure } = offline
  const findings = [...offline.findings, ...listed.findings]
  const coverage = [...offline.coverage, ...listed.coverage]
  const mayStart = offline.mayStart && listed.findings.length === 0
  if (asking === null || !mayStart) {
    const open: Coverage[] = pin.surface === null ? [{ code: 'SOURCE_ONLY', server: server.name }] : []
    const status = statusOf(findings)
    const required: Finding[] =
      asking?.requireLive === true && status === 'new'
        ? [{ code: 'LIVE_REQUIRED', subject: 'surface', detail: 'the base does not have it' }]
        : []
    return { verdict: verdictOf(status, [...findings, ...required], pin), coverage: [...coverage, ...open] }
  }
  const { askServer } = await import('./ask-server.ts')
  const live = await askServer(server, pin, project, closure, asking, world)
  const all = [...findings, ...live.findings]
  const status = live.skipped === true && statusOf(findings) === 'ok' ? 'skipped' : statusOf(all)
  const verdict = verdictOf(status, all, pin)
  return { verdict, coverage: [...coverage, ...live.coverage], ...(live.notes === undefined ? {} : { notes: live.notes }) }
}

async function checkListed(name: string, pin: Pin, registry: Registry | null): Promise<RegistryAnswer> {
  if (registry === null) return { findings: [], coverage: [] }
  const { checkPin } = await import('../registry/check-registry.ts')
  return checkPin(name, pin, registry)
}

function verdictOf(status: Status, findings: readonly Finding[], pin: Pin | undefined): ServerVerdict {
  return { status, findings, ...(pin === undefined ? {} : { definitions: countDefinitions(pin.surface) }) }
}
