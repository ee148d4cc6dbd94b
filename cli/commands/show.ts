/** `mcp-lock show`: the pinned surface as the model sees it. */
import type { Lock } from '../../core/lock/lockfile.ts'
import { displaySafe } from '../../core/text.ts'
import { requireLock } from '../locks/lock-store.ts'
import { findRoot } from '../project/project.ts'
import { escapedJson } from '../report/escaped-json.ts'
import { definitionLines, serverLines, type ShowContext } from '../report/surface-lines.ts'
import type { World } from '../world/world.ts'
import { select } from './select.ts'

export type ShowOptions = { readonly selector: string | null; readonly risky: boolean; readonly format: 'text' | 'json' }

/** In the place of a server: what is beside the lock. */
const SIGNATURE = 'signature'

export async function showCommand({ selector, risky, format }: ShowOptions, world: World): Promise<number> {
  if (selector === SIGNATURE && !risky) {
    const { showSignature } = await import('./show-signature.ts')
    return showSignature(format, world)
  }
  const { lock } = await requireLock(await findRoot(world))
  const columns = world.terminal?.columns
  const context = { color: world.color, ...(columns === undefined ? {} : { columns }) }
  const [asText, asJson] = risky ? await riskyForms() : [show, showJson]
  world.stdout(format === 'json' ? asJson(lock, selector ?? undefined) : asText(lock, selector ?? undefined, context))
  return 0
}

async function riskyForms(): Promise<[typeof show, typeof showJson]> {
  const { showRisky, showRiskyJson } = await import('./show-risky.ts')
  return [showRisky, showRiskyJson]
}

/**
 * Every server, one server (`server`), or one definition (`server/tools/name`).
 * @throws LockError `SERVER_UNKNOWN`
 */
export function show(lock: Lock, selector: string | undefined, context: ShowContext): string {
  const selected = select(lock, selector)
  if (selected.kind === 'definition') return text(definitionLines(selected.list, selected.entry, context))
  if (selected.kind === 'server') return text(serverLines(selected.name, selected.pin, context))
  const names = Object.keys(lock.servers)
  const head = `${names.length} ${names.length === 1 ? 'server' : 'servers'}: ${names.map((name) => displaySafe(name)).join(', ')}`
  return text([
    names.length === 0 ? 'no servers' : head,
    ...Object.entries(lock.servers).flatMap(([name, pin]) => ['', ...serverLines(name, pin, context)]),
  ])
}

/**
 * The same as stored JSON: the lock's servers, a pin, or a definition.
 * @throws LockError `SERVER_UNKNOWN`
 */
export function showJson(lock: Lock, selector: string | undefined): string {
  const selected = select(lock, selector)
  const value = selected.kind === 'definition' ? selected.entry.definition : selected.kind === 'server' ? selected.pin : lock.servers
  return `${escapedJson(value)}\n`
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
