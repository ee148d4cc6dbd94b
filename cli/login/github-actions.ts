/** The identity of a job on GitHub Actions, by the service that the runner names. */
import { LockError } from '../../core/codes/errors.ts'
import { member, parseStrictBytes, type Json } from '../../core/json/json.ts'
import type { World } from '../world/world.ts'
import { askProvider, isPrivate } from './provider-http.ts'

const PERMISSION = 'its workflow needs `permissions: { contents: read, id-token: write }`, and pull requests of forks never get one'

/** @throws LockError `IDENTITY_TOKEN_MISSING` where the job may not have one, `LOGIN_FAILED`, `INTERRUPTED`, and what `Network` throws */
export async function actionsToken(audience: string, world: World): Promise<string> {
  const address = world.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''
  const bearer = world.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''
  if (address === '' || bearer === '') throw missing('GitHub Actions gives this job no identity')
  const url = URL.parse(address)
  if (url === null || !isPrivate(url)) throw failed('`ACTIONS_ID_TOKEN_REQUEST_URL` is no address of HTTPS')
  if (!/^[\x21-\x7e]+$/.test(bearer)) throw failed('`ACTIONS_ID_TOKEN_REQUEST_TOKEN` is no bearer token')
  url.searchParams.set('audience', audience)
  const headers = { accept: 'application/json', authorization: `Bearer ${bearer}` }
  const { status, body } = await askProvider(url, { headers }, true, world)
  if (status === 401 || status === 403) throw missing(`\`${url.host}\` answered ${status}: GitHub Actions gives this job no identity`)
  const token = status === 200 ? member(parsed(body), 'value') : undefined
  if (typeof token !== 'string') throw failed(`\`${url.host}\` answered ${status}${status === 200 ? ' without a token' : ''}`)
  return token
}

function parsed(body: Buffer): Json | undefined {
  try {
    return parseStrictBytes(body)
  } catch {
    return undefined
  }
}

function missing(what: string): LockError {
  return new LockError('IDENTITY_TOKEN_MISSING', `${what}; ${PERMISSION}`)
}

function failed(message: string): LockError {
  return new LockError('LOGIN_FAILED', message)
}
