/** How a change alters who is trusted. */
import type { Finding } from './finding.ts'
import { parsePublicKey } from '../identity/keys.ts'
import type { Signer } from '../identity/signer.ts'
import { canonicalize } from '../json/digest.ts'
import type { Json } from '../json/json.ts'
import type { Policy } from '../policy/policy.ts'

export type DeclaredTrust = {
  readonly policy: Pick<Policy, 'repository' | 'signers' | 'sigstore'>
  /** The text of the trusted root that the policy names; null where it names none, or the file is not there. */
  readonly root: string | null
}

/** Nothing where `before` names nobody: then there is no trust yet that a change could alter. The order of signers says nothing. */
export function trustChanges(before: DeclaredTrust, after: DeclaredTrust): Finding[] {
  if (before.policy.signers.length === 0) return []
  const [old, now] = [before.policy, after.policy]
  const missing = (from: Policy['signers'], in_: Policy['signers']): Policy['signers'] => {
    const known = new Set(in_.map(keyOf))
    return from.filter((signer) => !known.has(keyOf(signer)))
  }
  const { trustedRoot: oldRoot } = old.sigstore
  const { trustedRoot: nowRoot } = now.sigstore
  return [
    ...changed('/repository', old.repository, now.repository),
    ...missing(old.signers, now.signers).flatMap((signer) => changed('/signers', shown(signer), undefined)),
    ...missing(now.signers, old.signers).flatMap((signer) => changed('/signers', undefined, shown(signer))),
    ...changed('/sigstore/thresholds', old.sigstore.thresholds, now.sigstore.thresholds),
    ...changed('/sigstore/trustedRoot', oldRoot, nowRoot),
    ...(oldRoot === nowRoot && before.root !== after.root
      ? [found('/sigstore/trustedRoot', { detail: `the file ${oldRoot ?? ''} has other bytes` })]
      : []),
  ]
}

/** A key by its digest, as `trust show` and `show signature` name it. */
function shown(signer: Signer): Signer {
  return 'key' in signer ? { key: parsePublicKey(signer.key).digest } : signer
}

function changed(pointer: string, before: object | string | undefined, after: object | string | undefined): Finding[] {
  if (keyOf(before) === keyOf(after)) return []
  // Plain data, all of it JSON.
  return [
    found(pointer, {
      ...(before === undefined ? {} : { before: before as Json }),
      ...(after === undefined ? {} : { after: after as Json }),
    }),
  ]
}

function found(pointer: string, rest: Partial<Finding>): Finding {
  return { code: 'TRUST_CHANGED', subject: 'policy', pointer, ...rest }
}

function keyOf(value: object | string | undefined): string {
  return value === undefined ? '' : canonicalize(value as Json) // plain data, all of it JSON
}
