/** The registry that a policy names, for commands that are about it. */
import { LockError } from '../../core/codes/errors.ts'
import { policyInForce, type PolicyInForce } from '../project/policy-in-force.ts'
import { findRoot } from '../project/project.ts'
import type { World } from '../world/world.ts'
import { openRegistry, type Opening, type Registry } from './check-registry.ts'

/** @throws LockError `USAGE`, where the policy names none, and as `openRegistry` */
export async function requireRegistry(project: Parameters<typeof openRegistry>[0], world: World, how: Opening = {}): Promise<Registry> {
  const registry = await openRegistry(project, world, how)
  if (registry === null) throw new LockError('USAGE', 'the policy names no registry; write `registry` into mcp-lock.yaml')
  return registry
}

/** That of the policy of this folder. @throws LockError `POLICY_INVALID`, and as `requireRegistry` */
export async function registryHere(world: World, how: Opening = {}): Promise<Registry & { readonly inForce: PolicyInForce }> {
  const inForce = await policyInForce(await findRoot(world), null, null, world.cwd)
  return { ...(await requireRegistry(inForce, world, how)), inForce }
}
