/** What of a pin run is taken: the person decides, or the flags do. */
import { acceptOnly, type Selector } from '../../core/lock/accept.ts'
import { LockError } from '../../core/codes/errors.ts'
import type { Pin, Pins } from '../../core/lock/lockfile.ts'
import { displaySafe } from '../../core/text.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'
import type { Outcome, Planned } from './pin-servers.ts'
import { launchLines } from './pin-report.ts'
import { confirm } from '../world/confirm.ts'
import type { World } from '../world/world.ts'

/** How a run is answered: by `--yes`, by naming changes, or by a person. */
export type Answers = { readonly yes: boolean; readonly selectors: readonly Selector[] }

/**
 * Shows every launch that the lock does not have yet, and asks once for all. `--accept` takes
 * definitions of what runs already, so under it nothing new is started.
 * @throws LockError `DECLINED`, `USAGE`, `NO_TERMINAL`
 */
export async function consent(plans: readonly Planned[], { yes, selectors }: Answers, world: World): Promise<void> {
  const fresh = plans.filter(({ isNew }) => isNew)
  if (fresh.length > 0) showLaunches(fresh, world)
  if (!yes && selectors.length === 0 && world.terminal === null) {
    throw new LockError('NO_TERMINAL', 'it asks before it starts a program and before it accepts a change')
  }
  if (fresh.length === 0) return
  if (selectors.length > 0) {
    throw new LockError('USAGE', '--accept takes a change of a pinned server and starts nothing new; run `mcp-lock pin` first')
  }
  if (!yes && !(await confirm('  start them? [y/N] ', world))) throw new LockError('DECLINED', 'nothing was started')
}

function showLaunches(fresh: readonly Planned[], world: World): void {
  const width = Math.max(...fresh.map(({ server }) => server.name.length))
  const lines = fresh.flatMap((plan) => {
    const [launch = '', ...below] = launchLines(plan)
    return [
      `    ${displaySafe(plan.server.name).padEnd(width)}  ${launch}\n`,
      ...below.map((line) => `    ${' '.repeat(width)}  ${line}\n`),
    ]
  })
  const isFirst = fresh.every(({ before }) => before === undefined || before.surface === null)
  world.stderr(`  about to start, ${isFirst ? 'for the first time here' : 'new here or changed since it was pinned'}:\n${lines.join('')}`)
}

export type Chosen = {
  readonly pins: Pins
  readonly closures: { readonly [server: string]: ClosureFiles }
  /** Servers whose changes were refused. */
  readonly declined: readonly string[]
}

/**
 * New and unchanged pins, and of the changed ones those that are accepted.
 * @throws LockError `USAGE`, where a selector names nothing that changed
 */
export async function choose(outcomes: readonly (readonly [string, Outcome])[], answers: Answers, world: World): Promise<Chosen> {
  const pins: { [server: string]: Pin } = {}
  const closures: { [server: string]: ClosureFiles } = {}
  const declined: string[] = []
  for (const [name, outcome] of outcomes) {
    if (outcome.kind !== 'pinned') continue
    const { before, pin, findings, closure } = outcome
    if (before !== undefined && answers.selectors.length > 0) {
      pins[name] = acceptOnly(
        before,
        pin,
        answers.selectors.filter(({ server }) => server === name),
      )
      continue
    }
    const accepted = answers.yes || findings.length === 0 || (await confirm(`  accept the changes of ${displaySafe(name)}? [y/N] `, world))
    if (!accepted) {
      declined.push(name)
      continue
    }
    pins[name] = pin
    if (closure !== null) closures[name] = closure
  }
  return { pins, closures, declined }
}

export function sayDeclined(declined: readonly string[], world: World): void {
  if (declined.length > 0) world.stderr(`  not accepted, so the pin stays: ${declined.map((name) => displaySafe(name)).join(', ')}\n`)
}

/** The pins that no config names any more, if the person agrees that they go. */
export async function choosePruned(unused: readonly string[], { yes }: Answers, world: World): Promise<readonly string[]> {
  if (unused.length === 0) return []
  const names = unused.map((name) => displaySafe(name)).join(', ')
  if (yes) world.stderr(`  no config names them any more, so they go: ${names}\n`)
  return yes || (await confirm(`  no config names ${names} any more. Drop the pins? [y/N] `, world)) ? unused : []
}
