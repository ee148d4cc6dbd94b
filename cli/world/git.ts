/**
 * What git holds, read as data. Git itself does the work, and nothing of the repository is run: no hook,
 * file-system monitor, filter or pager, and a bare repository that somebody committed is none.
 */
import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { LockError } from '../../core/codes/errors.ts'
import { MAX_LOCK_LENGTH } from '../../core/lock/lockfile.ts'
import { displaySafe } from '../../core/text.ts'
import type { World } from './world.ts'

export type Revision = {
  /** As it was asked for. */
  readonly name: string
  /** The commit's object name. */
  readonly commit: string
  /**
   * A file's text by its path from the folder, with slashes; null where the commit has none.
   * @throws LockError `REVISION_UNKNOWN`; `FILE_REFUSED` for what is no regular file there
   */
  readonly read: (path: string) => Promise<string | null>
  /**
   * The tracked files of the whole repository that are not as in the commit, by their paths from its top;
   * and where the folder lies in it, '' or with a slash at its end. Untracked files came from no commit.
   */
  readonly changes: () => Promise<{ readonly folder: string; readonly paths: readonly string[] }>
}

/**
 * A revision of the repository that a folder lies in. A name that stands for two things is none.
 * @throws LockError `REVISION_UNKNOWN`, `INTERRUPTED`
 */
export async function openRevision(folder: string, name: string, world: World): Promise<Revision> {
  const git = gitIn(folder, world)
  const shown = displaySafe(name, 200)
  if (name.startsWith('-')) throw new LockError('REVISION_UNKNOWN', `\`${shown}\` is no git revision`)
  const found = await orNull(git(['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`]))
  if (found === null) throw new LockError('REVISION_UNKNOWN', await whyUnknown(name, git))
  if (/\bis ambiguous\b/.test(found.stderr))
    throw new LockError(
      'REVISION_UNKNOWN',
      `\`${shown}\` stands for more than one thing here, such as a tag and a branch; write it whole, as in \`refs/heads/main\``,
    )
  const commit = found.stdout.trim()
  const unreadable = (what: string) => (cause: unknown) => {
    if (cause instanceof LockError) throw cause
    throw new LockError('REVISION_UNKNOWN', `git cannot read ${displaySafe(what, 300)} at \`${shown}\``, { cause })
  }
  const read = async (path: string): Promise<string | null> => {
    const { stdout } = await git(['ls-tree', '-z', commit, '--', path]).catch(unreadable(path))
    if (stdout === '') return null
    const [mode = '', , object = ''] = stdout.split(/[ \t]/)
    if (!mode.startsWith('100')) throw new LockError('FILE_REFUSED', `\`${displaySafe(path, 300)}\` is no regular file at \`${shown}\``)
    return (await git(['cat-file', 'blob', object]).catch(unreadable(path))).stdout
  }
  const changes = async (): Promise<{ folder: string; paths: string[] }> => {
    const prefix = (await git(['rev-parse', '--show-prefix']).catch(unreadable('where it is'))).stdout
    const plain = await withoutFilters(git, world)
    const words = ['diff', '--name-only', '-z', '--no-renames', '--no-relative', '--no-ext-diff', '--ignore-submodules=dirty', commit, '--']
    const { stdout } = await git(words, plain).catch(unreadable('what changed'))
    return { folder: prefix.replace(/\n$/, ''), paths: stdout.split('\0').filter((path) => path !== '') }
  }
  return { name, commit, read, changes }
}

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

/** Settings that turn off every filter of file contents, for a filter is a program, often one of the repository. */
async function withoutFilters(git: Git, { env }: World): Promise<{ [name: string]: string }> {
  const found = await orNull(git(['config', '-z', '--name-only', '--get-regexp', String.raw`^filter\..*\.(clean|process|required)$`]))
  const keys = [...new Set((found?.stdout ?? '').split('\0').filter((key) => key !== ''))]
  const first = Number(env['GIT_CONFIG_COUNT'] ?? 0)
  const pairs = keys.flatMap((key, i) => [
    [`GIT_CONFIG_KEY_${first + i}`, key],
    [`GIT_CONFIG_VALUE_${first + i}`, key.endsWith('.required') ? 'false' : ''],
  ])
  return { GIT_CONFIG_COUNT: String(first + keys.length), ...Object.fromEntries(pairs) }
}

/** What a name may look like that stands in a command to copy. */
const PLAIN = /^[A-Za-z0-9](?:[\w/-]|\.(?!\.))*$/

async function whyUnknown(name: string, git: Git): Promise<string> {
  const ask = async (...args: string[]): Promise<string | null> => (await orNull(git(args)))?.stdout.trim() ?? null
  const shown = `\`${displaySafe(name, 200)}\``
  const shallow = await ask('rev-parse', '--is-shallow-repository')
  if (shallow === null) return `git sees no repository here that it may read, so there is no ${shown}`
  const branch = name.replace(/^origin\//, '')
  const remotes = ((await ask('remote')) ?? '').split('\n')
  if (!PLAIN.test(branch) || !remotes.includes('origin'))
    return `${shown} is no git revision here${shallow === 'true' ? `; ${DEEPEN}` : ''}`
  if (branch === name && (await ask('rev-parse', '--verify', '--quiet', `refs/remotes/origin/${branch}`)) !== null)
    return `${shown} is no git revision here, but \`origin/${branch}\` is: write that`
  const depth = shallow === 'true' ? '--depth 1 ' : ''
  const isCommit = /^[0-9a-f]{40,64}$/.test(branch)
  const fetch = isCommit ? `git fetch ${depth}origin ${branch}` : `git fetch ${depth}origin ${branch}:refs/remotes/origin/${branch}`
  const then = isCommit || branch !== name ? '' : ` and write \`origin/${branch}\``
  const clone = shallow === 'true' ? 'this shallow clone' : 'this clone'
  return `${shown} is not in ${clone}: run \`${fetch}\`${then}; in CI, ${CI}`
}

const CI = 'let the checkout take all branches, with `fetch-depth: 0` on GitHub, `GIT_DEPTH: 0` on GitLab'
const DEEPEN = `this clone is shallow, so \`git fetch --unshallow\` may bring it; in CI, ${CI}`
