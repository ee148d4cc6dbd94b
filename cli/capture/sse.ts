/** HTTP+SSE, the transport of 2024-11-05: a stream says where to POST, and carries all answers. */
import { LockError } from '../../core/codes/errors.ts'
import { parseStrict } from '../../core/json/json.ts'
import type { Channel, Wire } from './channel.ts'
import { reaching } from '../network/failure.ts'
import { Budget, isMessage, isStream, pumpEvents } from './http-body.ts'
import { parseUrl, refusal } from './http-failure.ts'
import { post, request, urlOf, type Address } from './http-request.ts'
import type { Limits } from './limits.ts'

/** Messages wait until the stream has named its endpoint. */
export function openSse(address: Address, channel: Channel, limits: Limits, signal: AbortSignal): Wire {
  const closed = new AbortController()
  const both = AbortSignal.any([signal, closed.signal])
  const endpoint = Promise.withResolvers<string>()
  listen(address, channel, limits, both, endpoint.resolve).catch((error: unknown) => {
    endpoint.reject(error)
    channel.fail(error)
  })
  endpoint.promise.catch(() => {})
  return {
    send: async (message) => {
      const response = await post({ ...address, url: await endpoint.promise }, message, {}, both)
      if (!response.ok) throw await refusal(response)
      await response.body?.cancel().catch(() => {})
    },
    close: async () => closed.abort(),
  }
}

/** Never fulfils: the end of the stream is the end of the session. */
async function listen(
  address: Address,
  channel: Channel,
  limits: Limits,
  signal: AbortSignal,
  onEndpoint: (url: string) => void,
): Promise<never> {
  const base = urlOf(address)
  const response = await request(address, { method: 'GET', headers: { accept: 'text/event-stream' } }, signal)
  if (!response.ok) throw await refusal(response)
  if (!isStream(response)) {
    await response.body?.cancel().catch(() => {})
    throw new LockError('SERVER_UNREACHABLE', 'expected an event stream from the SSE address')
  }
  await reaching(base, signal, () =>
    pumpEvents(response, new Budget(limits), (event) => {
      if (event.event === 'endpoint') onEndpoint(sameOrigin(base, event.data))
      else if (isMessage(event)) channel.receive(parseStrict(event.data))
    }),
  )
  throw new LockError('SERVER_EXITED', 'the event stream ended')
}

function sameOrigin(base: URL, target: string): string {
  const url = parseUrl(target, 'ANSWER_MALFORMED', 'the endpoint that the SSE address names', base)
  if (url.origin !== base.origin) throw new LockError('REDIRECT_REFUSED', `the SSE address names an endpoint at \`${url.origin}\``)
  return url.href
}
