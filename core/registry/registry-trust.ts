/** What a client believes a registry by: keys, rules, and the Sigstore of its bundles, all of the client's own policy. */
import { parsePublicKey } from '../identity/keys.ts'
import { parseVerifier, type NoteVerifier } from '../log/note.ts'
import type { Witnesses } from '../log/checkpoint.ts'
import type { SigstorePolicy } from '../policy/policy.ts'
import type { RegistryPolicy } from '../policy/registry-policy.ts'
import type { TrustedRoot } from '../signing/trusted-root.ts'
import type { Trust } from '../signing/verify-bundle.ts'
import { keysOf } from '../signing/verify-lock.ts'
import { signersOf, toRules, type Rules } from './rules.ts'

const { createPublicKey } = process.getBuiltinModule('node:crypto')

export type RegistryTrust = {
  readonly rules: Rules
  readonly log: NoteVerifier
  readonly witnesses: Witnesses
  /** The key of the status. */
  readonly status: ReturnType<typeof createPublicKey>
  readonly bundles: Trust
}

export function registryTrust(policy: RegistryPolicy, root: TrustedRoot, thresholds: SigstorePolicy['thresholds']): RegistryTrust {
  const log = parseVerifier(policy.log)
  const rules = toRules(log.name, policy)
  const { keys, threshold } = policy.witnesses ?? { keys: [], threshold: 0 }
  return {
    rules,
    log,
    witnesses: { verifiers: [...new Set(keys)].map(parseVerifier), threshold },
    status: createPublicKey({ key: parsePublicKey(policy.status).spki, format: 'der', type: 'spki' }),
    bundles: { root, keys: keysOf(signersOf(rules)), thresholds },
  }
}
