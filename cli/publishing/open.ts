/** What every command that writes to a registry begins with: the policy of this folder, and the registry that it names. */
import { policyInForce, type PolicyInForce } from '../project/policy-in-force.ts'
import { findRoot } from '../project/project.ts'
import { trustedRootOf } from '../project/trusted-root.ts'
import type { World } from '../world/world.ts'
import { openDesk, type Desk } from './desk.ts'
import type { FilingOptions } from './file-statement.ts'

export type Opened = Desk & { readonly inForce: PolicyInForce }

/** @throws LockError `POLICY_INVALID`, `TRUSTED_ROOT_INVALID`, and as `openDesk` */
export async function open({ trustedRoot, timeout }: Pick<FilingOptions, 'trustedRoot' | 'timeout'>, world: World): Promise<Opened> {
  const inForce = await policyInForce(await findRoot(world), null, null, world.cwd)
  const root = await trustedRootOf(trustedRoot ?? null, world.cwd, inForce)
  return { inForce, ...(await openDesk(inForce.policy, root, timeout * 1_000, world)) }
}
