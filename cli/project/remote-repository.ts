/** The address of the repository by git's `origin`: a proposal to a person, never what a signature is checked against. */
import { LockError } from '../../core/codes/errors.ts'
import { gitIn, orNull } from '../world/git.ts'
import type { World } from '../world/world.ts'

/** @throws LockError `USAGE` where the lock is one of `--global` */
export function requireRepository({ global }: World): void {
  if (global === true)
    throw new LockError('USAGE', "a signature is bound to a repository, and the lock of --global is the user's own: it needs none")
}

/** As the policy writes it, without credentials; null where there is none on a host. */
export async function remoteRepository(folder: string, world: World): Promise<string | null> {
  const found = await orNull(gitIn(folder, world)(['config', '--local', '--get', 'remote.origin.url']))
  return found === null ? null : repositoryAddress(found.stdout.trim())
}

/** `git@host:owner/name.git`, `ssh://git@host/owner/name` and `https://user@host/owner/name.git` are `https://host/owner/name`. */
export function repositoryAddress(remote: string): string | null {
  const short = /^(?:[\w.-]+@)?([\w.-]+):(?!\/)([^\s?#@:]+)$/.exec(remote)
  const url = short === null ? URL.parse(remote) : URL.parse(`https://${short[1]}/${short[2]}`)
  if (url === null || !/^(?:https?|ssh|git):$/.test(url.protocol) || url.hostname === '') return null
  const host = url.protocol.startsWith('http') ? url.host : url.hostname
  const path = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '')
  return /^(?:\/[^/]+)+$/.test(path) ? `https://${host}${path}` : null
}
