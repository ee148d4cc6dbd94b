/** `mcp-lock pin`: shows what is new, asks, lists, shows what changed, asks, writes. */
import { parseSelector } from '../../core/lock/accept.ts'
import { LockError } from '../../core/codes/errors.ts'
import { CODES } from '../../core/codes/codes.ts'
import { worstExit } from '../../core/compare/finding.ts'
import { own } from '../../core/json/json.ts'
import { displaySafe } from '../../core/text.ts'
import type { Configured } from '../clients/configured.ts'
import { giveHeaders, type CredentialOptions } from '../starting/credentials.ts'
import { readLock, updateLock } from '../locks/lock-store.ts'
import { choose, choosePruned, consent, sayDeclined, type Answers, type Chosen } from '../pinning/pin-choice.ts'
import { writeConfigs } from '../pinning/pin-configs.ts'
import { failuresOf, pinAll, planAll, sayWritten } from '../pinning/pin-run.ts'
import { asTaken, planTaken, serverFor, takeVersion, wordTaken, type Taken } from '../pinning/from-registry.ts'
import { planServer, type Outcome, type Planned } from '../pinning/pin-servers.ts'
import { pinPlatform } from '../pinning/platform-only.ts'
import { findRoot, openProject, resolveContext, unusedPins, type Project, type ProjectOptions } from '../project/project.ts'
import { renamedFrom, wordRename } from '../project/renames.ts'
import type { World } from '../world/world.ts'
import { chooseServers, refuseIdle } from '../pinning/choose-servers.ts'

export type PinOptions = ProjectOptions &
  CredentialOptions & {
    readonly servers: readonly string[]
    /** The words behind `--`, null without one. */
    readonly command: readonly string[] | null
    readonly url?: string
    /** A name in the registry, with a version or range or without. */
    readonly fromRegistry?: string
    readonly yes: boolean
    readonly accept: readonly string[]
    readonly writeConfig: boolean
    readonly prune: boolean
    /** Variables, or `input:ID`, that get a placeholder where they have no value. */
    readonly placeholder: readonly string[]
    /** Whether a credential in a launch becomes a marker. */
    readonly allowRedacted: boolean
    /** Whether sources are pinned without their surface; nothing is started then. */
    readonly sourceOnly: boolean
    /** Whether only hashes of native programs of this platform are added; nothing is started then. */
    readonly platformOnly: boolean
  }

export async function pin(options: PinOptions, world: World): Promise<number> {
  const answers = answersOf(options)
  const root = await findRoot(world)
  const pins = (await readLock(root))?.lock.servers ?? {}
  const project = await openProject(root, options.config, pins, world)
  const taken = options.fromRegistry === undefined ? null : await takeFrom(options.fromRegistry, project, world)
  const servers = giveHeaders(
    taken === null ? chooseServers(project, options, answers.selectors) : [serverOf(taken, project, options)],
    options.header,
  )
  refuseIdle(options.placeholder, options.input, servers)
  if (options.platformOnly) return pinPlatform(servers, project, options.yes, world)
  const context = resolveContext(project, world, options.installTimeout * 1_000)
  const named = servers.map((server) => ({ server, before: own(pins, server.name) }))
  const plans = await planAll(
    named,
    ({ server, before }) =>
      taken === null ? planServer(server, before, context, options.allowRedacted) : planTaken(server, before, taken, context),
    world,
  )
  sayRenamed(plans.ready, project, world)
  if (!options.sourceOnly) await consent(plans.ready, answers, world)
  const judged = (outcome: Outcome): Outcome => (taken === null ? outcome : asTaken(outcome, taken))
  const outcomes = await pinAll(plans.ready, project, options, () => options.sourceOnly, world, judged)
  const chosen = await choose(outcomes, answers, world)
  const unused = isWhole(options) && options.config.length === 0 ? unusedPins(project).map(([name]) => name) : []
  const pruned = options.prune ? await choosePruned(unused, answers, world) : []
  if (Object.keys(chosen.pins).length > 0 || pruned.length > 0)
    await sayWritten(await updateLock(root, { ...chosen, remove: pruned }), world)
  await writeConfigs(chosen.pins, project, options.writeConfig, world)
  sayLeftOver(
    servers,
    chosen,
    unused.filter((name) => !pruned.includes(name)),
    world,
  )
  const unusable = isOfConfigs(options) ? sayUnusable(project, options.servers, world) : []
  return worstExit([
    ...plans.failures,
    ...outcomes.flatMap(([, outcome]) => failuresOf(outcome)),
    ...chosen.declined.map(() => 1),
    ...unusable,
  ])
}

async function takeFrom(words: string, project: Project, world: World): Promise<Taken> {
  const { openRegistry } = await import('../registry/open-registry.ts')
  const taken = await takeVersion(words, await openRegistry(project, world))
  world.stderr(`  from the registry: ${wordTaken(taken)}\n`)
  return taken
}

/** The config's, or else one made of what the registry has. */
function serverOf({ manifest }: Taken, project: Project, { servers: [name = ''] }: PinOptions): Configured {
  const unusable = project.unusable.get(name)
  if (unusable !== undefined) throw new LockError(unusable.code, unusable.detail ?? '')
  return project.servers.get(name) ?? serverFor(name, manifest.source)
}

/** Whether the servers are those of the configs, not one of the command line. */
function isOfConfigs({ command, url }: PinOptions): boolean {
  return command === null && url === undefined
}

/** @throws LockError `USAGE`, for flags that contradict each other */
function answersOf(options: PinOptions): Answers {
  const selectors = options.accept.map(parseSelector)
  if (options.platformOnly && (selectors.length > 0 || options.prune || options.sourceOnly || options.writeConfig || !isOfConfigs(options)))
    throw new LockError('USAGE', '--platform-only adds hashes to what is pinned, and goes with no other choice than server names')
  if (
    options.fromRegistry !== undefined &&
    (options.servers.length !== 1 ||
      selectors.length > 0 ||
      options.prune ||
      options.sourceOnly ||
      options.platformOnly ||
      !isOfConfigs(options))
  )
    throw new LockError('USAGE', '--from-registry takes one server whole: give it one NAME, and no other choice')
  const narrowed = options.servers.length > 0 || options.config.length > 0
  if (options.prune && (narrowed || selectors.length > 0))
    throw new LockError('USAGE', '--prune looks at the whole project: name no servers, no --config and no --accept')
  if (options.sourceOnly && (selectors.length > 0 || options.placeholder.length > 0))
    throw new LockError('USAGE', '--source-only starts nothing: leave out --accept and --placeholder')
  if (selectors.length > 0 && (options.servers.length > 0 || options.url !== undefined))
    throw new LockError('USAGE', '--accept names the servers itself')
  return { yes: options.yes, selectors }
}

/** Before a server is started as if it were new. */
function sayRenamed(plans: readonly Planned[], project: Project, world: World): void {
  for (const { server, before } of plans) {
    const old = before === undefined ? renamedFrom(server.name, project) : null
    if (old !== null) world.stderr(`  ${displaySafe(server.name)}: ${displaySafe(wordRename(old, server.name), 500)}\n`)
  }
}

/** What a reader should not have to find far above. */
function sayLeftOver(servers: readonly Configured[], { pins, declined }: Chosen, unused: readonly string[], world: World): void {
  const list = (names: readonly string[]): string => names.map((name) => displaySafe(name)).join(', ')
  const missing = servers.map(({ name }) => name).filter((name) => !Object.hasOwn(pins, name) && !declined.includes(name))
  if (missing.length > 0) world.stderr(`  not pinned: ${list(missing)}\n`)
  sayDeclined(declined, world)
  if (unused.length > 0) world.stderr(`  no config names ${list(unused)} any more; to drop the pins: mcp-lock pin --prune\n`)
}

/** Servers of the run of which the configs do not say one thing; returns their exit statuses. */
function sayUnusable(project: Project, wanted: readonly string[], world: World): number[] {
  return [...project.unusable]
    .filter(([name]) => wanted.length === 0 || wanted.includes(name))
    .map(([name, { code, detail = '' }]) => {
      const { title, next, exit } = CODES[code]
      world.stderr(`  ${displaySafe(name)}: ${code}: ${title}: ${displaySafe(detail)}\n    ${next}\n`)
      return exit
    })
}

/** Whether the run is about the whole project. */
function isWhole({ servers, accept, command, url }: PinOptions): boolean {
  return servers.length === 0 && accept.length === 0 && command === null && url === undefined
}
