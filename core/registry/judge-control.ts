/** Whether somebody may approve, revoke, pause and so on: decided alike by the registry and by each client. */
import { isSignerRevoked } from './judge-manifest.ts'
import { counting, covers, digestOf, isSameTarget, transfersOf, type Control, type History, type Signed } from './history.ts'
import { refuse, type Refusal } from './refusal.ts'
import { personOf, type Person, type Rules } from './rules.ts'
import { isSameSigner, signerId } from './signer-id.ts'
import type { ControlPredicate, Target } from './statements.ts'

/**
 * @param rootAt the root of the log's first `size` records, in base64; null where it has not so many
 * @param now milliseconds of the epoch; null where it was accepted at a time that is not known: nothing is refused for its time then
 */
export function judgeControl(
  signed: Signed,
  history: History,
  rules: Rules,
  rootAt: (size: number) => string | null,
  now: number | null,
): Refusal | null {
  const { statement } = signed
  if (statement.kind !== 'control') return refuse('STATEMENT_INVALID', 'it is about a manifest')
  const { predicate } = statement
  const { registry, seen, action } = predicate
  if (registry !== rules.origin) return refuse('OTHER_REGISTRY', `it is for ${registry}`)
  if (rootAt(seen.size) !== seen.root) return refuse('SEEN_UNKNOWN', `the log had no such head of ${seen.size} records`)
  const unfit = isKnown(predicate.target, history) ?? isSignerRevoked(signed.identity, history)
  if (unfit !== null) return unfit
  switch (action) {
    case 'approve':
    case 'withdraw':
      return judgeApproval(signed, predicate, history, rules, now)
    case 'revoke':
    case 'deprecate':
      return isPublisher(signed, predicate.target, history) ? null : needsAdmin(signed, rules)
    case 'pause':
      return needsAdmin(signed, rules)
    // A name that was freed in the meantime may have its next owner already.
    case 'transfer':
    case 'resume': {
      const contrary = action === 'resume' ? 'pause' : 'transfer'
      return (
        needsAdmin(signed, rules) ??
        isReplayed(predicate, history, (other) => other.action === contrary && isSameTarget(other.target, predicate.target))
      )
    }
  }
}

function judgeApproval(signed: Signed, predicate: ControlPredicate, history: History, rules: Rules, now: number | null): Refusal | null {
  const { target, action, expires } = predicate
  if (target.kind !== 'manifest') return refuse('STATEMENT_INVALID', 'an approval is of one manifest')
  const person = personOf(rules.approvers, signed.identity)
  if (person === null) return refuse('APPROVER_UNKNOWN', 'no approver signed it')
  if (isByPublisher(signed, target, history, rules)) return refuse('APPROVER_IS_PUBLISHER', `${person} published what is to be approved`)
  if (expires !== undefined && now !== null && Date.parse(expires) <= now) return refuse('APPROVAL_EXPIRED', `it was good until ${expires}`)
  const own = counting(history.controls).filter(
    (one) => isSameTarget(one.statement.predicate.target, target) && isApproval(one) && personOf(rules.approvers, one.identity) === person,
  )
  const last = own.at(-1)?.statement.predicate
  const isApproved = last?.action === 'approve'
  const mayBeOver = last?.expires !== undefined && (now === null || Date.parse(last.expires) <= now)
  if (action === 'approve' && isApproved && !mayBeOver) return refuse('APPROVED_ALREADY', `${person} has approved it`)
  if (action === 'withdraw' && !isApproved) return refuse('NOT_APPROVED', `${person} has not approved it`)
  const contrary = action === 'approve' ? 'withdraw' : 'approve'
  return isReplayed(
    predicate,
    history,
    (other, by) =>
      (other.action === 'revoke' && action === 'approve' && covers(other.target, target)) ||
      (other.action === contrary && isSameTarget(other.target, target) && personOf(rules.approvers, by.identity) === person),
  )
}

function isApproval({ statement: { predicate } }: Control): boolean {
  return predicate.action === 'approve' || predicate.action === 'withdraw'
}

/** The publisher approves nothing of its own, under none of its identities. */
function isByPublisher({ identity }: Signed, target: Extract<Target, { kind: 'manifest' }>, history: History, rules: Rules): boolean {
  const person = personOf(rules.approvers, identity)
  return history.publications
    .filter(({ statement }) => digestOf(statement) === target.digest)
    .some((one) => isSameSigner(signerId(one.identity), signerId(identity)) || personOf(rules.approvers, one.identity) === person)
}

/** Somebody signed it before the contrary happened, and would undo what they did not see. */
function isReplayed(
  { seen, action }: ControlPredicate,
  history: History,
  isContrary: (other: ControlPredicate, by: Control) => boolean,
): Refusal | null {
  const later = history.controls.find((one) => one.index >= seen.size && isContrary(one.statement.predicate, one))
  return later === undefined
    ? null
    : refuse('CONTROL_REPLAYED', `to ${action} was signed at ${seen.size} records, and record ${later.index} has overtaken it`)
}

function isKnown(target: Target, history: History): Refusal | null {
  if (target.kind === 'all' || target.kind === 'signer') return null
  const known = history.publications.some(
    ({ statement }) =>
      target.kind === 'name' ||
      (statement.predicate.version === target.version && (target.kind === 'version' || digestOf(statement) === target.digest)),
  )
  return known ? null : refuse('TARGET_UNKNOWN', `the registry has no such ${target.kind}`)
}

/** Whoever published a name while it belonged to the owner of what the target names: a transfer ends that. */
function isPublisher({ identity }: Signed, target: Target, history: History): boolean {
  if (target.kind === 'all' || target.kind === 'signer') return false
  const transfers = transfersOf(history, target.name)
  const ownerAt = (index: number): number => transfers.filter((transfer) => transfer < index).length
  const published = history.publications
  const first = published.find(({ statement }) => covers(target, { ...statement.predicate, digest: digestOf(statement) }))
  const owner = ownerAt(target.kind === 'name' ? history.size : (first?.index ?? history.size))
  return published.some((one) => isSameSigner(signerId(one.identity), signerId(identity)) && ownerAt(one.index) === owner)
}

function needsAdmin({ identity }: Signed, { admins }: { readonly admins: readonly Person[] }): Refusal | null {
  return personOf(admins, identity) === null ? refuse('ADMIN_REQUIRED', 'no admin signed it') : null
}
