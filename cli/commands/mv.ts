/** `mcp-lock mv`: another name for a pin, its closure and its section of the policy. */
import { join } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { own } from '../../core/json/json.ts'
import { withoutPins, withPins, type Lock } from '../../core/lock/lockfile.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import { checkServerName } from '../clients/dialects/entry.ts'
import { readClosureFiles } from '../locks/closure-store.ts'
import { writeFileAtomic } from '../world/files.ts'
import { editLock, LOCK_FILE, requireLock, requirePin, type Edited } from '../locks/lock-store.ts'
import { policyText } from '../project/policy-in-force.ts'
import { saySignature } from '../project/say-signature.ts'
import { configsNaming, findRoot, openProject } from '../project/project.ts'
import type { World } from '../world/world.ts'

export async function mv(before: string, after: string, world: World): Promise<number> {
  checkServerName(after)
  const root = await findRoot(world)
  const project = await openProject(root, [], renamed((await requireLock(root)).lock, before, after).servers, world)
  const policy = await renamedPolicy(root, before, after)
  await editLock(root, () => renameIn(root, before, after))
  const files = [LOCK_FILE]
  if (policy !== null && (await writeFileAtomic(join(root, POLICY_FILE), policy))) files.push(POLICY_FILE)
  world.stderr(`${displaySafe(before)} is ${displaySafe(after)} now in ${files.join(' and ')}\n`)
  await saySignature(root, world)
  const naming = configsNaming(project, before)
  if (naming !== null) world.stderr(`  ${displaySafe(naming, 500)} still names ${displaySafe(before)}: rename it there too\n`)
  return 0
}

async function renameIn(root: string, before: string, after: string): Promise<Edited> {
  const { lock } = await requireLock(root)
  const files = await readClosureFiles(root, before, requirePin(lock.servers, before).source)
  return { lock: renamed(lock, before, after), closures: files === null ? {} : { [after]: files } }
}

/** @throws LockError `SERVER_UNKNOWN`, `USAGE` */
function renamed(lock: Lock, before: string, after: string): Lock {
  const pin = requirePin(lock.servers, before)
  if (own(lock.servers, after) !== undefined)
    throw new LockError('USAGE', `\`${after}\` has a pin of its own; drop it first with \`mcp-lock rm\``)
  return withPins(withoutPins(lock, [before]), { [after]: pin })
}

async function renamedPolicy(root: string, before: string, after: string): Promise<string | null> {
  const text = await policyText(root)
  if (text === null) return null
  const { renameInPolicy } = await import('../../core/policy/policy-rename.ts')
  return renameInPolicy(text, before, after)
}
