/** Real git in a temporary repository, with no configuration but its own. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { ROOT } from './documents.ts'
import { temporary } from './world.ts'

export type Ran = { readonly exit: number; readonly out: string }

/** What git says, whichever way it ends. */
export function git(folder: string, ...args: readonly string[]): Promise<Ran> {
  const env = {
    PATH: process.env['PATH'],
    HOME: join(folder, '..', 'nowhere'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_EDITOR: 'true',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [`GIT_${who}_NAME=a`, `GIT_${who}_EMAIL=a@b`]).map((pair) => pair.split('=')),
    ),
  }
  return new Promise((resolve) => {
    execFile('git', args, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ exit: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out: stdout + stderr })
    })
  })
}

/** The same, where it must end well. */
export async function gitOk(folder: string, ...args: readonly string[]): Promise<string> {
  const { exit, out } = await git(folder, ...args)
  if (exit !== 0) throw new Error(`git ${args.join(' ')}: exit ${exit}\n${out}`)
  return out
}

/** How a shell starts the program of this checkout. */
export const PROGRAM = `'${process.execPath}' '${join(ROOT, 'cli/start.ts')}'`

export async function repository(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await temporary(t)
  await gitOk(folder, 'init', '-q', '-b', 'main')
  return folder
}

export async function commit(folder: string, message: string): Promise<void> {
  await gitOk(folder, 'add', '-A')
  await gitOk(folder, 'commit', '-q', '--allow-empty', '-m', message)
}
