/** The policy: what a team declares in `mcp-lock.yaml`. Without the file everything has these defaults. */
import type { Repository } from '../identity/repository.ts'
import type { Signer } from '../identity/signer.ts'
import { own } from '../json/json.ts'
import type { RegistryPolicy } from './registry-policy.ts'
import type { VolatileRule } from '../surface/volatile.ts'

export type ServerPolicy = {
  /** Whether `verify` starts the server: under `with-credentials` only where each of its variables has a value. */
  readonly live: 'always' | 'with-credentials' | 'never'
  /** Whether a pinned definition may be absent, as for an account with fewer scopes. */
  readonly match: 'exact' | 'subset'
  /** Whether a config may name no exact version. */
  readonly floating: 'allow' | 'deny'
  /** Whether install scripts of a package's closure run. */
  readonly scripts: 'allow' | 'deny'
  readonly resources: 'pin' | 'templates' | 'off'
  /** `required`: in the policy's registry under any name; `off`: in none; else the name that it must have there. */
  readonly registry: string
  readonly volatile: readonly VolatileRule[]
  readonly limits: { readonly message?: number; readonly total?: number; readonly items?: number; readonly pages?: number }
}

/** Which Sigstore is trusted, and how much proof is asked of a signature. */
export type SigstorePolicy = {
  /** A `trusted_root.json`, from the policy's folder; the public good instance's without. */
  readonly trustedRoot?: string
  /** A `signing_config.json`, from the policy's folder: where `sign` signs. Nothing that is verified rests on it. */
  readonly signingConfig?: string
  /** How many of each a signature must have. Without: one each for a certificate, none for a key. */
  readonly thresholds: { readonly log?: number; readonly timestamp?: number; readonly ctlog?: number }
}

export type Policy = {
  /** Where the lock belongs; a signature is bound to it. */
  readonly repository?: Repository
  /** Who may sign the lock, each alone; without, nobody needs to. */
  readonly signers: readonly Signer[]
  readonly sigstore: SigstorePolicy
  /** Where servers must be listed and approved; without, nothing is asked. */
  readonly registry?: RegistryPolicy
  /** How long a release must have been public before it is taken: `3 days` (core/packages/release-age.ts). */
  readonly minimumReleaseAge?: string
  readonly servers: { readonly [name: string]: ServerPolicy }
}

export const POLICY_FILE = 'mcp-lock.yaml'
export const NO_POLICY: Policy = { signers: [], sigstore: { thresholds: {} }, servers: {} }

export const DEFAULTS: ServerPolicy = {
  live: 'always',
  match: 'exact',
  floating: 'deny',
  scripts: 'deny',
  resources: 'pin',
  registry: 'required',
  volatile: [],
  limits: {},
}

/** What the policy says about a server; the safe defaults where it says nothing. */
export function policyFor(policy: Policy, server: string): ServerPolicy {
  return own(policy.servers, server) ?? DEFAULTS
}
