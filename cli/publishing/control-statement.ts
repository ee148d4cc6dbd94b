/** The statements that say what becomes of what is published: over the head of the log that the signer saw. */
import {
  counting,
  isSameTarget,
  judgeControl,
  subjectOf,
  type Action,
  type Checkpoint,
  type ControlPredicate,
  type History,
  type Rules,
  type Signed,
  type Statement,
} from '../../core/registry/index.ts'
import { personOf } from '../../core/registry/rules.ts'
import type { Filing } from './file-statement.ts'

export type Order = Pick<ControlPredicate, 'action' | 'target' | 'reason' | 'expires'>

/** Statement and judgement for `fileStatement`. @param now milliseconds of the epoch */
export function controlOf(
  order: Order,
  seen: Checkpoint,
  history: History,
  rules: Rules,
  now: number,
): Pick<Filing, 'statement' | 'judge'> {
  const root = Buffer.from(seen.root).toString('base64')
  const predicate: ControlPredicate = { registry: rules.origin, seen: { size: seen.size, root }, ...order }
  const statement: Statement = { kind: 'control', subject: subjectOf(predicate), predicate }
  return {
    statement: () => statement,
    judge: (signed) => {
      const index = standing(order, signed, history, rules, now)
      if (index !== null) return { standing: index }
      return judgeControl(signed, history, rules, (size) => (size === seen.size ? root : null), now)
    },
  }
}

/** What ends the effect of an action; null: nothing does. */
const CONTRARY: { readonly [action in Action]: Action | null } = {
  approve: 'withdraw',
  withdraw: 'approve',
  deprecate: null,
  revoke: null,
  pause: 'resume',
  resume: 'pause',
  transfer: null,
}

/** The record that has brought about the same, and still does. Every transfer is one of its own. */
function standing({ action, target }: Order, { identity }: Signed, history: History, rules: Rules, now: number): number | null {
  if (action === 'transfer') return null
  const isPersonal = action === 'approve' || action === 'withdraw'
  const person = personOf(rules.approvers, identity)
  const last = counting(history.controls).findLast(
    (one) =>
      [action, CONTRARY[action]].includes(one.statement.predicate.action) &&
      isSameTarget(one.statement.predicate.target, target) &&
      (!isPersonal || personOf(rules.approvers, one.identity) === person),
  )
  if (last?.statement.predicate.action !== action) return null
  const { expires } = last.statement.predicate
  return expires !== undefined && Date.parse(expires) <= now ? null : last.index
}
