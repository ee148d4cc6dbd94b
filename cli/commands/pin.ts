/** `mcp-lock pin`: shows what is new, asks, lists, shows what changed, asks, writes. */
import { parseSelector } from '../../core/accept.ts'
import { artifactOf } from '../../core/artifact.ts'
import { asFailure, LockError } from '../../core/errors.ts'
import { worstExit } from '../../core/finding.ts'
import type { Pin } from '../../core/lockfile.ts'
import { displaySafe } from '../../core/text.ts'
import { countDefinitions } from '../../core/verify.ts'
import { counted } from '../../core/wording.ts'
import { adHocServer, type Configured } from '../clients/configured.ts'
import { variablesOf } from '../clients/expand.ts'
import { giveHeaders, headerTemplates, inputsOf, type CredentialOptions } from '../credentials.ts'
import { LOCK_FILE, readLock, updateLock } from '../lock-store.ts'
import { sessionLimit } from '../observe.ts'
import { choose, choosePruned, consent, type Answers, type Chosen } from '../pin-choice.ts'
import { writeConfigs } from '../pin-configs.ts'
import { pinServer, pinSource, planServer, type Outcome, type Planned, type Step } from '../pin-servers.ts'
import { progress, type Progress } from '../progress.ts'
import { findRoot, openProject, resolveContext, unusedPins, type Project, type ProjectOptions } from '../project.ts'
import { renamedFrom, wordRename } from '../renames.ts'
import { outcomeDetails, outcomeLine } from '../report/pin.ts'
import type { World } from '../world.ts'

export type PinOptions = ProjectOptions &
  CredentialOptions & {
    readonly servers: readonly string[]
    /** The words behind `--`, null without one. */
    readonly command: readonly string[] | null
    readonly url?: string
    readonly yes: boolean
    readonly accept: readonly string[]
    readonly writeConfig: boolean
    readonly prune: boolean
    /** Variables, or `input:ID`, that get a placeholder where they have no value. */
    readonly placeholder: readonly string[]
    /** Whether sources are pinned without their surface; nothing is started then. */
    readonly sourceOnly: boolean
  }

export async function pin(options: PinOptions, world: World): Promise<number> {
  const answers = answersOf(options)
  const root = await findRoot(world)
  const pins = (await readLock(root))?.lock.servers ?? {}
  const project = await openProject(root, options.config, pins, world)
  const servers = giveHeaders(chooseServers(project, options, answers), options.header)
  refuseIdle(options.placeholder, servers)
  const plans = await planAll(servers, pins, project, world)
  sayRenamed(plans.ready, project, pins, world)
  if (!options.sourceOnly) await consent(plans.ready, answers, world)
  const outcomes = await pinAll(plans.ready, project, options, world)
  const chosen = await choose(outcomes, answers, world)
  const unused = isWhole(options) && options.config.length === 0 ? unusedPins(project, pins).map(([name]) => name) : []
  const pruned = options.prune ? await choosePruned(unused, answers, world) : []
  await write(root, chosen, pruned, world)
  await writeConfigs(chosen.pins, project, options.writeConfig, world)
  sayLeftOver(
    servers,
    chosen,
    unused.filter((name) => !pruned.includes(name)),
    world,
  )
  const conflicts = isWhole(options) ? [...project.conflicts.keys()].map((name) => reportConflict(name, project, world)) : []
  return worstExit([
    ...plans.failures,
    ...outcomes.flatMap(([, outcome]) => failuresOf(outcome)),
    ...chosen.declined.map(() => 1),
    ...conflicts,
  ])
}

/** @throws LockError `USAGE`, for flags that contradict each other */
function answersOf(options: PinOptions): Answers {
  const selectors = options.accept.map(parseSelector)
  const narrowed = options.servers.length > 0 || options.config.length > 0
  if (options.prune && (narrowed || selectors.length > 0))
    throw new LockError('USAGE', '--prune looks at the whole project: name no servers, no --config and no --accept')
  if (options.sourceOnly && (selectors.length > 0 || options.placeholder.length > 0))
    throw new LockError('USAGE', '--source-only starts nothing: leave out --accept and --placeholder')
  if (selectors.length > 0 && (options.servers.length > 0 || options.url !== undefined))
    throw new LockError('USAGE', '--accept names the servers itself')
  return { yes: options.yes, selectors }
}

/** The servers to pin, each known by a config, by the lock, or by the command line. */
function chooseServers(project: Project, { command, url, servers, header }: PinOptions, { selectors }: Answers): Configured[] {
  if (command !== null || url !== undefined) {
    const [name] = servers
    if (name === undefined || servers.length > 1 || (command !== null && url !== undefined) || command?.length === 0) {
      throw new LockError('USAGE', 'expected one NAME and either `-- command args` or --url')
    }
    if (project.servers.get(name)?.adHoc === false || project.conflicts.has(name))
      throw new LockError('USAGE', `a client config names \`${name}\` already; take another name, or change the config`)
    return [adHocServer(name, command, url ?? null, headerTemplates(header))]
  }
  const wanted = selectors.length > 0 ? [...new Set(selectors.map(({ server }) => server))] : servers
  const unknown = wanted.find((name) => !project.servers.has(name) && !project.conflicts.has(name))
  if (unknown !== undefined)
    throw new LockError('SERVER_UNKNOWN', `\`${unknown}\` is in no client config; there are ${[...project.servers.keys()].join(', ')}`)
  if (project.servers.size === 0 && project.conflicts.size === 0) throw new LockError('CONFIG_NOT_FOUND', `no servers in ${project.root}`)
  return [...project.servers.values()].filter(({ name }) => wanted.length === 0 || wanted.includes(name))
}

/** @throws LockError `USAGE` for a placeholder that no server of the run needs: a misspelled one would leave the variable unset */
function refuseIdle(placeholders: readonly string[], servers: readonly Configured[]): void {
  const needed = new Set(servers.flatMap(({ start }) => variablesOf(start)))
  const idle = placeholders.find((name) => !needed.has(name))
  if (idle !== undefined) throw new LockError('USAGE', `--placeholder: no server of this run needs \`${displaySafe(idle, 100)}\``)
}

type Plans = { readonly ready: readonly Planned[]; readonly failures: readonly number[] }

async function planAll(
  servers: readonly Configured[],
  pins: { readonly [name: string]: Pin },
  project: Project,
  world: World,
): Promise<Plans> {
  const names = servers.map(({ name }) => name)
  const talk = progress(world, names)
  const limit = await sessionLimit(4)
  const context = resolveContext(project, world)
  const plan = async (server: Configured): Promise<Planned | LockError> => {
    const before = Object.hasOwn(pins, server.name) ? pins[server.name] : undefined
    if (artifactOf(server.launch) !== null) talk.update(server.name, 'asking the package registry')
    try {
      return await planServer(server, before, context)
    } catch (cause) {
      const error = asFailure(cause)
      if (error.code === 'INTERRUPTED') throw error
      talk.done(server.name, outcomeLine({ kind: 'failed', error }), outcomeDetails({ kind: 'failed', error }, world.color, server.name))
      return error
    } finally {
      talk.clear(server.name)
    }
  }
  const plans = await Promise.all(servers.map((server) => limit(() => plan(server))))
  return {
    ready: plans.flatMap((made) => (made instanceof LockError ? [] : [made])),
    failures: plans.flatMap((made) => (made instanceof LockError ? [made.exit] : [])),
  }
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
  const limit = await sessionLimit(options.concurrency)
  const asking = { root: project.root, world, timeout: options.timeout * 1_000, limit, ending }
  const { platform } = world
  const credentials = { inputs: inputsOf(options.input), placeholders: new Set(options.placeholder) }
  const context = { ...resolveContext(project, world), platform, ...credentials }
  try {
    return await Promise.all(
      plans.map(async (plan) => {
        const { name } = plan.server
        const outcome = options.sourceOnly
          ? pinSource(plan, project)
          : await pinServer(plan, project, context, asking, (step) => say(talk, plan, step))
        talk.done(name, outcomeLine(outcome), outcomeDetails(outcome, world.color, name))
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

async function write(root: string, { pins, closures }: Chosen, remove: readonly string[], world: World): Promise<void> {
  if (Object.keys(pins).length === 0 && remove.length === 0) return
  const { lock, changed } = await updateLock(root, { pins, closures, remove })
  const all = Object.values(lock.servers)
  const definitions = all.reduce((sum, { surface }) => sum + countDefinitions(surface), 0)
  const what = `${counted(all.length, 'server')}, ${counted(definitions, 'definition')}`
  world.stderr(changed ? `wrote ${LOCK_FILE}: ${what}. Read it: mcp-lock show\n` : `${LOCK_FILE} is up to date: ${what}\n`)
}

/** Before a server is started as if it were new. */
function sayRenamed(plans: readonly Planned[], project: Project, pins: { readonly [name: string]: Pin }, world: World): void {
  for (const { server, before } of plans) {
    const old = before === undefined ? renamedFrom(server.name, project, pins) : null
    if (old !== null) world.stderr(`  ${displaySafe(server.name)}: ${displaySafe(wordRename(old, server.name), 500)}\n`)
  }
}

/** What a reader should not have to find far above. */
function sayLeftOver(servers: readonly Configured[], { pins, declined }: Chosen, unused: readonly string[], world: World): void {
  const list = (names: readonly string[]): string => names.map((name) => displaySafe(name)).join(', ')
  const missing = servers.map(({ name }) => name).filter((name) => !Object.hasOwn(pins, name) && !declined.includes(name))
  if (missing.length > 0) world.stderr(`  not pinned: ${list(missing)}\n`)
  if (unused.length > 0) world.stderr(`  no config names ${list(unused)} any more; to drop the pins: mcp-lock pin --prune\n`)
}

function failuresOf(outcome: Outcome): number[] {
  return outcome.kind === 'failed' ? [outcome.error.exit] : outcome.kind === 'unstable' ? [1] : []
}

function reportConflict(name: string, project: Project, world: World): number {
  const { detail = '' } = project.conflicts.get(name) ?? {}
  world.stderr(`  ${displaySafe(name)}: LAUNCH_CONFLICT: two clients start different programs under this name: ${displaySafe(detail)}\n`)
  return 1
}

/** Whether the run is about the whole project. */
function isWhole({ servers, accept, command, url }: PinOptions): boolean {
  return servers.length === 0 && accept.length === 0 && command === null && url === undefined
}
