/** The folder that a command works in: its policy, and the servers that its client configs name. */
import { realpath } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import type { Pin, Pins } from '../../core/lock/lockfile.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { parseAge } from '../../core/packages/release-age.ts'
import { configuredServers, fromPin, type Configured } from '../clients/configured.ts'
import { applicationData } from '../clients/dialects/client.ts'
import { PROJECT_FILES, userPath } from '../clients/locate.ts'
import { homeFolder } from '../world/environment.ts'
import { LOCK_FILE, requireLock, type ReadLock } from '../locks/lock-store.ts'
import { policyInForce, type PolicyInForce } from './policy-in-force.ts'
import type { ResolveContext, SourceContext } from '../sources/source-kind.ts'
import type { TrustBase } from './trust-base.ts'
import type { World } from '../world/world.ts'
import { exists } from '../world/files.ts'

/** What every command that looks at servers takes. */
export type ProjectOptions = {
  /** Client configs to read instead of those of the project. */
  readonly config: readonly string[]
  /** Seconds that a server may take. */
  readonly timeout: number
  /** Seconds that downloading a package may take, before that. */
  readonly installTimeout: number
  readonly concurrency?: number
}

/** What is trusted in the place of the project's own files. */
export type TrustOptions = {
  /** A git revision. */
  readonly base: string | null
  /** Whether servers that the base does not have are started. */
  readonly runChanged: boolean
  /** A policy outside the project. */
  readonly policy: string | null
}

export type Project = PolicyInForce & {
  /** Those of the lock as it was when the command began. */
  readonly pins: Pins
  /** The folder of lock and policy. */
  readonly root: string
  /** What relative words of launches start from: the root, or the home folder for the user's own configs. */
  readonly workspace: string
  readonly base: TrustBase | null
  readonly servers: ReadonlyMap<string, Configured>
  /** Servers of which the configs do not say one thing. */
  readonly unusable: ReadonlyMap<string, Finding>
  /** What a reader should know about a server's configs; none of it is a failure. */
  readonly remarks: ReadonlyMap<string, readonly Finding[]>
}

/** Whether it is the user's own configs and lock, wherever the command runs. */
export function isUsers({ root, workspace }: Pick<Project, 'root' | 'workspace'>): boolean {
  return root !== workspace
}

/** Configs, or the folders of them, that make a folder a project's root. */
export const CONFIGS = PROJECT_FILES.map(({ path }) => path.replace(/\/\*.*$/, ''))

/** What installing sources takes; what a trust base has of the project's configuration is read from there. */
export function sourceContext({ workspace, base }: Project, { env, signal, platform }: World, timeout = PACKAGE_TIMEOUT): SourceContext {
  return { env, workspace, timeout, signal, platform, ...(base === null ? {} : { readSettings: base.read }) }
}

/** What resolving sources takes, at the time of the command. */
export function resolveContext(project: Project, world: World, timeout?: number): ResolveContext {
  const { root, policy } = project
  const now = world.now()
  const age = policy.minimumReleaseAge === undefined ? 0 : parseAge(policy.minimumReleaseAge)
  const limit = age === 0 ? null : { cutoff: now - age, age, by: `\`minimumReleaseAge\` of ${POLICY_FILE}` }
  return { ...sourceContext(project, world, timeout), root, now, limit }
}

/** Milliseconds that downloading a package may take, before a server's own time begins. */
const PACKAGE_TIMEOUT = 300_000

/**
 * The nearest folder, from here up to the repository's, that has a lock or a client config; this folder
 * where none has. The home folder counts only if the command runs in it: its configs are the user's own.
 */
export async function findRoot(world: World): Promise<string> {
  if (world.global === true) return userFolder(world)
  const start = await realpath(world.cwd)
  const home = await realpath(homeFolder(world.env, world.platform) ?? '').catch(() => '')
  for (let folder = start; ; folder = dirname(folder)) {
    if (folder === home && folder !== start) return start
    if (await exists(join(folder, LOCK_FILE))) return folder
    const marked = await Promise.all(CONFIGS.map((file) => exists(join(folder, file))))
    if (marked.includes(true)) return folder
    if ((await exists(join(folder, '.git'))) || dirname(folder) === folder) return start
  }
}

/** Where the user's own lock and policy are. @throws LockError `VARIABLE_UNSET` */
function userFolder(world: World): string {
  const { env, platform } = world
  return userPath(applicationData('mcp-lock'), env, platform) ?? requireHome(world)
}

/** @throws LockError `VARIABLE_UNSET` */
function requireHome({ env, platform }: World): string {
  const home = homeFolder(env, platform)
  if (home === null) throw new LockError('VARIABLE_UNSET', `no value for \`${platform === 'win32' ? 'USERPROFILE' : 'HOME'}\``)
  return home
}

/** A folder by its path from the top of its repository, with slashes; '' for the top, and outside of any. */
export async function inRepository(folder: string): Promise<string> {
  for (let top = folder; ; top = dirname(top)) {
    if (await exists(join(top, '.git'))) return relative(top, folder).split(sep).join('/')
    if (dirname(top) === top) return ''
  }
}

/** @throws LockError `POLICY_INVALID`, `CONFIG_INVALID`, `FILE_UNREADABLE`, `REVISION_UNKNOWN` */
export async function openProject(
  root: string,
  config: readonly string[],
  pins: Pins,
  world: World,
  { base: name = null, runChanged = false, policy = null }: Partial<TrustOptions> = {},
): Promise<Project> {
  const base = name === null ? null : await (await import('./trust-base.ts')).openTrustBase(root, name, runChanged, world)
  const inForce = await policyInForce(root, policy, base, world.cwd)
  const workspace = world.global === true ? await realpath(requireHome(world)) : root
  const found = await configuredServers(workspace, config, world, pins)
  const servers = new Map(found.servers)
  for (const [name, pin] of Object.entries(pins))
    if (pin.adHoc === true && !servers.has(name) && !found.unusable.has(name)) servers.set(name, fromPin(name, pin))
  return { pins, root, workspace, base, ...inForce, servers, unusable: found.unusable, remarks: found.remarks }
}

/**
 * The project of the current folder, which must have a lock.
 * @throws LockError `LOCK_*`, and as `openProject`
 */
export async function openLocked(config: readonly string[], world: World): Promise<Project & { readonly locked: ReadLock }> {
  const root = await findRoot(world)
  const locked = await requireLock(root)
  return { ...(await openProject(root, config, locked.lock.servers, world)), locked }
}

/** The pins that no client config names any more. */
export function unusedPins({ pins, servers, unusable }: Project): [name: string, pin: Pin][] {
  return Object.entries(pins).filter(([name]) => !servers.has(name) && !unusable.has(name))
}

/** The client configs that name a server, as a phrase; null where none does. */
export function configsNaming({ servers, unusable }: Project, name: string): string | null {
  const files = new Set(servers.get(name)?.entries.map(({ file }) => file))
  return unusable.get(name)?.detail ?? (files.size === 0 ? null : [...files].join(' and '))
}
