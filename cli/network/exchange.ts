/** One request and its whole answer, bounded in size and time. */
import type { RequestInit, Response } from 'undici'
import { LockError } from '../../core/codes/errors.ts'
import { readBody, readStart } from './body.ts'
import { reaching } from './failure.ts'
import type { Network } from './network.ts'

export type Answer = { readonly status: number; readonly headers: Response['headers']; readonly body: Buffer<ArrayBuffer> }

export type Bounds = {
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
  /** Milliseconds until all of it is there. */
  readonly timeout: number
  /** Bytes of its body, after decompression; what is said of a failure, from status 400 on, is cut. */
  readonly most: number
}

/** More than anybody is shown. */
const MAX_WORDS = 64 * 1024

/**
 * A redirect is an answer. Only hosts are said: an address may hold a secret.
 * @throws LockError `INTERRUPTED`, `SERVER_TIMEOUT`, `ANSWER_TOO_LARGE`, and what `Network` throws
 */
export async function exchange(url: URL, init: RequestInit, { signal, timeout, most }: Bounds, network: Network): Promise<Answer> {
  const deadline = AbortSignal.timeout(timeout)
  const either = AbortSignal.any([signal, deadline])
  const tooLarge = (): LockError => new LockError('ANSWER_TOO_LARGE', `\`${url.host}\` answered more than ${most} bytes`)
  try {
    const response = await network.request(url, init, either, performance.now() + timeout)
    const { status, headers } = response
    const read = (): Promise<Answer['body']> => (status < 400 ? readBody(response, most, tooLarge) : readStart(response, MAX_WORDS))
    return { status, headers, body: await reaching(url, either, read) }
  } catch (cause) {
    if (signal.aborted) throw new LockError('INTERRUPTED', `stopped while \`${url.host}\` was asked`, { cause })
    if (deadline.aborted) throw new LockError('SERVER_TIMEOUT', `\`${url.host}\` took longer than ${timeout / 1_000} seconds`, { cause })
    throw cause
  }
}
