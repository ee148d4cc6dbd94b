/** `mcp-lock rm`: drops pins, and says who still names them. */
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import { counted } from '../../core/compare/wording.ts'
import { LOCK_FILE, requirePin, updateLock } from '../locks/lock-store.ts'
import { saySignature } from '../project/say-signature.ts'
import { openLocked, configsNaming } from '../project/project.ts'
import type { World } from '../world/world.ts'
import { own } from '../../core/json/json.ts'

export async function rm(names: readonly string[], world: World): Promise<number> {
  const project = await openLocked([], world)
  for (const name of names) requirePin(project.pins, name)
  const { lock } = await updateLock(project.root, { pins: {}, closures: {}, remove: names })
  const left = counted(Object.keys(lock.servers).length, 'server')
  world.stderr(`wrote ${LOCK_FILE} without ${names.map((name) => displaySafe(name)).join(', ')}: ${left}\n`)
  await saySignature(project.root, world)
  for (const name of names) {
    const files = configsNaming(project, name)
    const shown = displaySafe(name)
    if (files !== null)
      world.stderr(`  ${displaySafe(files, 500)} still names ${shown}: verify fails until it is taken out there or pinned again\n`)
    if (own(project.policy.servers, name) !== undefined) world.stderr(`  ${POLICY_FILE} still has a section for ${shown}\n`)
  }
  return 0
}
