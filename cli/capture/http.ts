/** Streamable HTTP: every message is a POST, its answer a JSON body or an event stream. */
import type { Response } from 'undici'
import { LockError } from '../../core/codes/errors.ts'
import { member, parseStrict, parseStrictBytes, type JsonObject } from '../../core/json/json.ts'
import type { Channel, Wire } from './channel.ts'
import { reaching } from '../network/failure.ts'
import { Budget, isMessage, isStream, pumpEvents, readBody } from './http-body.ts'
import { HttpStatusError, refusal } from './http-failure.ts'
import { post, request, urlOf, type Address } from './http-request.ts'
import type { Limits } from './limits.ts'

export function openStreamable(address: Address, channel: Channel, limits: Limits, signal: AbortSignal): Wire {
  const url = urlOf(address)
  const budget = new Budget(limits)
  const closed = new AbortController()
  const both = AbortSignal.any([signal, closed.signal])
  let session: string | null = null
  let version: string | null = null
  const extra = (): Record<string, string> => ({
    ...(session === null ? {} : { 'mcp-session-id': session }),
    ...(version === null ? {} : { 'mcp-protocol-version': version }),
  })
  return {
    send: async (message) => {
      const headers = { ...extra(), ...modernHeaders(message), accept: 'application/json, text/event-stream' }
      const response = await post(address, message, headers, both)
      session ??= response.headers.get('mcp-session-id')
      await reaching(url, both, () => deliver(response, channel, budget))
      // An answer of ours to the server may have the id of a question of ours.
      if (message['method'] === undefined || !channel.awaits(message['id'])) return
      throw response.ok ? new LockError('SERVER_EXITED', 'the response ended without the answer') : new HttpStatusError(response.status)
    },
    agree: (agreed) => {
      version = agreed
    },
    close: async () => {
      const open = session
      closed.abort()
      if (open === null) return
      const end = AbortSignal.timeout(1_000)
      await request(address, { method: 'DELETE', headers: extra() }, end).then(
        (response) => response.body?.cancel(),
        () => {},
      )
    },
  }
}

/** Headers that the revision 2026-07-28 derives from the body (basic/transports, "Standard headers"). */
function modernHeaders(message: JsonObject): Record<string, string> {
  const params = message['params']
  const version = member(member(params, '_meta'), 'io.modelcontextprotocol/protocolVersion')
  const method = message['method']
  if (typeof version !== 'string' || typeof method !== 'string') return {}
  const uri = member(params, 'uri')
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(typeof uri === 'string' ? { 'mcp-name': headerText(uri) } : {}),
  }
}

function headerText(text: string): string {
  return /^[\x21-\x7e]*$/.test(text) ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`
}

/** Hands over what a POST brought back; a status that is no success and no JSON-RPC error throws. */
async function deliver(response: Response, channel: Channel, budget: Budget): Promise<void> {
  if (response.ok && isStream(response))
    return pumpEvents(response, budget, (event) => isMessage(event) && channel.receive(parseStrict(event.data)))
  if (response.status === 401 || response.status === 403) throw await refusal(response)
  const body = await readBody(response, budget)
  if (response.ok && body.length === 0) return
  const isJson = /^application\/json\b/i.test(response.headers.get('content-type') ?? '')
  if (!response.ok && !(isJson && body.includes('"jsonrpc"'))) throw new HttpStatusError(response.status)
  if (!isJson) throw new LockError('ANSWER_MALFORMED', 'expected application/json or text/event-stream')
  channel.receive(parseStrictBytes(body))
}
