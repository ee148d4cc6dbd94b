/** `mcp-lock verify`: checks, reports, never writes. */
import { LockError } from '../../core/errors.ts'
import { exitOf, type LockVerdict } from '../../core/finding.ts'
import type { Configured } from '../clients/configured.ts'
import { giveHeaders, inputsOf, type CredentialOptions } from '../credentials.ts'
import { LOCK_FILE, requireLock } from '../lock-store.ts'
import { progress } from '../progress.ts'
import { findRoot, openProject, type Project, type ProjectOptions } from '../project.ts'
import { render, type Format } from '../report/index.ts'
import { verifyServers, type Verification } from '../verify-servers.ts'
import type { World } from '../world.ts'

export type VerifyOptions = ProjectOptions &
  CredentialOptions & {
    readonly servers: readonly string[]
    readonly offline: boolean
    readonly requireLive: boolean
    readonly format: Format
  }

export async function verify(options: VerifyOptions, world: World): Promise<number> {
  const { lock, notes, text } = await check(options, world).catch((error: unknown) => {
    if (!(error instanceof LockError) || options.format === 'text') throw error
    return failed(error)
  })
  const exit = exitOf(lock)
  const report = { command: 'verify', exit, locks: [lock], notes: { [LOCK_FILE]: notes } }
  world.stdout(await render(options.format, report, { color: world.color, lockText: () => text }))
  return exit
}

type Checked = Verification & { readonly text?: string }

async function check(options: VerifyOptions, world: World): Promise<Checked> {
  if (options.offline && options.requireLive)
    throw new LockError('USAGE', '--offline asks no server, and --require-live wants every one asked')
  const root = await findRoot(world)
  const { text, lock } = await requireLock(root)
  const pins = lock.servers
  const project = await openProject(root, options.config, pins, world)
  const known = new Set([...Object.keys(pins), ...project.servers.keys(), ...project.conflicts.keys()])
  const unknown = options.servers.find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new LockError(
      'SERVER_UNKNOWN',
      `\`${unknown}\` is neither in the lock nor in a client config; there are ${[...known].sort().join(', ')}`,
    )
  const names = [...known].filter((name) => options.servers.length === 0 || options.servers.includes(name)).sort()
  const servers = new Map(giveHeaders(chosen(project, names), options.header).map((server) => [server.name, server]))
  const talk = world.terminal === null || options.offline ? null : progress(world, names)
  const watch = {
    onStart: (name: string): void => talk?.update(name, 'asking'),
    onEnd: (name: string): void => talk?.clear(name),
  }
  const { offline, requireLive, concurrency } = options
  const how = { offline, requireLive, concurrency, inputs: inputsOf(options.input), timeout: options.timeout * 1_000, ...watch }
  return {
    text,
    ...(await verifyServers({ ...project, servers }, pins, names, how, world)),
  }
}

function chosen(project: Project, names: readonly string[]): Configured[] {
  return names.flatMap((name) => project.servers.get(name) ?? [])
}

/** A check that did not come to the servers is a report too, for those who read reports. */
function failed(error: LockError): Checked {
  const lock: LockVerdict = { path: LOCK_FILE, servers: {}, findings: [{ code: error.code, detail: error.message }], coverage: [] }
  return { lock, notes: {} }
}
