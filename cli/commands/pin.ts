/** `mcp-lock pin`: shows what is new, asks, lists, shows what changed, asks, writes. */
import { acceptOnly, parseSelector, type Selector } from '../../core/accept.ts'
import { LockError } from '../../core/errors.ts'
import { worstExit, type Finding } from '../../core/finding.ts'
import type { Pin } from '../../core/lockfile.ts'
import { countDefinitions } from '../../core/verify.ts'
import { floats, npmLaunch } from '../../core/npm-launch.ts'
import { displaySafe } from '../../core/text.ts'
import { counted } from '../../core/wording.ts'
import { adHocServer, type Configured } from '../clients/configured.ts'
import { writeVersions } from '../clients/write-versions.ts'
import { readLock, updateLock, LOCK_FILE, type ClosureFiles } from '../lock-store.ts'
import { sessionLimit } from '../observe.ts'
import { pinServer, planServer, type Outcome, type Planned, type Step } from '../pin-servers.ts'
import { progress, type Progress } from '../progress.ts'
import { findRoot, openProject, type Project, type ProjectOptions } from '../project.ts'
import { launchLine, outcomeDetails, outcomeLine } from '../report/pin.ts'
import type { World } from '../world.ts'

export type PinOptions = ProjectOptions & {
  readonly servers: readonly string[]
  /** The words behind `--`, null without one. */
  readonly command: readonly string[] | null
  readonly url?: string
  readonly yes: boolean
  readonly accept: readonly string[]
  readonly writeConfig: boolean
  readonly prune: boolean
}

const PACKAGE_TIMEOUT = 300_000

export async function pin(options: PinOptions, world: World): Promise<number> {
  const selectors = options.accept.map(parseSelector)
  const asks = !options.yes && selectors.length === 0
  if (asks && world.terminal === null)
    throw new LockError('NO_TERMINAL', 'pin asks before it starts a program and before it accepts a change')
  const root = await findRoot(world)
  const pins = (await readLock(root))?.lock.servers ?? {}
  const project = await openProject(root, options.config, pins, world)
  const servers = chooseServers(project, options, selectors)
  const plans = await planAll(servers, pins, project, world)
  await consent(plans.ready, asks, world)
  const outcomes = await pinAll(plans.ready, project, options, world)
  const chosen = await choose(outcomes, selectors, asks, world)
  const unused = options.prune ? Object.keys(pins).filter((name) => !project.servers.has(name) && !project.conflicts.has(name)) : []
  const failures = [...plans.failures, ...outcomes.flatMap(([, outcome]) => failuresOf(outcome)), ...chosen.declined]
  if (Object.keys(chosen.pins).length > 0 || unused.length > 0) {
    const { lock, changed } = await updateLock(root, { pins: chosen.pins, closures: chosen.closures, remove: unused })
    const count = Object.values(lock.servers).reduce((sum, { surface }) => sum + countDefinitions(surface), 0)
    const what = `${counted(Object.keys(lock.servers).length, 'server')}, ${counted(count, 'definition')}`
    world.stderr(changed ? `wrote ${LOCK_FILE}: ${what}. Read it: mcp-lock show\n` : `${LOCK_FILE} is up to date: ${what}\n`)
  }
  await writeConfigs(servers, chosen.pins, project, options, asks, world)
  for (const name of project.conflicts.keys()) if (isChosen(name, options)) failures.push(reportConflict(name, project, world))
  return worstExit(failures)
}

/** The servers to pin, each known by a config, by the lock, or by the command line. */
function chooseServers(project: Project, options: PinOptions, selectors: readonly Selector[]): Configured[] {
  const { command, url, servers } = options
  if (command !== null || url !== undefined) {
    const [name] = servers
    if (name === undefined || servers.length > 1 || (command !== null && url !== undefined) || command?.length === 0) {
      throw new LockError('USAGE', 'expected one NAME and either `-- command args` or --url')
    }
    return [adHocServer(name, command, url ?? null)]
  }
  const wanted = selectors.length > 0 ? [...new Set(selectors.map(({ server }) => server))] : servers
  const unknown = wanted.find((name) => !project.servers.has(name) && !project.conflicts.has(name))
  if (unknown !== undefined) throw new LockError('SERVER_UNKNOWN', `\`${unknown}\` is in no client config`)
  if (project.servers.size === 0 && project.conflicts.size === 0) throw new LockError('CONFIG_NOT_FOUND', `no servers in ${project.root}`)
  return [...project.servers.values()].filter(({ name }) => wanted.length === 0 || wanted.includes(name))
}

type Plans = { readonly ready: readonly Planned[]; readonly failures: readonly number[] }

async function planAll(
  servers: readonly Configured[],
  pins: { readonly [name: string]: Pin },
  project: Project,
  world: World,
): Promise<Plans> {
  const talk = progress(
    world,
    servers.map(({ name }) => name),
  )
  const limit = await sessionLimit(4)
  const context = { env: world.env, root: project.root, timeout: PACKAGE_TIMEOUT, signal: world.signal }
  const plans = await Promise.all(
    servers.map((server) =>
      limit(async () => {
        const before = Object.hasOwn(pins, server.name) ? pins[server.name] : undefined
        if (npmLaunch(server.launch) !== null) talk.update(server.name, 'asking the package registry')
        return planServer(server, before, context).catch((error: unknown) => {
          if (!(error instanceof LockError) || error.code === 'INTERRUPTED') throw error
          talk.done(server.name, outcomeLine({ kind: 'failed', error }), outcomeDetails({ kind: 'failed', error }, world.color))
          return error
        })
      }),
    ),
  )
  return {
    ready: plans.flatMap((plan) => (plan instanceof LockError ? [] : [plan])),
    failures: plans.flatMap((plan) => (plan instanceof LockError ? [plan.exit] : [])),
  }
}

/** Shows every launch that the lock does not have yet, and asks once for all. */
async function consent(plans: readonly Planned[], asks: boolean, world: World): Promise<void> {
  const fresh = plans.filter(({ isNew }) => isNew)
  if (fresh.length === 0) return
  const width = Math.max(...fresh.map(({ server }) => server.name.length))
  world.stderr(
    `  about to start, for the first time here:\n${fresh.map((plan) => `    ${displaySafe(plan.server.name).padEnd(width)}  ${launchLine(plan)}\n`).join('')}`,
  )
  if (asks && !(await confirm('  start them? [y/N] ', world))) throw new LockError('DECLINED', 'nothing was started')
}

async function pinAll(
  plans: readonly Planned[],
  project: Project,
  options: PinOptions,
  world: World,
): Promise<(readonly [string, Outcome])[]> {
  const talk = progress(
    world,
    plans.map(({ server }) => server.name),
  )
  const ending: Promise<void>[] = []
  const asking = { root: project.root, world, timeout: options.timeout * 1_000, limit: await sessionLimit(options.concurrency), ending }
  const context = { env: world.env, root: project.root, timeout: PACKAGE_TIMEOUT, signal: world.signal, platform: world.platform }
  try {
    return await Promise.all(
      plans.map(async (plan) => {
        const { name } = plan.server
        const outcome = await pinServer(plan, project, context, asking, (step) => say(talk, plan, step))
        talk.done(name, outcomeLine(outcome), outcomeDetails(outcome, world.color))
        return [name, outcome] as const
      }),
    )
  } finally {
    await Promise.all(ending)
  }
}

function say(talk: Progress, { server, resolved }: Planned, step: Step): void {
  if (step.step === 'session') talk.update(server.name, `listed as client ${step.done} of ${step.of}`)
  else if (step.step === 'starting') talk.update(server.name, 'starting')
  else if (resolved.size > 0) talk.update(server.name, `downloading ${counted(resolved.size, 'package')}, unless in the store`)
}

type Chosen = {
  readonly pins: { [name: string]: Pin }
  readonly closures: { [name: string]: ClosureFiles }
  readonly declined: readonly number[]
}

/** Which new pins are taken: unchanged and new ones, and of the changed ones those that are accepted. */
async function choose(
  outcomes: readonly (readonly [string, Outcome])[],
  selectors: readonly Selector[],
  asks: boolean,
  world: World,
): Promise<Chosen> {
  const chosen: { pins: { [name: string]: Pin }; closures: { [name: string]: ClosureFiles }; declined: number[] } = {
    pins: {},
    closures: {},
    declined: [],
  }
  for (const [name, outcome] of outcomes) {
    if (outcome.kind !== 'pinned') continue
    const { before, findings } = outcome
    const wanted = selectors.filter(({ server }) => server === name)
    if (before !== undefined && wanted.length > 0) {
      if (findings.some(isSource))
        throw new LockError('USAGE', `\`${name}\` has another launch or package than the pin; --accept takes definitions only`)
      chosen.pins[name] = acceptOnly(before, outcome.pin, wanted)
      continue
    }
    if (asks && findings.length > 0 && !(await confirm(`  accept the changes of ${displaySafe(name)}? [y/N] `, world))) {
      chosen.declined.push(1)
      continue
    }
    chosen.pins[name] = outcome.pin
    if (outcome.closure !== null) chosen.closures[name] = outcome.closure
  }
  return chosen
}

function isSource({ subject }: Finding): boolean {
  return subject === 'source'
}

async function writeConfigs(
  servers: readonly Configured[],
  pins: { readonly [name: string]: Pin },
  project: Project,
  options: PinOptions,
  asks: boolean,
  world: World,
): Promise<void> {
  const floating = servers.filter((server) => {
    const npm = npmLaunch(server.launch)
    return npm !== null && server.entries.some(({ launch }) => isFloating(launch)) && Object.hasOwn(pins, server.name)
  })
  if (floating.length === 0) return
  const files = new Set(floating.flatMap(({ entries }) => entries.map(({ file }) => file)))
  const ask = `  ${counted(floating.length, 'server')} without an exact version. Write the pinned ones into ${[...files].map((file) => displaySafe(file)).join(', ')}? [y/N] `
  if (!options.writeConfig && !(asks && (await confirm(ask, world)))) {
    world.stderr(
      `  ${floating.length} without an exact version in the config, which verify does not accept: mcp-lock pin --write-config writes it\n`,
    )
    return
  }
  const versions = new Map(floating.map(({ name }) => [name, pins[name]?.source.package?.version ?? '']))
  const written = await writeVersions(
    project.root,
    floating.flatMap(({ entries }) => entries),
    versions,
  )
  for (const file of written) world.stderr(`wrote ${displaySafe(file)}\n`)
}

function isFloating(launch: Configured['launch']): boolean {
  const npm = npmLaunch(launch)
  return npm !== null && floats(npm)
}

function failuresOf(outcome: Outcome): number[] {
  return outcome.kind === 'failed' ? [outcome.error.exit] : outcome.kind === 'unstable' ? [1] : []
}

function reportConflict(name: string, project: Project, world: World): number {
  const { detail = '' } = project.conflicts.get(name) ?? {}
  world.stderr(`  ${displaySafe(name)}: LAUNCH_CONFLICT: two clients start different programs under this name: ${displaySafe(detail)}\n`)
  return 1
}

function isChosen(name: string, { servers, accept, command, url }: PinOptions): boolean {
  if (command !== null || url !== undefined || accept.length > 0) return false
  return servers.length === 0 || servers.includes(name)
}

async function confirm(question: string, { terminal }: World): Promise<boolean> {
  return terminal !== null && /^y(?:es)?$/i.test((await terminal.ask(question)).trim())
}
