/** Answers that are not waited for without end. */
import { LockError } from '../core/codes/errors.ts'

/**
 * @param within milliseconds
 * @throws LockError `REGISTRY_BUSY` where it takes longer; and as the answer
 */
export async function inTime<T>(answer: Promise<T>, within: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new LockError('REGISTRY_BUSY', 'the store does not answer')), within)
  try {
    return await Promise.race([answer, promise])
  } finally {
    clearTimeout(timer)
  }
}
