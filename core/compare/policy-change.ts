/** How a policy differs from the one that applies. */
import { diffLeaves, unionOfKeys } from '../json/leaves.ts'
import type { Json } from '../json/json.ts'
import { storedPointer } from '../json/pointer.ts'
import { policyFor, type Policy } from '../policy/policy.ts'
import type { Finding } from './finding.ts'
import type { Trusting } from './trust-change.ts'

/** More than a reviewer reads in a report; the file says the rest. */
const MAX_DIFFERENCES = 20

export function policyChanged(detail: string): Finding {
  return { code: 'POLICY_CHANGED', subject: 'policy', detail }
}

/** One finding for each leaf. @param apart what of the trust is compared elsewhere, or nowhere */
export function policyChanges(applied: Policy, own: Policy, apart: Trusting): Finding[] {
  const names = unionOfKeys(applied.servers, own.servers)
  const rest = ({ servers: _, repository, signers, registry, sigstore, ...others }: Policy): Json => {
    const { trustedRoot: __, thresholds: ___, ...signing } = sigstore
    return {
      ...others,
      ...(apart.signers ? {} : { ...(repository === undefined ? {} : { repository }), signers }),
      ...(apart.registry || registry === undefined ? {} : { registry: registry as unknown as Json }), // plain data, all of it JSON
      sigstore: apart.signers || apart.registry ? signing : sigstore,
    }
  }
  const server = (policy: Policy, name: string): Json => {
    const { registry, ...others } = policyFor(policy, name)
    return apart.registry ? others : { ...others, registry }
  }
  const leaves = [
    ...diffLeaves(rest(applied), rest(own)),
    ...names.flatMap((name) => diffLeaves(server(applied, name), server(own, name), ['servers', name])),
  ]
  const shown = leaves
    .slice(0, MAX_DIFFERENCES)
    .map(({ path, ...sides }): Finding => ({ code: 'POLICY_CHANGED', subject: 'policy', pointer: storedPointer(path), ...sides }))
  return leaves.length > shown.length ? [...shown, policyChanged(`and in ${leaves.length - shown.length} more places`)] : shown
}
