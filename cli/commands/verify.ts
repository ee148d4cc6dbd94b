/** `mcp-lock verify`: checks, reports, never writes. */
import { join, posix } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { exitOf, worstExit, type LockVerdict } from '../../core/compare/finding.ts'
import type { Configured } from '../clients/configured.ts'
import { giveHeaders, inputsOf, type CredentialOptions } from '../starting/credentials.ts'
import { LOCK_FILE, readLock, requireLock } from '../locks/lock-store.ts'
import { progress } from '../report/progress.ts'
import { findRoot, inRepository, openProject, type Project, type ProjectOptions } from '../project/project.ts'
import { render, type Format } from '../report/index.ts'
import { checkNamedFiles } from '../checking/named-files.ts'
import { checkSignature } from '../checking/check-signature.ts'
import type { SignatureOptions } from '../checking/declared-trust.ts'
import type { Registry } from '../registry/open-registry.ts'
import { verifyServers, type Verification } from '../checking/verify-servers.ts'
import type { World } from '../world/world.ts'

export type VerifyOptions = ProjectOptions &
  SignatureOptions &
  CredentialOptions & {
    readonly servers: readonly string[]
    readonly recursive: boolean
    readonly command: 'verify' | 'check'
    readonly offline: boolean
    /** Whether no server is asked, and the registry is. */
    readonly noLive: boolean
    readonly requireLive: boolean
    readonly format: Format
    readonly base?: string
    readonly policy?: string
    readonly runChanged: boolean
    readonly strict: boolean
  }

export async function verify(options: VerifyOptions, world: World): Promise<number> {
  if (options.offline && options.requireLive)
    throw new LockError('USAGE', '--offline asks no server, and --require-live wants every one asked')
  if (options.runChanged && options.base === undefined) throw new LockError('USAGE', '--run-changed goes with --base')
  if (options.base !== undefined && world.global === true)
    throw new LockError('USAGE', "--base is about a change of a project; --global configs are the user's own")
  if (options.recursive && options.header.some(({ server }) => server === null))
    throw new LockError('USAGE', '--recursive looks at many servers; say which one gets the header: SERVER/NAME=ENV:VARIABLE')
  const { strict, base = null } = options
  const root = options.recursive ? world.cwd : await rootOf(base, world)
  const checked = await checkAll(root, options, world)
  const exit = worstExit(checked.map(({ lock }) => exitOf(lock, strict)))
  const texts = new Map(checked.map(({ lock, text }) => [lock.path, text]))
  const notes = Object.fromEntries(checked.map(({ lock, notes: ofLock }) => [lock.path, ofLock]))
  const report = { command: options.command, exit, strict, locks: checked.map(({ lock }) => lock), notes }
  const folder = await inRepository(root)
  const named = base === null ? {} : { base }
  world.stdout(await render(options.format, report, { color: world.color, folder, ...named, lockText: (path) => texts.get(path) }))
  return exit
}

async function rootOf(base: string | null, world: World): Promise<string> {
  const root = await findRoot(world)
  return base === null ? root : (await import('../project/trust-base.ts')).rootWithBase(root, base, world)
}

/** The lock of this project, or with `--recursive` every lock from here down, one after the other. */
async function checkAll(root: string, options: VerifyOptions, world: World): Promise<readonly Checked[]> {
  if (!options.recursive) {
    const found = check(root, options, world)
    return [await (options.format === 'text' ? found : found.catch(failed))]
  }
  if (options.servers.length > 0 || options.config.length > 0 || world.global === true)
    throw new LockError('USAGE', '--recursive looks at whole projects: name no servers, no --config and no --global')
  const all: Checked[] = []
  for (const folder of await (await import('../project/lock-folders.ts')).lockFolders(options.base ?? null, world)) {
    const { lock, ...checked } = await check(join(root, folder), options, world).catch(failed)
    all.push({ ...checked, lock: { ...lock, path: posix.join(folder, lock.path) } })
  }
  return all
}

type Checked = Verification & { readonly text?: string }

async function check(root: string, options: VerifyOptions, world: World): Promise<Checked> {
  const { base = null, policy = null, runChanged, requireLive, concurrency } = options
  const offline = options.offline || options.noLive
  // A partial clone would fetch what a revision lacks.
  const reading = options.offline ? { ...world, env: { ...world.env, GIT_NO_LAZY_FETCH: '1' } } : world
  const present = await readLock(root)
  if (present === null && base !== null)
    return { lock: await (await import('../checking/check-gone.ts')).checkGone(root, base, options, reading), notes: {} }
  const found = present ?? (await requireLock(root))
  const { text, lock } = found
  const pins = lock.servers
  const project = await openProject(root, options.config, pins, reading, { base, policy, runChanged })
  const known = new Set([...Object.keys(pins), ...project.servers.keys(), ...project.unusable.keys()])
  const unknown = options.servers.find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new LockError(
      'SERVER_UNKNOWN',
      `\`${unknown}\` is neither in the lock nor in a client config; there are ${[...known].sort().join(', ')}`,
    )
  const names = [...known].filter((name) => options.servers.length === 0 || options.servers.includes(name)).sort()
  const headers = options.recursive ? options.header.filter(({ server }) => server !== null && project.servers.has(server)) : options.header
  const given = giveHeaders(chosen(project, names), headers).map((server) => [server.name, server] as const)
  const servers = new Map([...project.servers, ...given])
  const talk = offline ? null : progress(world, names)
  const watch = {
    onStart: (name: string): void => talk?.update(name, 'asking'),
    onEnd: (name: string): void => talk?.clear(name),
  }
  const [timeout, installTimeout] = [options.timeout * 1_000, options.installTimeout * 1_000]
  const registry = options.offline ? null : await registryOf(project, options, world)
  const how = { offline, registry, requireLive, concurrency, inputs: inputsOf(options.input), timeout, installTimeout, ...watch }
  const signature = await checkSignature(project, found, options, world)
  const findings = [...signature, ...(await checkNamedFiles(project.base, options, world.cwd)), ...project.findings]
  return {
    text,
    ...(await verifyServers({ ...project, servers, findings }, names, how, world)),
  }
}

/** @throws LockError `USAGE`, where `check` has no registry to ask */
async function registryOf(project: Project, { command }: VerifyOptions, world: World): Promise<Registry | null> {
  if (command !== 'check' && project.policy.registry === undefined) return null
  return (await import('../registry/open-registry.ts')).openRegistry(project, world)
}

function chosen(project: Project, names: readonly string[]): Configured[] {
  return names.flatMap((name) => project.servers.get(name) ?? [])
}

/** A check that did not come to the servers is a report too: for programs that read reports, and where it is one of several. */
function failed(error: unknown): Checked {
  if (!(error instanceof LockError) || error.code === 'INTERRUPTED') throw error
  const lock: LockVerdict = { path: LOCK_FILE, servers: {}, findings: [{ code: error.code, detail: error.message }], coverage: [] }
  return { lock, notes: {} }
}
