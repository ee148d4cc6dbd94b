/** `mcp-lock verify`: checks, reports, never writes. */
import { LockError } from '../../core/errors.ts'
import { exitOf, worstExit, type LockVerdict, type ServerVerdict } from '../../core/finding.ts'
import { readLock, LOCK_FILE } from '../lock-store.ts'
import { findRoot, openProject, type ProjectOptions } from '../project.ts'
import { render, type Format } from '../report/index.ts'
import type { Report } from '../report/report.ts'
import { verifyServers, type Verification } from '../verify-servers.ts'
import type { World } from '../world.ts'

export type VerifyOptions = ProjectOptions & { readonly servers: readonly string[]; readonly offline: boolean; readonly format: Format }

export async function verify(options: VerifyOptions, world: World): Promise<number> {
  let lockText: string | undefined
  let verdict: LockVerdict
  let notes: Verification['notes'] = {}
  try {
    const root = await findRoot(world)
    const lock = await readLock(root)
    if (lock === null) throw new LockError('LOCK_NOT_FOUND', `no ${LOCK_FILE} in this folder or above it`)
    lockText = lock.text
    const pins = lock.lock.servers
    const project = await openProject(root, options.config, pins, world)
    const unknown = options.servers.find((name) => !Object.hasOwn(pins, name) && !project.servers.has(name) && !project.conflicts.has(name))
    if (unknown !== undefined) throw new LockError('SERVER_UNKNOWN', `\`${unknown}\` is neither in the lock nor in a client config`)
    ;({ lock: verdict, notes } = await verifyServers(
      project,
      pins,
      { ...options, timeout: options.timeout * 1_000, concurrency: options.concurrency, onServer: progress(world) },
      world,
    ))
  } catch (error) {
    if (!(error instanceof LockError) || options.format === 'text') throw error
    verdict = { path: LOCK_FILE, servers: {}, findings: [{ code: error.code, detail: error.message }], coverage: [] }
  }
  const exit = worstExit([exitOf(verdict)])
  const report: Report = { command: 'verify', exit, locks: [verdict], notes: { [LOCK_FILE]: notes } }
  const context = { color: world.color, lockText: () => lockText }
  world.stdout(await render(options.format, report, context))
  return exit
}

/** One line per server on a terminal, as it is done. */
function progress(world: World): (server: string, verdict: ServerVerdict) => void {
  if (world.terminal === null) return () => {}
  return (server, { status }) => world.stderr(`  ${server}: ${status}\n`)
}
