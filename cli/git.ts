/** What git holds: files at a revision, read as data. Git itself does the work; nothing of the repository is run. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { LockError } from '../core/errors.ts'
import { MAX_LOCK_LENGTH } from '../core/lockfile.ts'
import type { World } from './world.ts'

export type Revision = {
  /** The commit's object name. */
  readonly commit: string
  /** A file's text by its path from the folder, with slashes; null where the commit has none. @throws LockError `REVISION_UNKNOWN` */
  readonly read: (path: string) => Promise<string | null>
}

/**
 * A revision of the repository that a folder lies in.
 * @throws LockError `REVISION_UNKNOWN`, `INTERRUPTED`
 */
export async function openRevision(folder: string, name: string, world: World): Promise<Revision> {
  if (name.startsWith('-')) throw new LockError('REVISION_UNKNOWN', `\`${name}\` is no git revision`)
  const git = gitIn(folder, world)
  const commit = (
    await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]).catch((cause: unknown) => {
      throw unknown(`\`${name}\` is no git revision here; a repository without a commit has none yet`, cause, world)
    })
  ).stdout.trim()
  const read = async (path: string): Promise<string | null> => {
    try {
      const listed = await git(['ls-tree', '--name-only', commit, '--', path])
      return listed.stdout.trim() === '' ? null : (await git(['show', `${commit}:./${path}`])).stdout
    } catch (cause) {
      throw unknown(`git cannot read ${path} at \`${name}\``, cause, world)
    }
  }
  return { commit, read }
}

/** Runs git once. @throws LockError, and what `execFile` throws */
export type Git = (args: readonly string[]) => Promise<{ readonly stdout: string; readonly stderr: string }>

/** Git in a folder. Hooks, pagers and file-system monitors of the repository stay out of it. */
export function gitIn(folder: string, { env, signal }: World): Git {
  const quiet = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-pager']
  const options = { maxBuffer: MAX_LOCK_LENGTH, signal, env: { ...env, GIT_OPTIONAL_LOCKS: '0' } }
  return (args) => promisify(execFile)('git', ['-C', folder, ...quiet, ...args], options)
}

function unknown(message: string, cause: unknown, { signal }: World): LockError {
  return signal.aborted
    ? new LockError('INTERRUPTED', 'stopped while git ran', { cause })
    : new LockError('REVISION_UNKNOWN', message, { cause })
}
