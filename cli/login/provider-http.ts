/** Asking an identity provider: through the user's network, bounded in size and time, again where it fails. */
import { setTimeout } from 'node:timers/promises'
import type { RequestInit } from 'undici'
import { LockError } from '../../core/codes/errors.ts'
import { exchange, type Answer } from '../network/exchange.ts'
import { networkOf } from '../network/network.ts'
import type { World } from '../world/world.ts'

const ATTEMPTS = 3
const FIRST_WAIT = 250
const TIMEOUT = 20_000
const MAX_ANSWER = 256 * 1024

/** Failures that a second attempt may mend. */
const PASSING: ReadonlySet<string> = new Set(['LOGIN_FAILED', 'CONNECTION_REFUSED', 'SERVER_TIMEOUT', 'SERVER_UNREACHABLE'])

/** What is the provider's failure more than the network's. */
const OWN: ReadonlySet<string> = new Set(['SERVER_TIMEOUT', 'ANSWER_TOO_LARGE'])

/**
 * One answer that is no failure of the provider's; a redirect is an answer.
 * @param timeout milliseconds for each attempt
 * @param again whether the same may be asked twice: not where a code is spent by it
 * @throws LockError `LOGIN_FAILED`, `INTERRUPTED`, and what `Network` throws
 */
export async function askProvider(url: URL, init: RequestInit, again: boolean, world: World, timeout = TIMEOUT): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(url, init, world, timeout)
    } catch (error) {
      if (!(error instanceof LockError) || !again || !PASSING.has(error.code) || attempt === ATTEMPTS) throw error
    }
    await setTimeout(FIRST_WAIT * 2 ** (attempt - 1), undefined, { signal: world.signal }).catch(() => {
      throw interrupted()
    })
  }
}

async function once(url: URL, init: RequestInit, world: World, timeout: number): Promise<Answer> {
  const network = await networkOf(world.env)
  try {
    const answer = await exchange(url, init, { signal: world.signal, timeout, most: MAX_ANSWER }, network)
    if (answer.status >= 500) throw new LockError('LOGIN_FAILED', `\`${url.host}\` answered ${answer.status}`)
    return answer
  } catch (error) {
    if (!(error instanceof LockError)) throw error
    if (error.code === 'INTERRUPTED') throw interrupted()
    // Causes are left out: a request is in them, and a secret in that.
    throw new LockError(OWN.has(error.code) ? 'LOGIN_FAILED' : error.code, error.message)
  }
}

export function interrupted(): LockError {
  return new LockError('INTERRUPTED', 'stopped before there was an identity')
}

/** Over the network a token goes encrypted; on this machine itself it need not. */
export function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
}
