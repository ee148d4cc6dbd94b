/** One HTTP request to a server, with redirects followed as long as they stay on its origin. */
import type { Response } from 'undici'
import { LockError } from '../../core/codes/errors.ts'
import type { JsonObject } from '../../core/json/json.ts'
import type { Network } from '../network/network.ts'
import { HttpStatusError, parseUrl } from './http-failure.ts'

export type Address = {
  /** Values that never appear in a message of ours. */
  readonly secrets: readonly string[]
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly userAgent: string
  readonly network: Network
  /** When its time is over, in milliseconds of `performance.now()`. */
  readonly until: number
}

type Options = { readonly method: string; readonly headers: Record<string, string>; readonly body?: string }

const MAX_REDIRECTS = 3

/** The address as a URL. @throws LockError `CONFIG_INVALID` */
export function urlOf(address: Address): URL {
  return parseUrl(address.url, 'CONFIG_INVALID', 'the address, its variables replaced')
}

/** @throws LockError `CONFIG_INVALID`, `REDIRECT_REFUSED`, `ANSWER_MALFORMED`, and what `Network` throws */
export async function request(address: Address, options: Options, signal: AbortSignal): Promise<Response> {
  let url = urlOf(address)
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const headers = { 'user-agent': address.userAgent, ...options.headers, ...address.headers }
    const response = await address.network.request(url, { ...options, headers }, signal, address.until)
    const { status } = response
    if (status < 300 || status >= 400) return response
    await response.body?.cancel().catch(() => {})
    const location = response.headers.get('location')
    if (location === null) throw new HttpStatusError(status)
    const target = parseUrl(location, 'ANSWER_MALFORMED', `the redirect with status ${status}`, url)
    if (target.origin !== url.origin)
      throw new LockError('REDIRECT_REFUSED', `\`${url.origin}\` answered ${status} to \`${target.origin}\``)
    if (options.method === 'POST' && status !== 307 && status !== 308)
      throw new LockError('SERVER_UNREACHABLE', `a redirect with status ${status}, which drops the message`)
    url = target
  }
  throw new LockError('SERVER_UNREACHABLE', `more than ${MAX_REDIRECTS} redirects`)
}

/** Sends one message. */
export async function post(address: Address, message: JsonObject, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  const body = JSON.stringify(message)
  return request(address, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body }, signal)
}
