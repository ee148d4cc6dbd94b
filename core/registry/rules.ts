/** Who may do what in a registry: part of the policy of the server, and of every client's own. */
import type { Identity } from '../identity/identity.ts'
import { mismatches } from '../identity/match.ts'
import { GITHUB_ISSUER, type Signer } from '../identity/signer.ts'
import type { Person, Publisher, RulesPolicy } from '../policy/registry-policy.ts'

export type { Person, Publisher } from '../policy/registry-policy.ts'

export type Rules = {
  /** The log's origin. */
  readonly origin: string
  readonly publishers: readonly Publisher[]
  readonly approvers: readonly Person[]
  readonly admins: readonly Person[]
  /** Under what conditions a workflow of an owner publishes below `io.github.<owner>/`; null: never. */
  readonly github: { readonly issuer: string; readonly triggers: readonly string[]; readonly refs: readonly string[] } | null
  /** How many people must approve a manifest. */
  readonly approvals: number
}

export const GITHUB_DEFAULTS: NonNullable<Rules['github']> = {
  issuer: GITHUB_ISSUER,
  triggers: ['push', 'release', 'workflow_dispatch'],
  refs: ['refs/heads/main', 'refs/heads/master', 'refs/tags/*'],
}

/** What a policy declares, for the log of this origin. */
export function toRules(origin: string, { publishers, approvers, admins, approvals, github }: RulesPolicy): Rules {
  return { origin, publishers, approvers, admins, approvals, github: github === 'off' ? null : { ...GITHUB_DEFAULTS, ...github } }
}

/** Everybody whom they name. */
export function signersOf({ publishers, approvers, admins }: Pick<Rules, 'publishers' | 'approvers' | 'admins'>): Signer[] {
  return [...publishers.flatMap(({ signers }) => signers), ...[...approvers, ...admins].flatMap(({ identities }) => identities)]
}

/** Who of some people signed; null for nobody of them. */
export function personOf(people: readonly Person[], identity: Identity): string | null {
  return people.find(({ identities }) => identities.some((signer) => mismatches(signer, identity).length === 0))?.person ?? null
}

/** The entries that name a signer. */
export function publishersWith(identity: Identity, { publishers }: Pick<Rules, 'publishers'>): Publisher[] {
  return publishers.filter(({ signers }) => signers.some((signer) => mismatches(signer, identity).length === 0))
}

/** `as its author`, `as an observer`. */
export function wordRole(role: Publisher['role']): string {
  return role === 'author' ? 'as its author' : 'as an observer'
}

/** Whether a publisher's `names` have a name; names are without case. */
export function hasName(names: string, name: string): boolean {
  const [pattern, actual] = [names.toLowerCase(), name.toLowerCase()]
  return pattern.endsWith('/*') ? actual.startsWith(pattern.slice(0, -1)) : pattern === actual
}
