/** A revision of a repository, as git has it, and which repository that is. */
import { dirname, join, posix, relative, sep } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { exists } from './files.ts'
import { gitIn, ifAny, orNull, type Git } from './git.ts'
import type { World } from './world.ts'

export type Revision = {
  /** As it was asked for. */
  readonly name: string
  /** Where the folder lies in the repository, from the top with slashes; '' for the top. */
  readonly folder: string
  /**
   * A file's text by its path from the folder, with slashes; null where the commit has none.
   * @throws LockError `REVISION_UNKNOWN`; `FILE_REFUSED` for what is no regular file there
   */
  readonly read: (path: string) => Promise<string | null>
  /** The files that the commit has in the folder and below, by their paths from there. */
  readonly files: () => Promise<readonly string[]>
  /** The tracked files of the whole repository that are not as in the commit, by their paths from its top. Untracked files came from no commit. */
  readonly changes: () => Promise<readonly string[]>
  /** Whether it is the commit that is checked out. */
  readonly isCheckedOut: () => Promise<boolean>
}

/**
 * A revision of the repository that a folder, which need not be there, lies in. A name that stands for two things is none.
 * @throws LockError `REVISION_UNKNOWN`, `INTERRUPTED`
 */
export async function openRevision(folder: string, name: string, world: World): Promise<Revision> {
  const shown = displaySafe(name, 200)
  if (name.startsWith('-')) throw new LockError('REVISION_UNKNOWN', `\`${shown}\` is no git revision`)
  const start = await startOf(folder, name, world)
  const below = slashed(relative(start, folder))
  const git = gitIn(start, world)
  const found = await orNull(git(['rev-parse', '--show-prefix', '--verify', '--end-of-options', `${name}^{commit}`]))
  if (found === null) throw new LockError('REVISION_UNKNOWN', await whyUnknown(name, git))
  if (/\bis ambiguous\b/.test(found.stderr))
    throw new LockError(
      'REVISION_UNKNOWN',
      `\`${shown}\` stands for more than one thing here, such as a tag and a branch; write it whole, as in \`refs/heads/main\``,
    )
  const [, prefix = '', commit = ''] = /^(.*)\n([0-9a-f]+)\n$/s.exec(found.stdout) ?? []
  const unreadable = (what: string) => (cause: unknown) => {
    if (cause instanceof LockError) throw cause
    throw new LockError('REVISION_UNKNOWN', `git cannot read ${displaySafe(what, 300)} at \`${shown}\``, { cause })
  }
  const read = async (path: string): Promise<string | null> => {
    const { stdout } = await git(['ls-tree', '-z', commit, '--', posix.join(below, path)]).catch(unreadable(path))
    if (stdout === '') return null
    const [mode = '', , object = ''] = stdout.split(/[ \t]/)
    if (!mode.startsWith('100')) throw new LockError('FILE_REFUSED', `\`${displaySafe(path, 300)}\` is no regular file at \`${shown}\``)
    return (await git(['cat-file', 'blob', object]).catch(unreadable(path))).stdout
  }
  const files = async (): Promise<readonly string[]> => {
    const where = below === '' ? [] : [`${below}/`]
    const { stdout } = await git(['ls-tree', '-r', '--name-only', '-z', commit, '--', ...where]).catch(unreadable('its files'))
    return paths(stdout).map((path) => posix.relative(below, path))
  }
  const changes = async (): Promise<readonly string[]> => {
    const plain = await withoutFilters(git, world)
    const words = ['diff', '--name-only', '-z', '--no-renames', '--no-relative', '--no-ext-diff', '--ignore-submodules=dirty', commit, '--']
    return paths((await git(words, plain).catch(unreadable('what changed'))).stdout)
  }
  const isCheckedOut = async (): Promise<boolean> =>
    (await orNull(git(['rev-parse', '--verify', 'HEAD^{commit}'])))?.stdout.trim() === commit
  return { name, folder: `${prefix}${below}`.replace(/\/$/, ''), read, files, changes, isCheckedOut }
}

function paths(listed: string): string[] {
  return listed.split('\0').filter((path) => path !== '')
}

function slashed(path: string): string {
  return path.split(sep).join('/')
}

/**
 * Where git is asked: the top of the nearest repository by the folder's name, whatever it is a link to. Of repositories within
 * one another it is the outermost in which the revision has files where the inner one lies: a change can put a submodule, which
 * brings branches of its own, or a link in the place of a folder, and its base is still that of the folder.
 */
async function startOf(folder: string, name: string, world: World): Promise<string> {
  const [nearest, ...others] = await topsFrom(folder)
  if (nearest === undefined) return present(folder)
  for (const outer of others.toReversed()) {
    const words = ['ls-tree', '-d', '-z', name, '--', slashed(relative(outer, nearest))]
    const listed = await ifAny(gitIn(outer, world)(words))
    // In which of the two is for the caller to say.
    if (listed !== null && (listed.stdout.startsWith('040000 ') || /\bis ambiguous\b/.test(listed.stderr))) return outer
  }
  return nearest
}

async function topsFrom(folder: string): Promise<string[]> {
  const parent = dirname(folder)
  const above = parent === folder ? [] : await topsFrom(parent)
  return (await exists(join(folder, '.git'))) ? [folder, ...above] : above
}

async function present(folder: string): Promise<string> {
  return (await exists(folder)) || dirname(folder) === folder ? folder : present(dirname(folder))
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
