/**
 * Where the identity token comes from: what is named comes before what is found, and a job in CI never waits for a person.
 * The file of the command line, `SIGSTORE_ID_TOKEN`, GitHub Actions, and at a terminal that is no CI's, signing in.
 */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../world/files.ts'
import type { World } from '../world/world.ts'
import { actionsToken } from './github-actions.ts'
import { signIn } from './sign-in.ts'
import { MAX_TOKEN, readToken, type IdentityToken } from './identity-token.ts'

export type LoginOptions = {
  /** The file of the command line, from the folder of the world. */
  readonly tokenFile: string | null
  /** Where a person signs in; null where nobody can. */
  readonly issuer: string | null
  /** The audience of the token. */
  readonly clientId: string
}

type Source = { readonly name: string; readonly text: string }

/**
 * Says on stderr which one it is.
 * @throws LockError `IDENTITY_TOKEN_MISSING`, `IDENTITY_TOKEN_INVALID`, `LOGIN_FAILED`, `FILE_UNREADABLE`, `INTERRUPTED`, and what `Network` throws
 */
export async function identityToken(options: LoginOptions, world: World): Promise<IdentityToken> {
  const { name, text } = await sourceOf(options, world)
  const token = LockError.within(name, () => readToken(text, options.clientId, world.now()))
  world.stderr(`  identity from ${name}\n`)
  return token
}

async function sourceOf({ tokenFile, issuer, clientId }: LoginOptions, world: World): Promise<Source> {
  const { env } = world
  if (tokenFile !== null) return { name: `\`${displaySafe(tokenFile, 300)}\``, text: await read(resolve(world.cwd, tokenFile)) }
  const given = env['SIGSTORE_ID_TOKEN'] ?? ''
  if (given.trim() !== '') return { name: 'SIGSTORE_ID_TOKEN', text: given }
  if (isSet(env['GITHUB_ACTIONS']) || isSet(env['ACTIONS_ID_TOKEN_REQUEST_URL']))
    return { name: 'GitHub Actions', text: await actionsToken(clientId, world) }
  if (isSet(env['CI']) || isSet(env['GITLAB_CI']) || world.terminal === null)
    throw new LockError('IDENTITY_TOKEN_MISSING', absence(world, clientId))
  if (issuer === null) throw new LockError('IDENTITY_TOKEN_MISSING', 'the signing config names no provider to sign in with now, `oidcUrls`')
  return { name: `\`${displaySafe(URL.parse(issuer)?.host ?? issuer, 200)}\``, text: await signIn(issuer, clientId, world) }
}

async function read(path: string): Promise<string> {
  const text = await readTextFile(path, 2 * MAX_TOKEN)
  if (text === null) throw new LockError('FILE_UNREADABLE', `there is no token file \`${displaySafe(path, 300)}\``)
  return text
}

/** What would have to be there. */
function absence({ env }: World, clientId: string): string {
  if (isSet(env['GITLAB_CI']))
    return `GitLab gives this job no identity; in .gitlab-ci.yml it needs \`id_tokens: { SIGSTORE_ID_TOKEN: { aud: ${clientId} } }\``
  const ways = `set SIGSTORE_ID_TOKEN to a token for the audience \`${clientId}\`, or name a file with one by --identity-token-file`
  return `${isSet(env['CI']) ? 'this job has no identity' : 'there is no terminal to sign in at'}: ${ways}`
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0|false)$/i.test(value)
}
