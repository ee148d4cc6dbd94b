/** The folder that a command works in: its policy, and the servers that its client configs name. */
import { access, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Finding } from '../core/finding.ts'
import type { Pin } from '../core/lockfile.ts'
import { NO_POLICY, POLICY_FILE, type Policy } from '../core/policy.ts'
import { parseAge } from '../core/release-age.ts'
import { configuredServers, fromPin, type Configured } from './clients/configured.ts'
import { PROJECT_FILES } from './clients/locate.ts'
import { readTextFile } from './files.ts'
import { LOCK_FILE } from './lock-store.ts'
import type { ResolveContext } from './sources/source-kind.ts'
import type { World } from './world.ts'

/** What every command that looks at servers takes. */
export type ProjectOptions = {
  /** Client configs to read instead of those of the project. */
  readonly config: readonly string[]
  /** Seconds that a server may take. */
  readonly timeout: number
  readonly concurrency?: number
}

export type Project = {
  readonly root: string
  readonly policy: Policy
  readonly servers: ReadonlyMap<string, Configured>
  /** Names under which two clients start different things. */
  readonly conflicts: ReadonlyMap<string, Finding>
  /** What a reader should know about a server's configs; none of it is a failure. */
  readonly remarks: ReadonlyMap<string, readonly Finding[]>
}

/** Configs, or the folders of them, that make a folder a project's root. */
const MARKERS = PROJECT_FILES.map(({ path }) => path.replace(/\/\*.*$/, ''))

const MAX_POLICY = 1024 * 1024

/** What resolving sources takes, at the time of the command. */
export function resolveContext({ root, policy }: Project, world: World): ResolveContext & { readonly platform: NodeJS.Platform } {
  const { env, signal, platform } = world
  const now = world.now()
  const age = policy.minimumReleaseAge === undefined ? 0 : parseAge(policy.minimumReleaseAge)
  const limit = age === 0 ? null : { cutoff: now - age, age, by: `\`minimumReleaseAge\` of ${POLICY_FILE}` }
  return { env, root, timeout: PACKAGE_TIMEOUT, signal, platform, now, limit }
}

/** Milliseconds that downloading a package may take, before a server's own time begins. */
export const PACKAGE_TIMEOUT = 300_000

/**
 * The nearest folder, from here up to the repository's, that has a lock or a client config; this folder
 * where none has. The home folder counts only if the command runs in it: its configs are the user's own.
 */
export async function findRoot(world: World): Promise<string> {
  const start = await realpath(world.cwd)
  const home = await realpath(world.env['HOME'] ?? homedir()).catch(() => '')
  for (let folder = start; ; folder = dirname(folder)) {
    if (folder === home && folder !== start) return start
    if (await exists(join(folder, LOCK_FILE))) return folder
    const marked = await Promise.all(MARKERS.map((file) => exists(join(folder, file))))
    if (marked.includes(true)) return folder
    if ((await exists(join(folder, '.git'))) || dirname(folder) === folder) return start
  }
}

/** @throws LockError `POLICY_INVALID`, `CONFIG_INVALID`, `FILE_UNREADABLE` */
export async function openProject(
  root: string,
  config: readonly string[],
  pins: { readonly [name: string]: Pin },
  world: World,
): Promise<Project> {
  const found = await configuredServers(root, config, world)
  const servers = new Map(found.servers)
  for (const [name, pin] of Object.entries(pins)) if (pin.adHoc === true && !servers.has(name)) servers.set(name, fromPin(name, pin))
  return { root, policy: await readPolicy(root), servers, conflicts: found.conflicts, remarks: found.remarks }
}

/** The pins that no client config names any more. */
export function unusedPins({ servers, conflicts }: Project, pins: { readonly [name: string]: Pin }): [name: string, pin: Pin][] {
  return Object.entries(pins).filter(([name]) => !servers.has(name) && !conflicts.has(name))
}

/** The client configs that name a server, as a phrase; null where none does. */
export function configsNaming({ servers, conflicts }: Project, name: string): string | null {
  const files = new Set(servers.get(name)?.entries.map(({ file }) => file))
  return conflicts.get(name)?.detail ?? (files.size === 0 ? null : [...files].join(' and '))
}

/** Null where there is none. */
export function policyText(root: string): Promise<string | null> {
  return readTextFile(join(root, POLICY_FILE), MAX_POLICY)
}

async function readPolicy(root: string): Promise<Policy> {
  const text = await policyText(root)
  if (text === null) return NO_POLICY
  const { parsePolicy } = await import('../core/policy-file.ts')
  return parsePolicy(text)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
