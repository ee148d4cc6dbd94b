/** `mcp-lock update`: moves pins to newer versions, in the lock and in every config that names them. */
import { allows, artifactOf, floats, pinnedArtifact } from '../../core/launch/artifact.ts'
import { worstExit } from '../../core/compare/finding.ts'
import { withPins } from '../../core/lock/lockfile.ts'
import { policyFor } from '../../core/policy/policy.ts'
import type { Pinned } from '../../core/launch/source.ts'
import { displaySafe } from '../../core/text.ts'
import { undone, writeEdits, type ConfigEdit } from '../clients/edits/config-edits.ts'
import type { ServerEntry } from '../clients/dialects/entry.ts'
import { planEdits } from '../clients/edits/edit-configs.ts'
import { withVersions } from '../clients/edits/write-versions.ts'
import { editLock, requireLock } from '../locks/lock-store.ts'
import { choose, consent, sayDeclined, type Chosen } from '../pinning/pin-choice.ts'
import { failuresOf, pinAll, planAll, sayWritten, type RunOptions } from '../pinning/pin-run.ts'
import { openLocked, resolveContext, type Project, type ProjectOptions } from '../project/project.ts'
import { planUpdate, type UpdatePlan } from '../pinning/update-plan.ts'
import { readWishes } from '../pinning/wishes.ts'
import type { World } from '../world/world.ts'

export type UpdateOptions = ProjectOptions & RunOptions & { readonly servers: readonly string[]; readonly yes: boolean }

export async function update(options: UpdateOptions, world: World): Promise<number> {
  const project = await openLocked(options.config, world)
  const wishes = readWishes(options.servers, project)
  const context = resolveContext(project, world, options.installTimeout * 1_000)
  const plans = await planAll(wishes, (wish) => planUpdate(wish, context), world)
  for (const plan of plans.ready) sayPlan(plan, world)
  const moving = plans.ready.flatMap((made) => (made.kind === 'moves' ? [made.plan] : []))
  if (moving.length === 0) return worstExit(plans.failures)
  // Where a token cannot be written nothing is started either.
  await editsFor(project, Object.fromEntries(moving.map(({ server, resolved }) => [server.name, resolved.source])))
  const answers = { yes: options.yes, selectors: [] }
  await consent(moving, answers, world)
  const outcomes = await pinAll(moving, project, options, ({ before }) => before?.surface === null, world)
  const chosen = await choose(outcomes, answers, world)
  if (Object.keys(chosen.pins).length > 0) await write(project, chosen, world)
  sayDeclined(chosen.declined, world)
  return worstExit([...plans.failures, ...outcomes.flatMap(([, outcome]) => failuresOf(outcome)), ...chosen.declined.map(() => 1)])
}

function sayPlan(made: UpdatePlan, world: World): void {
  const why = made.why === null ? '' : `: ${made.why}`
  if (made.kind === 'stays') world.stderr(`  ${displaySafe(made.name, 80)} stays at ${displaySafe(made.version, 40)}${why}\n`)
  else if (made.why !== null) world.stderr(`  ${displaySafe(made.plan.server.name, 80)}: ${made.why}\n`)
}

/**
 * Configs first, then the lock, while no other mcp-lock writes; if one of them fails, all have their old
 * text. A process that is killed in between leaves configs that name the new version, which `verify` does
 * not start and `mcp-lock pin` takes.
 */
async function write(project: Project, { pins, closures }: Chosen, world: World): Promise<void> {
  let edits: readonly ConfigEdit[] = []
  const written = await editLock(project.root, async () => {
    const { lock } = await requireLock(project.root)
    const made = await editsFor(project, Object.fromEntries(Object.entries(pins).map(([name, { source }]) => [name, source])))
    await writeEdits(made)
    edits = made
    return { lock: withPins(lock, pins), closures }
  }).catch(async (error: unknown) => {
    throw await undone(edits, error)
  })
  for (const { file } of edits) world.stderr(`wrote ${displaySafe(file)}\n`)
  await sayWritten(written, world)
}

/** The new versions for every config that names another, or that may name no range. */
async function editsFor(project: Project, sources: { readonly [server: string]: Pinned }): Promise<readonly ConfigEdit[]> {
  const versions = new Map<string, string>()
  const entries: ServerEntry[] = []
  for (const [name, source] of Object.entries(sources)) {
    const version = pinnedArtifact(source)?.version
    if (version === undefined) continue
    versions.set(name, version)
    const mayFloat = policyFor(project.policy, name).floating === 'allow'
    entries.push(...(project.servers.get(name)?.entries ?? []).filter((entry) => !(mayFloat && leavesOpen(entry, version))))
  }
  return planEdits(entries, withVersions(versions))
}

function leavesOpen({ launch }: ServerEntry, version: string): boolean {
  const artifact = artifactOf(launch)
  return artifact !== null && floats(artifact) && allows(artifact, version)
}
