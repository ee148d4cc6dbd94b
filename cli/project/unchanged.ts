/** Whether what a person was asked about is still what stands there. */
import { LockError } from '../../core/codes/errors.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { LOCK_FILE, requireLock } from '../locks/lock-store.ts'
import { policyText } from './policy-in-force.ts'

/** @param before the policy's text when it was read; null for none. @throws LockError `CHANGED_MEANWHILE` */
export async function requireSamePolicy(root: string, before: string | null): Promise<void> {
  if ((await policyText(root)) !== before) throw changed(POLICY_FILE)
}

/** @throws LockError `CHANGED_MEANWHILE`, and as `requireLock` */
export async function requireSameLock(root: string, before: string): Promise<void> {
  if ((await requireLock(root)).text !== before) throw changed(LOCK_FILE)
}

function changed(file: string): LockError {
  return new LockError('CHANGED_MEANWHILE', `${file} is another one than when this command read it; nothing was written`)
}
