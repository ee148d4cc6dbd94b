/** Asking an identity provider: through the user's network, bounded in size and time, again where it fails. */
import { setTimeout } from 'node:timers/promises'
import type { RequestInit } from 'undici'
import { LockError } from '../../core/codes/errors.ts'
import { readBody } from '../network/body.ts'
import { reaching } from '../network/failure.ts'
import { networkOf } from '../network/network.ts'
import type { World } from '../world/world.ts'

export type ProviderAnswer = { readonly status: number; readonly headers: [string, string][]; readonly body: Buffer<ArrayBuffer> }

const ATTEMPTS = 3
const FIRST_WAIT = 250
const TIMEOUT = 20_000
const MAX_ANSWER = 256 * 1024

/** Failures that a second attempt may mend. */
const PASSING: ReadonlySet<string> = new Set(['LOGIN_FAILED', 'CONNECTION_REFUSED', 'SERVER_TIMEOUT', 'SERVER_UNREACHABLE'])

/**
 * One answer that is no failure of the provider's; a redirect is an answer.
 * @param timeout milliseconds for each attempt
 * @param again whether the same may be asked twice: not where a code is spent by it
 * @throws LockError `LOGIN_FAILED`, `INTERRUPTED`, and what `Network` throws
 */
export async function askProvider(url: URL, init: RequestInit, again: boolean, world: World, timeout = TIMEOUT): Promise<ProviderAnswer> {
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

async function once(url: URL, init: RequestInit, world: World, timeout: number): Promise<ProviderAnswer> {
  const network = await networkOf(world.env)
  const deadline = AbortSignal.timeout(timeout)
  const signal = AbortSignal.any([world.signal, deadline])
  try {
    const response = await network.request(url, init, signal, performance.now() + timeout)
    const large = (limit: number): LockError => new LockError('LOGIN_FAILED', `\`${url.host}\` answered more than ${limit} bytes`)
    const body = await reaching(url, signal, () => readBody(response, MAX_ANSWER, large))
    if (response.status >= 500) throw new LockError('LOGIN_FAILED', `\`${url.host}\` answered ${response.status}`)
    return { status: response.status, headers: [...response.headers], body }
  } catch (error) {
    // Causes are left out: a request is in them, and a secret in that.
    if (world.signal.aborted) throw interrupted()
    if (deadline.aborted) throw new LockError('LOGIN_FAILED', `\`${url.host}\` took longer than ${timeout / 1_000} seconds`)
    throw error instanceof LockError ? new LockError(error.code, error.message) : error
  }
}

export function interrupted(): LockError {
  return new LockError('INTERRUPTED', 'stopped before there was an identity')
}

/** Over the network a token goes encrypted; on this machine itself it need not. */
export function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
}
