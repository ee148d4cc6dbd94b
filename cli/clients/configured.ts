/** The servers of a project as the commands see them, whichever clients name them. */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import { own, unescapeKey } from '../../core/json/json.ts'
import { isRemote, stdioLaunch, type Launch } from '../../core/launch/launch.ts'
import type { Pin, Pins } from '../../core/lock/lockfile.ts'
import type { Transport } from '../../core/launch/source.ts'
import { literal } from '../../core/launch/template.ts'
import { throughBridge } from './bridge.ts'
import { checkServerName, launchOf, type Draft, type ServerEntry, type Start, type Templates } from './dialects/entry.ts'
import { expandStart, type StartContext, type Started } from './expand.ts'
import { redactStart } from './redact-start.ts'
import { PROJECT_FILES, userFiles } from './locate.ts'
import { mergeEntries, type MergedServer } from './merge.ts'
import type { World } from '../world/world.ts'
import { readConfigs, readNamedConfigs } from './read.ts'

export type Configured = {
  readonly name: string
  readonly launch: Launch
  /** Each launch that a config has; they differ in nothing but the package's version. */
  readonly launches: readonly Launch[]
  /** Null where the configs leave open which of the two HTTP transports it is. */
  readonly transport: Transport | null
  /** Given on the command line, now or when it was pinned; `entries` is empty then. */
  readonly adHoc: boolean
  readonly entries: readonly ServerEntry[]
  readonly start: Start
}

export type ConfiguredServers = {
  readonly servers: ReadonlyMap<string, Configured>
  /** Servers of which the configs do not say one thing: an entry cannot be read, or two start different programs. */
  readonly unusable: ReadonlyMap<string, Finding>
  readonly remarks: ReadonlyMap<string, readonly Finding[]>
}

/** @throws LockError `CONFIG_INVALID` for a whole file, `CONFIG_NOT_FOUND`, `FILE_UNREADABLE` */
export async function configuredServers(
  root: string,
  explicit: readonly string[],
  { cwd, platform, env, global }: Pick<World, 'cwd' | 'platform' | 'env' | 'global'>,
  pins: Pins = {},
): Promise<ConfiguredServers> {
  const named = explicit.map((file) => resolve(cwd, file))
  const unusable = new Map<string, Finding>()
  const onUnreadable = (name: string, { code, message }: LockError): void =>
    void unusable.set(name, { code, subject: 'source', detail: message })
  const written =
    named.length > 0
      ? await readNamedConfigs(root, named, platform, onUnreadable)
      : await readConfigs(root, global === true ? userFiles(env, platform) : PROJECT_FILES, platform, onUnreadable)
  const { servers, conflicts } = mergeEntries(written.map((entry) => throughPin(entry, own(pins, entry.name))))
  for (const [name, clash] of conflicts)
    if (!unusable.has(name)) unusable.set(name, { code: 'LAUNCH_CONFLICT', subject: 'source', detail: filesOf(clash) })
  const usable = [...servers].filter(([name]) => !unusable.has(name))
  return {
    servers: new Map(usable.map(([name, server]) => [name, { ...server, adHoc: false, start: server.entries[0].start }])),
    unusable,
    remarks: new Map(usable.map(([name, server]) => [name, remarksOn(server)])),
  }
}

/** An entry that names only its pin starts what that says, with the variables that the entry has. */
function throughPin(entry: ServerEntry, pin: Pin | undefined): ServerEntry {
  if (entry.wrapper?.bare !== true || entry.start.kind !== 'program' || pin === undefined) return entry
  const words = startFrom(pin.source.launch)
  if (words.kind !== 'program') return entry
  const { command, args, cwd, envFile } = { envFile: entry.start.envFile, ...words }
  const start: Start = {
    kind: 'program',
    command,
    args,
    env: entry.start.env,
    ...(cwd === undefined ? {} : { cwd }),
    ...(envFile === undefined ? {} : { envFile }),
  }
  return { ...entry, start, launch: launchOf(redactStart(start).start) }
}

function remarksOn({ differing, entries }: MergedServer): Finding[] {
  const apart = entries.filter((entry) => entry.differing.length > 0)
  const bridged = entries.filter((entry) => entry.bridged)
  return [
    ...(differing.length === 0
      ? []
      : [
          {
            code: 'ENV_UNPINNED',
            subject: 'source',
            detail: `${filesOf(entries)} give different values to ${differing.join(', ')}`,
          } as const,
        ]),
    ...apart.map(
      ({ file, client, differing: others }) =>
        ({ code: 'CLIENTS_DIFFER', subject: 'source', detail: `${file}: ${others.join(', ')} reads it otherwise than ${client}` }) as const,
    ),
    ...(bridged.length === 0 ? [] : [{ code: 'BRIDGE_UNPINNED' as const, subject: 'source', detail: filesOf(bridged) }]),
  ]
}

/**
 * A server of the command line: words that a shell has already expanded, or an address.
 * @throws LockError `CONFIG_INVALID`, `SECRET_LITERAL`
 */
export function adHocServer(name: string, words: readonly string[] | null, url: string | null, headers: Templates = {}): Configured {
  checkServerName(name)
  const [command = '', ...args] = (words ?? []).map(literal)
  if (url !== null && /\?.*=[^&]/.test(url))
    throw new LockError('SECRET_LITERAL', 'the lock keeps no values of a query; name the server in a client config')
  const program: Draft = { start: { kind: 'program', command, args, env: {} }, transport: 'stdio' }
  const { start, transport } =
    url === null ? throughBridge(program) : { start: { kind: 'address', url: literal(url), headers } as const, transport: null }
  const launch = launchOf(start)
  return { name, launch, launches: [launch], transport, adHoc: true, entries: [], start }
}

/** A server that was pinned without a config: its launch is all that is known. Variables without a value there are the user's own; headers have one only where `--header` gives it. */
export function fromPin(name: string, { source }: Pick<Pin, 'source'>): Configured {
  const { launch, transport } = source
  return { name, launch, launches: [normalForm(launch)], transport, adHoc: true, entries: [], start: startFrom(launch) }
}

/** What is started; a pin made by hand may say otherwise. */
function normalForm(launch: Launch): Launch {
  if (isRemote(launch)) return launch
  const { command, args, cwd, envFile, ...rest } = launch
  return { ...rest, ...stdioLaunch({ command, args, cwd, envFile }) }
}

function startFrom(launch: Launch): Start {
  if (isRemote(launch))
    return {
      kind: 'address',
      url: launch.url,
      headers: Object.fromEntries((launch.headers ?? []).map((name) => [name, `\${header:${name}}`])),
    }
  const { env = [], envValues = {}, ...words } = launch
  const own = env.map((name) => [name, `\${env:${name}}`] as const)
  const pinned = Object.entries(envValues).map(([name, template]) => [unescapeKey(name), template] as const)
  return { ...words, kind: 'program', env: Object.fromEntries([...own, ...pinned]) }
}

/** What of the configs' words is a credential, as a message that says what to write instead; null where nothing is. */
export function secretIn({ entries }: Configured): string | null {
  return entries.find(({ secret }) => secret !== null)?.secret ?? null
}

/** What is started or connected to, as the first client that names the server would. */
export function startOf(server: Configured, context: StartContext): Promise<Started> {
  return expandStart(server.start, context)
}

function filesOf(entries: readonly ServerEntry[]): string {
  return [...new Set(entries.map(({ file }) => file))].join(' and ')
}
