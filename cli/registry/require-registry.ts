/** The registry of the project's policy, for commands that are about it. */
import { LockError } from '../../core/codes/errors.ts'
import { policyInForce } from '../project/policy-in-force.ts'
import { findRoot } from '../project/project.ts'
import type { World } from '../world/world.ts'
import { openRegistry, type Registry } from './check-registry.ts'

/** @throws LockError `USAGE`, where the policy names none; `POLICY_INVALID`, and as `openRegistry` */
export async function requireRegistry(world: World): Promise<Registry> {
  const registry = await openRegistry(await policyInForce(await findRoot(world), null, null, world.cwd), world)
  if (registry === null) throw new LockError('USAGE', 'the policy names no registry; write `registry` into mcp-lock.yaml')
  return registry
}
