/** What a history amounts to for one version: who published and approved it, and whether it may be used. */
import { counting, covers, digestOf, isSameTarget, unrevoked, type Control, type History, type Publication } from './history.ts'
import { personOf, type Rules } from './rules.ts'
import { signerId, type SignerId } from './signer-id.ts'
import type { ControlPredicate, ManifestPredicate, Target } from './statements.ts'

type Reason = ControlPredicate['reason']

export type VersionState = {
  readonly name: string
  readonly version: string
  readonly digest: `sha256:${string}`
  /** Of its first record. */
  readonly index: number
  readonly publishers: readonly { readonly role: ManifestPredicate['role']; readonly signer: SignerId; readonly index: number }[]
  /** Those that count now, each person once. */
  readonly approvals: readonly { readonly person: string; readonly signer: SignerId; readonly index: number; readonly expires?: string }[]
  readonly deprecated: { readonly index: number; readonly reason?: Reason } | null
  readonly revoked: { readonly index: number; readonly reason?: Reason } | null
  readonly paused: { readonly index: number; readonly target: Target; readonly reason?: Reason } | null
}

/** Every version, in the order in which they were published. @param now milliseconds of the epoch */
export function versionsOf(history: History, rules: Rules, now: number): VersionState[] {
  const seen = new Map<string, VersionState>()
  for (const { statement, index } of history.publications) {
    const digest = digestOf(statement)
    if (!seen.has(digest))
      seen.set(
        digest,
        stateOf({ name: statement.predicate.name, version: statement.predicate.version, digest, index }, history, rules, now),
      )
  }
  return [...seen.values()]
}

function stateOf(
  version: Pick<VersionState, 'name' | 'version' | 'digest' | 'index'>,
  { publications, controls: all }: History,
  rules: Rules,
  now: number,
): VersionState {
  const counts = unrevoked(all)
  const published = publications.filter(({ statement }) => digestOf(statement) === version.digest)
  const publishers = published
    .filter(counts)
    .map(({ statement, identity, index }) => ({ role: statement.predicate.role, signer: signerId(identity), index }))
  const last = (action: ControlPredicate['action']): Control | undefined =>
    all.findLast(({ statement: { predicate } }) => predicate.action === action && covers(predicate.target, version))
  const withReason = (control: Control | undefined): VersionState['revoked'] => {
    if (control === undefined) return null
    const { reason } = control.statement.predicate
    return { index: control.index, ...(reason === undefined ? {} : { reason }) }
  }
  const revoked = withReason(last('revoke')) ?? (publishers.length === 0 ? { index: version.index } : null)
  return {
    ...version,
    publishers,
    approvals: approvalsOf(version, counting(all), published, rules, now),
    deprecated: withReason(last('deprecate')),
    revoked,
    paused: pauseOf(version, counting(all)),
  }
}

/** Of nobody who published it, before or afterwards. @param all those that count */
function approvalsOf(
  version: Pick<VersionState, 'name' | 'version' | 'digest'>,
  all: readonly Control[],
  published: readonly Publication[],
  { approvers }: Rules,
  now: number,
): VersionState['approvals'] {
  const publishers = new Set(published.map(({ identity }) => personOf(approvers, identity)))
  const byPerson = new Map<string, VersionState['approvals'][number]>()
  for (const { statement, identity, index } of all) {
    const { predicate } = statement
    const person = personOf(approvers, identity)
    if (person === null || publishers.has(person) || predicate.target.kind !== 'manifest' || !covers(predicate.target, version)) continue
    const { expires } = predicate
    if (predicate.action === 'withdraw') byPerson.delete(person)
    if (predicate.action === 'approve' && (expires === undefined || Date.parse(expires) > now))
      byPerson.set(person, { person, signer: signerId(identity), index, ...(expires === undefined ? {} : { expires }) })
  }
  return [...byPerson.values()]
}

/** A pause ends with a later resume of the same target. @param all those that count */
function pauseOf(version: Pick<VersionState, 'name' | 'version' | 'digest'>, all: readonly Control[]): VersionState['paused'] {
  const paused = all.findLast(
    ({ statement: { predicate }, index }) =>
      predicate.action === 'pause' &&
      covers(predicate.target, version) &&
      !all.some(
        (other) =>
          other.index > index &&
          other.statement.predicate.action === 'resume' &&
          isSameTarget(other.statement.predicate.target, predicate.target),
      ),
  )
  if (paused === undefined) return null
  const { target, reason } = paused.statement.predicate
  return { index: paused.index, target, ...(reason === undefined ? {} : { reason }) }
}
