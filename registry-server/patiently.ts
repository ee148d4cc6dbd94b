/** Doing again what failed for a reason that passes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { LockError } from '../core/codes/errors.ts'

/** Milliseconds; then whoever asked hears that the registry is busy. */
const PATIENCE = 10_000

/**
 * @param work may be done again, whatever became of it
 * @throws LockError `REGISTRY_BUSY`
 */
export async function patiently<T>(work: () => Promise<T>, passes: (error: unknown) => boolean): Promise<T> {
  const until = performance.now() + PATIENCE
  for (let longest = 20; ; longest = Math.min(2 * longest, 1000)) {
    try {
      return await work()
    } catch (error) {
      if (!passes(error)) throw error
      if (performance.now() >= until) throw new LockError('REGISTRY_BUSY', 'the database does not answer', { cause: error })
    }
    // By chance, so that those who wait for one another do not do it in step.
    await sleep(longest * (0.5 + Math.random() / 2))
  }
}
