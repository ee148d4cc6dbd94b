/** `mcp-lock sign`: signs the lock and writes the bundle beside it. */
import { LockError } from '../../core/codes/errors.ts'
import { findRoot } from '../project/project.ts'
import { signLock, type SignOptions } from '../signing/sign-lock.ts'
import type { World } from '../world/world.ts'

export async function sign(options: SignOptions, world: World): Promise<number> {
  if (world.global === true)
    throw new LockError('USAGE', "a signature is bound to a repository, and the lock of --global is the user's own: it needs none")
  await signLock(await findRoot(world), options, world)
  return 0
}
