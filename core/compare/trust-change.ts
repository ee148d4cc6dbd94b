/** How a change alters who is trusted. */
import type { Finding } from './finding.ts'
import { parsePublicKey } from '../identity/keys.ts'
import type { Signer } from '../identity/signer.ts'
import { canonicalize } from '../json/digest.ts'
import type { Json } from '../json/json.ts'
import { storedPointer } from '../json/pointer.ts'
import { policyFor, type Policy } from '../policy/policy.ts'
import { unionOfKeys } from '../json/leaves.ts'

export type DeclaredTrust = {
  readonly policy: Policy
  /** The text of the trusted root that the policy names; null where it names none, or the file is not there. */
  readonly root: string | null
}

/** What of a policy's trust there is: who signs the lock, and which registry is believed. Sigstore's part belongs to both. */
export type Trusting = { readonly signers: boolean; readonly registry: boolean }

export function trusting({ signers, registry }: Policy): Trusting {
  return { signers: signers.length > 0, registry: registry !== undefined }
}

/**
 * @param guarded what `before` has and a change may not alter: where it names nobody, there is no trust yet. The order of
 * signers says nothing.
 */
export function trustChanges(before: DeclaredTrust, after: DeclaredTrust, guarded: Trusting = trusting(before.policy)): Finding[] {
  return [
    ...(guarded.signers ? signerChanges(before.policy, after.policy) : []),
    ...(guarded.registry ? registryChanges(before.policy, after.policy) : []),
    ...(guarded.signers || guarded.registry ? sigstoreChanges(before, after) : []),
  ]
}

function signerChanges(old: Policy, now: Policy): Finding[] {
  const missing = (from: Policy['signers'], in_: Policy['signers']): Policy['signers'] => {
    const known = new Set(in_.map(keyOf))
    return from.filter((signer) => !known.has(keyOf(signer)))
  }
  return [
    ...changed('/repository', old.repository, now.repository),
    ...missing(old.signers, now.signers).flatMap((signer) => changed('/signers', shown(signer), undefined)),
    ...missing(now.signers, old.signers).flatMap((signer) => changed('/signers', undefined, shown(signer))),
  ]
}

function sigstoreChanges(before: DeclaredTrust, after: DeclaredTrust): Finding[] {
  const [old, now] = [before.policy.sigstore, after.policy.sigstore]
  return [
    ...changed('/sigstore/thresholds', old.thresholds, now.thresholds),
    ...changed('/sigstore/trustedRoot', old.trustedRoot, now.trustedRoot),
    ...(old.trustedRoot === now.trustedRoot && before.root !== after.root
      ? [found('/sigstore/trustedRoot', { detail: `the file ${old.trustedRoot ?? ''} has other bytes` })]
      : []),
  ]
}

/** Whatever is said of a registry decides whom a client believes, or whether it asks. */
function registryChanges(old: Policy, now: Policy): Finding[] {
  if (now.registry === undefined) return [found('/registry', { detail: 'no registry is asked any more' })]
  const [before, after] = [new Map(Object.entries(old.registry ?? {})), new Map(Object.entries(now.registry))]
  const members = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter((name) => keyOf(before.get(name)) !== keyOf(after.get(name)))
  const servers = unionOfKeys(old.servers, now.servers).flatMap((name) =>
    changed(storedPointer(['servers', name, 'registry']), policyFor(old, name).registry, policyFor(now, name).registry),
  )
  return [...members.map((name) => found(`/registry/${name}`, { detail: 'who or what counts in the registry' })), ...servers]
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

function keyOf(value: object | string | number | undefined): string {
  return value === undefined ? '' : canonicalize(value as Json) // plain data, all of it JSON
}
