/** `mcp-lock verify`: checks, reports, never writes. */
import { LockError } from '../../core/errors.ts'
import { exitOf, type LockVerdict } from '../../core/finding.ts'
import { LOCK_FILE, requireLock } from '../lock-store.ts'
import { progress } from '../progress.ts'
import { findRoot, openProject, type ProjectOptions } from '../project.ts'
import { render, type Format } from '../report/index.ts'
import { verifyServers, type Verification } from '../verify-servers.ts'
import type { World } from '../world.ts'

export type VerifyOptions = ProjectOptions & { readonly servers: readonly string[]; readonly offline: boolean; readonly format: Format }

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
  const talk = world.terminal === null || options.offline ? null : progress(world, names)
  const watch = {
    onStart: (name: string): void => talk?.update(name, 'asking'),
    onEnd: (name: string): void => talk?.clear(name),
  }
  const { offline, concurrency } = options
  return {
    text,
    ...(await verifyServers(project, pins, names, { offline, concurrency, timeout: options.timeout * 1_000, ...watch }, world)),
  }
}

/** A check that did not come to the servers is a report too, for those who read reports. */
function failed(error: LockError): Checked {
  const lock: LockVerdict = { path: LOCK_FILE, servers: {}, findings: [{ code: error.code, detail: error.message }], coverage: [] }
  return { lock, notes: {} }
}
