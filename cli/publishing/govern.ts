/** What is done to something published, or to everything: withdrawn, deprecated, revoked, paused, resumed, transferred. */
import { LockError } from '../../core/codes/errors.ts'
import { counted } from '../../core/compare/wording.ts'
import { toHistory, type Target } from '../../core/registry/index.ts'
import type { World } from '../world/world.ts'
import { manifestTarget } from './approve.ts'
import { controlOf, type Order } from './control-statement.ts'
import { headOf, historyOf, statusOf, type Opened } from './desk.ts'
import { fileStatement, type FilingOptions } from './file-statement.ts'
import { twinLines } from './twins.ts'
import { wasPaused, stayLines } from './what-stays.ts'
import { wordTarget } from './word-target.ts'

/** A target before anything is asked of the registry: an approval is withdrawn from a manifest, by its version. */
type Wanted = Omit<Order, 'expires'>

/** @throws LockError, and nothing is signed then */
export async function govern(wanted: Wanted, options: FilingOptions, opened: Opened, world: World): Promise<void> {
  const { rules } = opened.trust
  const name = 'name' in wanted.target ? wanted.target.name : null
  // About everything, the rules alone decide: in an incident that is one question less.
  const known = name === null ? toHistory(0, []) : historyOf(name, opened)
  const [seen, history] = await Promise.all([headOf(opened), known])
  const { action } = wanted
  const isOfManifest = action === 'withdraw' && wanted.target.kind === 'version'
  const target = isOfManifest ? manifestTarget(wanted.target.name, wanted.target.version, history) : wanted.target
  const about = wordTarget(target)
  if (target.kind === 'signer' && target.fromIndex > seen.size)
    throw new LockError(
      'USAGE',
      `--from-record ${target.fromIndex}: the log has ${counted(seen.size, 'record')}, so nothing would be revoked`,
    )
  const status = action === 'resume' ? await statusOf(opened, world.now()) : null
  const lines = status === null ? [] : stayLines(target, status, history)
  if (action === 'revoke') lines.push(...(await twinLines(target, history, opened)))
  for (const line of lines) world.stderr(`  ! ${line}\n`)
  if (status !== null && !wasPaused(target, status, history)) {
    world.stderr('  nothing is paused by these words: nothing to do\n')
    return
  }
  await fileStatement(
    {
      ...controlOf({ ...wanted, target }, seen, history, rules, world.now()),
      verb: action,
      what: () =>
        `${action === 'withdraw' ? 'your approval of ' : ''}${about}${wanted.reason === undefined ? '' : ` as ${wanted.reason.code}`}`,
      consequence: consequence(action, about, target, lines.length > 0),
      ...(IRREVERSIBLE.has(action) ? { typed: typedFor(target) } : {}),
      parts: {},
    },
    options,
    opened,
    world,
  )
}

const IRREVERSIBLE: ReadonlySet<Order['action']> = new Set(['revoke', 'transfer'])

function typedFor(target: Target): string {
  if (!('name' in target)) return target.kind
  return 'version' in target ? `${target.name}@${target.version}` : target.name
}

/** @param isLeft whether something else pauses or revokes it */
function consequence(action: Order['action'], about: string, target: Target, isLeft: boolean): string {
  switch (action) {
    case 'approve':
    case 'withdraw':
      return `your approval of ${about} no longer counts: whoever needs it starts it no more; what runs goes on until it ends`
    case 'deprecate':
      return `${about} goes on, and everybody who checks it is told`
    case 'revoke':
      return target.kind === 'signer'
        ? `nothing that it signed from there on counts: what only it published or approved is refused everywhere`
        : `every client refuses ${about} as soon as it asks, and for good`
    case 'pause':
      return `every client refuses ${about} as soon as it asks, until somebody resumes it: mcp-lock resume ${target.kind === 'all' ? '--all' : about}`
    case 'resume':
      if (isLeft) return `the pause of ${about} ends, and nothing else that keeps it from being used`
      return `${about} is served and accepted again${target.kind === 'all' ? ', but for what is revoked' : ''}`
    case 'transfer':
      return `whoever publishes ${about} next as its author owns it; what is published stays`
  }
}
