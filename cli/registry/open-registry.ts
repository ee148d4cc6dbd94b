/** A registry that a policy names. */
import { LockError } from '../../core/codes/errors.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { RegistryPolicy } from '../../core/policy/registry-policy.ts'
import { registryTrust, type RegistryTrust } from '../../core/registry/index.ts'
import { networkOf } from '../network/network.ts'
import { policyInForce, type PolicyInForce } from '../project/policy-in-force.ts'
import { findRoot } from '../project/project.ts'
import { trustedRootOf } from '../project/trusted-root.ts'
import type { World } from '../world/world.ts'
import { registryApi, type RegistryApi } from './api.ts'
import { watchLog, type LogWatch } from './log-watch.ts'
import { memoryOf, type RegistryMemory } from './memory.ts'

/** With what it is believed by and held to. */
export type Registry = {
  readonly api: RegistryApi
  readonly trust: RegistryTrust
  readonly memory: RegistryMemory
  readonly watch: LogWatch
  readonly policy: Policy & { readonly registry: RegistryPolicy }
  readonly now: () => number
}

export type Opening = {
  /** Instead of the policy's own. */
  readonly trustedRoot?: string
  /** Seconds that one answer may take. */
  readonly timeout?: number
}

/** @throws LockError `USAGE`, where the policy names none; `TRUSTED_ROOT_INVALID`, `FILE_UNREADABLE` */
export async function openRegistry(
  project: Pick<PolicyInForce, 'policy' | 'readBeside'>,
  world: World,
  { trustedRoot, timeout }: Opening = {},
): Promise<Registry> {
  const { policy } = project
  const { registry } = policy
  if (registry === undefined) throw new LockError('USAGE', 'the policy names no registry; write `registry` into mcp-lock.yaml')
  const root = await trustedRootOf(trustedRoot ?? null, world.cwd, project)
  const trust = registryTrust(registry, root, policy.sigstore.thresholds)
  const bounds = { signal: world.signal, ...(timeout === undefined ? {} : { timeout: timeout * 1_000 }) }
  const api = registryApi(registry, await networkOf(world.env), bounds)
  const memory = memoryOf(trust, world)
  const watch = watchLog(trust, memory, (tile) => api.tile(tile), world)
  return { api, trust, memory, watch, policy: { ...policy, registry }, now: world.now }
}

/** That of the policy of this folder. @throws LockError `POLICY_INVALID`, and as `openRegistry` */
export async function registryHere(world: World, how: Opening = {}): Promise<Registry & { readonly inForce: PolicyInForce }> {
  const inForce = await policyInForce(await findRoot(world), null, null, world.cwd)
  return { ...(await openRegistry(inForce, world, how)), inForce }
}
