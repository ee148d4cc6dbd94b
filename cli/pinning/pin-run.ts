/** A run over several servers, as `pin` and `update` share it: resolved, started and listed, with progress. */
import { dirname } from 'node:path'
import { artifactOf } from '../../core/launch/artifact.ts'
import { asFailure, LockError } from '../../core/codes/errors.ts'
import { countDefinitions } from '../../core/compare/verify.ts'
import { displaySafe } from '../../core/text.ts'
import { counted } from '../../core/compare/wording.ts'
import type { Configured } from '../clients/configured.ts'
import { inputsOf, type CredentialOptions } from '../starting/credentials.ts'
import { LOCK_FILE, type Written } from '../locks/lock-store.ts'
import { sessionLimit } from '../starting/observe.ts'
import { pinServer, pinSource, type Outcome, type Planned, type Step } from './pin-servers.ts'
import { progress, type Progress } from '../report/progress.ts'
import { saySignature } from '../project/say-signature.ts'
import { sourceContext, type Project, type ProjectOptions } from '../project/project.ts'
import { outcomeDetails, outcomeLine } from './pin-report.ts'
import type { World } from '../world/world.ts'

export type Plans<Plan> = { readonly ready: readonly Plan[]; readonly failures: readonly number[] }

/** Plans every server, a few at a time. One that fails says so, and does not keep the others. */
export async function planAll<Item extends { readonly server: Configured }, Plan>(
  items: readonly Item[],
  plan: (item: Item) => Promise<Plan>,
  world: World,
): Promise<Plans<Plan>> {
  const names = items.map(({ server }) => server.name)
  const talk = progress(world, names)
  const limit = await sessionLimit(4)
  const attempt = async (item: Item): Promise<Plan | LockError> => {
    const { server } = item
    if (artifactOf(server.launch) !== null) talk.update(server.name, 'asking the package registry')
    try {
      return await plan(item)
    } catch (cause) {
      const error = asFailure(cause)
      if (error.code === 'INTERRUPTED') throw error
      talk.done(server.name, outcomeLine({ kind: 'failed', error }), outcomeDetails({ kind: 'failed', error }, world.color, server.name))
      return error
    } finally {
      talk.clear(server.name)
    }
  }
  const plans = await Promise.all(items.map((item) => limit(() => attempt(item))))
  return {
    ready: plans.flatMap((made) => (made instanceof LockError ? [] : [made])),
    failures: plans.flatMap((made) => (made instanceof LockError ? [made.exit] : [])),
  }
}

export type RunOptions = Pick<ProjectOptions, 'timeout' | 'installTimeout' | 'concurrency'> & {
  readonly input: CredentialOptions['input']
  /** Variables, or `input:ID`, that get a placeholder where they have no value. */
  readonly placeholder: readonly string[]
}

/** Starts and lists every planned server, or none of one whose source alone is wanted. */
export async function pinAll(
  plans: readonly Planned[],
  project: Project,
  options: RunOptions,
  isSourceOnly: (plan: Planned) => boolean,
  world: World,
  judged: (outcome: Outcome) => Outcome = (outcome) => outcome,
): Promise<(readonly [string, Outcome])[]> {
  const talk = progress(
    world,
    plans.map(({ server }) => server.name),
  )
  const ending: Promise<void>[] = []
  const limit = await sessionLimit(options.concurrency)
  const asking = { root: project.workspace, signal: world.signal, timeout: options.timeout * 1_000, limit, ending }
  const installing = sourceContext(project, world, options.installTimeout * 1_000)
  const context = { ...installing, inputs: inputsOf(options.input), placeholders: new Set(options.placeholder) }
  try {
    return await Promise.all(
      plans.map(async (plan) => {
        const { name } = plan.server
        const outcome = judged(
          isSourceOnly(plan) ? pinSource(plan, project) : await pinServer(plan, project, context, asking, (step) => say(talk, plan, step)),
        )
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

/** The exit statuses of what was not pinned. */
export function failuresOf(outcome: Outcome): number[] {
  return outcome.kind === 'failed' ? [outcome.error.exit] : outcome.kind === 'unstable' ? [1] : []
}

/** What the lock is now. */
export async function sayWritten({ lock, changed, path }: Written, world: World): Promise<void> {
  const all = Object.values(lock.servers)
  const definitions = all.reduce((sum, { surface }) => sum + countDefinitions(surface), 0)
  const what = `${counted(all.length, 'server')}, ${counted(definitions, 'definition')}`
  const [name, flag] = world.global === true ? [displaySafe(path, 300), ' --global'] : [LOCK_FILE, '']
  world.stderr(changed ? `wrote ${name}: ${what}. Read it: mcp-lock show${flag}\n` : `${name} is up to date: ${what}\n`)
  if (changed) await saySignature(dirname(path), world)
}
