/** One writer of a file at a time. */
import { basename } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'

export type Holder = { /** That nobody else has taken over. */ readonly check: () => void; readonly release: () => Promise<void> }

/**
 * A folder beside the file, whose holder keeps touching it. One that nobody touches any more is given up.
 * @throws LockError `LOCK_BUSY`, `FILE_REFUSED`
 */
export async function holdFile(path: string): Promise<Holder> {
  const { lock } = await import('proper-lockfile')
  const retries = { retries: 600, minTimeout: 100, factor: 1, randomize: true }
  const busy = (message: string, cause?: unknown): LockError =>
    new LockError('LOCK_BUSY', `\`${basename(path)}.lock\` ${message}`, { cause })
  let lost = false
  const release = await lock(path, { realpath: false, stale: 20_000, retries, onCompromised: () => void (lost = true) }).catch(
    (cause: unknown) => {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
      if (code === 'ELOCKED') throw busy('is held by another process', cause)
      throw new LockError('FILE_REFUSED', `\`${path}\`: ${code}`, { cause })
    },
  )
  const check = (): void => {
    // A process that slept may have been given up, and another may have written since this one has read.
    if (lost) throw busy('was taken over by another process')
  }
  return { check, release: () => (lost ? Promise.resolve() : release()) }
}
