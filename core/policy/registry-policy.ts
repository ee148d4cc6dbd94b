/** The `registry` of a policy: which one is asked, by which keys it is known, and who counts there. */
import type { Signer } from '../identity/signer.ts'

/** People count, not keys: whatever identity somebody signs with, it is one person. */
export type Person = { readonly person: string; readonly identities: readonly Signer[] }

/** Who publishes names that no GitHub owner has by right, or lists what is somebody else's. */
export type Publisher = {
  /** A name, or all of a namespace: `com.acme/*`. */
  readonly names: string
  readonly role: 'author' | 'observer'
  readonly signers: readonly Signer[]
}

/** Who may do what: the part that a registry's own policy and those of its clients have in common. */
export type RulesPolicy = {
  readonly publishers: readonly Publisher[]
  readonly approvers: readonly Person[]
  readonly admins: readonly Person[]
  /** How many people must approve a manifest. */
  readonly approvals: number
  /** Under what conditions a workflow of an owner publishes below `io.github.<owner>/`. */
  readonly github: 'off' | { readonly issuer?: string; readonly triggers?: readonly string[]; readonly refs?: readonly string[] }
}

export type RegistryPolicy = RulesPolicy & {
  readonly url: string
  /** The verifier key of its log (C2SP signed-note); its name is the log's origin. */
  readonly log: string
  /** The PEM of the public key of its status. */
  readonly status: string
  /** Who must have seen the log's head too. */
  readonly witnesses?: { readonly keys: readonly string[]; readonly threshold: number }
  /** `fail`, or `use-last 24 hours`: up to which age the last good answer serves while the registry cannot be reached. */
  readonly unreachable: string
}

/** `use-last 24 hours`, with an age as `parseAge` takes it. */
export const UNREACHABLE = /^(?:fail|use-last ([1-9]\d{0,5} (?:minute|hour|day|week)s?))$/
/** An address of a registry: https, or http on this machine. */
export const REGISTRY_URL = /^(?:https:\/\/[^\s/?#@]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?)(?:\/[^\s?#]*[^\s?#/])?$/
