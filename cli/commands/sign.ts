/** `mcp-lock sign`: signs the lock and writes the bundle beside it. */
import { findRoot } from '../project/project.ts'
import { requireRepository } from '../project/remote-repository.ts'
import { signLock, type SignOptions } from '../signing/sign-lock.ts'
import type { World } from '../world/world.ts'

export async function sign(options: SignOptions, world: World): Promise<number> {
  requireRepository(world)
  await signLock(await findRoot(world), options, world)
  return 0
}
