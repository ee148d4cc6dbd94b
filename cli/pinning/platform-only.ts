/** `pin --platform-only`: the hash of a native program of this platform beside those of others, and nothing else. */
import { CODES } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import { own } from '../../core/json/json.ts'
import { isRemote } from '../../core/launch/launch.ts'
import { sealPin, type Pin } from '../../core/lock/lockfile.ts'
import { displaySafe } from '../../core/text.ts'
import { checkOffline } from '../checking/check-offline.ts'
import type { Configured } from '../clients/configured.ts'
import { updateLock } from '../locks/lock-store.ts'
import { sayWritten } from './pin-run.ts'
import { hashLaunchFiles } from '../starting/pinned-files.ts'
import type { Project } from '../project/project.ts'
import { confirm } from '../world/confirm.ts'
import type { World } from '../world/world.ts'

/**
 * Starts nothing: `verify` compares what the program declares with what is pinned of the others.
 * @returns the exit status
 * @throws LockError `DECLINED`, `NO_TERMINAL`, `FILE_UNREADABLE`
 */
export async function pinPlatform(servers: readonly Configured[], project: Project, yes: boolean, world: World): Promise<number> {
  const added: { [name: string]: Pin } = {}
  let exit = 0
  for (const server of servers) {
    const pin = own(project.pins, server.name)
    if (pin?.source.native === undefined) continue
    const { findings } = await checkOffline(server, pin, project, world)
    if (!findings.some(({ code }) => code === 'PLATFORM_UNPINNED')) continue
    const other = findings.find(({ code }) => code !== 'PLATFORM_UNPINNED' && code !== 'LAUNCH_FLOATING' && CODES[code].exit !== 0)
    const { native } = await hashLaunchFiles(project.workspace, pin.source.launch, world.platform)
    if (other !== undefined || native === undefined) {
      const why = other === undefined ? 'there is no native program here' : `${other.code}: ${CODES[other.code].title}`
      world.stderr(`  ${displaySafe(server.name)}  ✗ ${why}\n`)
      exit = 1
      continue
    }
    const command = isRemote(pin.source.launch) ? '' : pin.source.launch.command
    for (const [platform, hash] of Object.entries(native))
      world.stderr(`  ${displaySafe(server.name)}  ${displaySafe(command, 200)}   ${platform} → ${hash.slice(0, 19)}…\n`)
    added[server.name] = sealPin({ ...pin, source: { ...pin.source, native: { ...pin.source.native, ...native } } })
  }
  if (Object.keys(added).length === 0) {
    if (exit === 0) world.stderr('nothing to add: what is native is pinned for this platform\n')
    return exit
  }
  if (!yes && world.terminal === null) throw new LockError('NO_TERMINAL', 'pin asks before it accepts a program')
  if (!yes && !(await confirm('  accept them for this platform? [y/N] ', world))) throw new LockError('DECLINED', 'nothing was written')
  await sayWritten(await updateLock(project.root, { pins: added, closures: {}, remove: [] }), world)
  return exit
}
