/**
 * Git itself, which reads what it holds as data. Nothing of the repository is run: no hook, file-system monitor, filter
 * or pager, and a bare repository that somebody committed is none.
 */
import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { LockError } from '../../core/codes/errors.ts'
import { MAX_LOCK_LENGTH } from '../../core/lock/lockfile.ts'
import type { World } from './world.ts'

/** Runs git once. @throws LockError, and what `execFile` throws */
export type Git = (args: readonly string[], env?: World['env']) => Promise<{ readonly stdout: string; readonly stderr: string }>

/** Git in a folder. */
export function gitIn(folder: string, { env, signal }: World): Git {
  const settings = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.warnAmbiguousRefs=true', 'safe.bareRepository=explicit']
  const quiet = ['--no-pager', '--literal-pathspecs', '--no-replace-objects', ...settings.flatMap((setting) => ['-c', setting])]
  return async (args, more = {}) => {
    const options = {
      // Windows looks for a program in the current folder first.
      cwd: dirname(process.execPath),
      maxBuffer: MAX_LOCK_LENGTH,
      signal,
      env: { ...env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', ...more },
    }
    try {
      return await promisify(execFile)('git', ['-C', folder, ...quiet, ...args], options)
    } catch (cause) {
      throw asKnown(cause, signal)
    }
  }
}

/** A failure that has nothing to do with what was asked, with its own words. */
function asKnown(cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new LockError('INTERRUPTED', 'stopped while git ran', { cause })
  if (!(cause instanceof Error)) return cause
  if ('code' in cause && cause.code === 'ENOENT') return new LockError('REVISION_UNKNOWN', 'the program `git` is not installed', { cause })
  if (!('stderr' in cause) || !String(cause.stderr).includes('dubious ownership')) return cause
  const advice = 'if you trust it: `git config --global --add safe.directory "$(git rev-parse --show-toplevel)"`'
  return new LockError('REVISION_UNKNOWN', `the repository belongs to another user, so git does not read it; ${advice}`, { cause })
}

/** What git answers; null where it refuses. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof LockError) throw error
    return null
  })
}

/** What git answers; null for whatever reason it does not, but that it was interrupted. */
export async function ifAny<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof LockError && error.code === 'INTERRUPTED') throw error
    return null
  })
}
