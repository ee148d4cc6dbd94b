/** `mcp-lock wrap` and `mcp-lock unwrap`: client configs behind `run`, and back. */
import { LockError } from '../../core/codes/errors.ts'
import { byCodeUnit } from '../../core/json/digest.ts'
import type { Pins } from '../../core/lock/lockfile.ts'
import { displaySafe } from '../../core/text.ts'
import { editConfigs } from '../clients/edits/edit-configs.ts'
import type { ServerEntry } from '../clients/dialects/entry.ts'
import { unwrapEntry, wrapEntry } from '../clients/edits/wrap-entry.ts'
import { isWrapping } from '../clients/dialects/wrapper.ts'
import { openLocked, findRoot, openProject, type Project } from '../project/project.ts'
import { VERSION } from '../../core/version.ts'
import type { World } from '../world/world.ts'

export type WrapOptions = { readonly servers: readonly string[]; readonly config: readonly string[]; readonly command?: string }

/** Exits 1 where a server that was named could not be wrapped. */
export async function wrap(options: WrapOptions, world: World): Promise<number> {
  const launcher = options.command?.split(' ').filter((word) => word !== '')
  if (launcher !== undefined && !isWrapping(launcher))
    throw new LockError('USAGE', 'expected words that start mcp-lock, like `mcp-lock` or `npx -y mcp-lock@1.2.3`')
  const project = await openLocked(options.config, world)
  const entries = chosen(project, options)
  const kept = new Map(entries.map((entry) => [entry, whyLeft(entry, project.pins)]))
  const open = entries.filter((entry) => kept.get(entry) === null)
  const written = await editConfigs(open, (text, entry) => wrapEntry(text, entry, launcher ?? usualLauncher(entry), callOf(entry, world)))
  report(written, kept, world)
  return options.servers.length > 0 && [...kept.values()].some((why) => why !== null && why !== WRAPPED) ? 1 : 0
}

export async function unwrap(options: WrapOptions, world: World): Promise<number> {
  const project = await openProject(await findRoot(world), options.config, {}, world)
  const entries = chosen(project, options)
  const bare = entries.filter(({ wrapper }) => wrapper?.bare === true)
  const kept = new Map(bare.map((entry) => [entry, 'its own words are in the lock only; write them into the config by hand']))
  const written = await editConfigs(
    entries.filter(({ wrapper }) => wrapper?.bare === false),
    unwrapEntry,
  )
  report(written, kept, world)
  return bare.length > 0 ? 1 : 0
}

const WRAPPED = 'behind mcp-lock already'

/** Why an entry is left as it is; null where it is not. */
function whyLeft({ name, start, wrapper, bridged }: ServerEntry, pins: Pins): string | null {
  if (wrapper !== null) return WRAPPED
  if (bridged || start.kind === 'address') return 'a remote server, which the client reaches by its address'
  return Object.hasOwn(pins, name) ? null : 'not pinned; to pin it: mcp-lock pin'
}

/** @throws LockError `SERVER_UNKNOWN` */
function chosen({ servers, unusable }: Project, options: WrapOptions): ServerEntry[] {
  const unknown = options.servers.find((name) => !servers.has(name))
  if (unknown !== undefined) {
    const why = unusable.has(unknown) ? `its configs say no one thing (${unusable.get(unknown)?.code})` : 'no client config names it'
    throw new LockError('SERVER_UNKNOWN', `\`${unknown}\`: ${why}`)
  }
  const all = [...servers.values()].filter(({ name }) => options.servers.length === 0 || options.servers.includes(name))
  return all.flatMap(({ entries }) => entries).toSorted((a, b) => byCodeUnit(a.name, b.name))
}

/** Where a config needs `cmd` to start `npx`, it does so for ours too. */
function usualLauncher({ start }: ServerEntry): readonly string[] {
  const needsCmd = start.kind === 'program' && /^cmd(?:\.exe)?$/i.test(start.command)
  return [...(needsCmd ? ['cmd', '/c'] : []), 'npx', '-y', `mcp-lock@${VERSION}`]
}

function callOf({ name }: ServerEntry, { global }: World): readonly string[] {
  return ['run', name, ...(global === true ? ['--global'] : [])]
}

function report(written: readonly string[], kept: ReadonlyMap<ServerEntry, string | null>, world: World): void {
  const lines = new Set([...kept].flatMap(([{ name }, why]) => (why === null ? [] : [`  ${displaySafe(name)}: left as it is: ${why}\n`])))
  for (const line of lines) world.stderr(line)
  for (const file of written) world.stderr(`wrote ${displaySafe(file)}\n`)
  if (written.length === 0) world.stderr('nothing to change\n')
}
