/** What is done to something published, or to everything: withdrawn, deprecated, revoked, paused, resumed, transferred. */
import { toHistory, type Target } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'
import type { World } from '../world/world.ts'
import { manifestTarget } from './approve.ts'
import { controlOf, type Order } from './control-statement.ts'
import { headOf, historyOf, type Opened } from './desk.ts'
import { fileStatement, type FilingOptions } from './file-statement.ts'

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
  await fileStatement(
    {
      ...controlOf({ ...wanted, target }, seen, history, rules, world.now()),
      verb: action,
      what: () =>
        `${action === 'withdraw' ? 'your approval of ' : ''}${about}${wanted.reason === undefined ? '' : ` as ${wanted.reason.code}`}`,
      consequence: consequence(action, about, target),
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
  return 'name' in target ? target.name : target.kind
}

function wordTarget(target: Target): string {
  switch (target.kind) {
    case 'all':
      return 'everything'
    case 'name':
      return displaySafe(target.name, 300)
    case 'version':
    case 'manifest':
      return displaySafe(`${target.name}@${target.version}`, 500)
    case 'signer': {
      const { identity, fromIndex } = target
      const who =
        'spki' in identity ? `the key ${identity.spki}` : `${displaySafe(identity.subject, 500)} (${displaySafe(identity.issuer, 300)})`
      return `${who} from record ${fromIndex} on`
    }
  }
}

function consequence(action: Order['action'], about: string, target: Target): string {
  switch (action) {
    case 'approve':
    case 'withdraw':
      return `your approval of ${about} no longer counts: whoever needs it is refused, running or not`
    case 'deprecate':
      return `${about} goes on, and everybody who checks it is told`
    case 'revoke':
      return target.kind === 'signer'
        ? `nothing that it signed from there on counts: what only it published or approved is refused everywhere`
        : `every client refuses ${about} as soon as it asks, and for good`
    case 'pause':
      return `every client refuses ${about} as soon as it asks, until somebody resumes it: mcp-lock resume ${target.kind === 'all' ? '--all' : about}`
    case 'resume':
      return `${about} is served and accepted again, but for what is revoked`
    case 'transfer':
      return `whoever publishes ${about} next as its author owns it; what is published stays`
  }
}
