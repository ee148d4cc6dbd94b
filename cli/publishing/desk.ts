/** The registry that the policy names, as those who write to it see it: what it has, checked, and where statements go. */
import { LockError } from '../../core/codes/errors.ts'
import {
  judgeStatus,
  openCheckpoint,
  openServed,
  toHistory,
  type Checkpoint,
  type History,
  type Status,
} from '../../core/registry/index.ts'
import type { PolicyInForce } from '../project/policy-in-force.ts'
import { parseServed } from '../registry/api.ts'
import type { Registry } from '../registry/open-registry.ts'

export type Desk = Pick<Registry, 'api' | 'trust' | 'watch'>

/** With the policy of this folder. */
export type Opened = Desk & { readonly inForce: PolicyInForce }

/**
 * The head of the log, which begins with what was seen of it here before: nobody signs over a fork.
 * @throws LockError `NOTE_INVALID`, `CHECKPOINT_UNTRUSTED`, and as `LogWatch`
 */
export async function headOf({ api, trust, watch }: Desk): Promise<Checkpoint> {
  const before = await watch.read()
  const head = openCheckpoint(await api.checkpoint(), trust.log, trust.witnesses)
  const { epoch, status, distrust } = before
  // With nothing remembered there is nothing to compare; `check` begins to remember.
  if (status !== null || distrust !== null) await watch.take({ head, reflected: head, locked: null, seen: [], epoch, status }, before)
  return head
}

/** What is revoked and paused now, by everybody whom the registry lets. @throws LockError `STATUS_*` */
export async function statusOf({ api, trust, watch }: Desk, now: number): Promise<Status> {
  const { epoch, status: last } = await watch.read()
  return judgeStatus(await api.status(), trust.status, { origin: trust.rules.origin, now, epoch, last })
}

/**
 * Every record about a name and about everything, as far as this policy can verify who signed it; none for a name that is not
 * there. What it leaves out the registry still knows, and has the last word on.
 */
export async function historyOf(name: string, { api, trust }: Desk): Promise<History> {
  const answer = await api.version(name, 'latest').catch((error: unknown) => {
    if (error instanceof LockError && error.code === 'NOT_LISTED') return null
    throw error
  })
  if (answer === null) return toHistory(0, [])
  const { head, statements } = openServed(parseServed(answer), name, trust)
  return toHistory(
    head?.size ?? 0,
    statements.flatMap(({ signed }) => ('code' in signed ? [] : [signed])),
  )
}
