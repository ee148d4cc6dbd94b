/** A server that is an address: Streamable HTTP, and the HTTP+SSE transport that came before it. */
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Response } from 'undici'
import { LockError } from '../../core/errors.ts'
import { member, parseStrict, parseStrictBytes, type JsonObject } from '../../core/json.ts'
import type { Channel, Wire } from './channel.ts'
import type { Limits } from './limits.ts'

export type Address = {
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly userAgent: string
}

const MAX_REDIRECTS = 3

/** Streamable HTTP: every message is a POST, its answer a JSON body or an event stream. */
export function openStreamable(address: Address, channel: Channel, limits: Limits, signal: AbortSignal): Wire {
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
      await deliver(response, channel, budget)
      if (channel.awaits(message['id'])) {
        throw response.ok
          ? new LockError('SERVER_EXITED', 'the response ended without the answer')
          : new LockError('SERVER_UNREACHABLE', `HTTP ${response.status}`)
      }
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

/** HTTP+SSE (2024-11-05): a stream says where to POST, and carries all answers. */
export async function openSse(address: Address, channel: Channel, limits: Limits, signal: AbortSignal): Promise<Wire> {
  const closed = new AbortController()
  const both = AbortSignal.any([signal, closed.signal])
  const response = await request(address, { method: 'GET', headers: { accept: 'text/event-stream' } }, both)
  if (!isStream(response)) throw new LockError('SERVER_UNREACHABLE', 'expected an event stream from the SSE address')
  const endpoint = Promise.withResolvers<string>()
  endpoint.promise.catch(() => {})
  void pumpEvents(response, new Budget(limits), (event) => {
    if (event.event === 'endpoint') endpoint.resolve(sameOrigin(address.url, event.data))
    else channel.receive(parseStrict(event.data))
  }).then(
    () => fail(new LockError('SERVER_EXITED', 'the event stream ended')),
    (error: unknown) => fail(error),
  )
  const fail = (error: unknown): void => {
    endpoint.reject(error)
    channel.fail(error)
  }
  const url = await endpoint.promise
  return {
    send: async (message) => {
      const answer = await post({ ...address, url }, message, {}, both)
      await answer.body?.cancel()
    },
    close: async () => closed.abort(),
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

async function post(address: Address, message: JsonObject, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  return request(
    address,
    { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(message) },
    signal,
  )
}

type Options = { readonly method: string; readonly headers: Record<string, string>; readonly body?: string }

async function request(address: Address, options: Options, signal: AbortSignal): Promise<Response> {
  const { EnvHttpProxyAgent, fetch } = await import('undici')
  dispatcher ??= new EnvHttpProxyAgent({ allowH2: false })
  let url = address.url
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await fetch(url, {
      ...options,
      headers: { 'user-agent': address.userAgent, ...options.headers, ...address.headers },
      redirect: 'manual',
      signal,
      dispatcher,
    }).catch((cause: unknown) => {
      throw unreachable(url, cause)
    })
    if (response.status < 300 || response.status >= 400) return response
    await response.body?.cancel()
    const target = new URL(response.headers.get('location') ?? '', url)
    if (target.origin !== new URL(url).origin) {
      throw new LockError('REDIRECT_REFUSED', `\`${new URL(url).origin}\` answered ${response.status} to \`${target.origin}\``)
    }
    if (options.method === 'POST' && response.status !== 307 && response.status !== 308) {
      throw new LockError('SERVER_UNREACHABLE', `a redirect with status ${response.status}, which drops the message`)
    }
    url = target.href
  }
  throw new LockError('SERVER_UNREACHABLE', `more than ${MAX_REDIRECTS} redirects`)
}

let dispatcher: import('undici').Dispatcher | undefined

function unreachable(url: string, cause: unknown): unknown {
  if (cause instanceof Error && (cause.name === 'AbortError' || cause.name === 'TimeoutError')) return cause
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : String(inner)
  return new LockError('SERVER_UNREACHABLE', `\`${new URL(url).host}\`: ${code}`, { cause })
}

/** Hands over what a POST brought back; a status that is no success and no JSON-RPC error throws. */
async function deliver(response: Response, channel: Channel, budget: Budget): Promise<void> {
  if (response.ok && isStream(response)) return pumpEvents(response, budget, (event) => channel.receive(parseStrict(event.data)))
  if (response.status === 401 || response.status === 403) {
    await response.body?.cancel()
    const wanted = response.headers.get('www-authenticate')
    throw new LockError('AUTH_REQUIRED', `HTTP ${response.status}${wanted === null ? '' : `, it asks for \`${wanted.slice(0, 200)}\``}`)
  }
  const body = await readBody(response, budget)
  if (response.ok && body.length === 0) return
  const isJson = /^application\/json\b/i.test(response.headers.get('content-type') ?? '')
  if (!response.ok && !(isJson && body.includes('"jsonrpc"'))) throw new LockError('SERVER_UNREACHABLE', `HTTP ${response.status}`)
  if (!isJson) throw new LockError('ANSWER_MALFORMED', 'expected application/json or text/event-stream')
  channel.receive(parseStrictBytes(body))
}

function isStream(response: Response): boolean {
  return /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')
}

/** The bytes a server may still send in this session, after decompression. */
class Budget {
  readonly #limits: Limits
  #total = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  take(bytes: number, ofMessage: number): void {
    this.#total += bytes
    if (ofMessage > this.#limits.message) throw new LockError('ANSWER_TOO_LARGE', `a body of more than ${this.#limits.message} bytes`)
    if (this.#total > this.#limits.total) throw new LockError('ANSWER_TOO_LARGE', `more than ${this.#limits.total} bytes in one session`)
  }
}

async function readBody(response: Response, budget: Budget): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    budget.take(chunk.length, size)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function pumpEvents(response: Response, budget: Budget, onEvent: (event: EventSourceMessage) => void): Promise<void> {
  let held = 0
  const parser = createParser({
    onEvent: (event) => {
      held = 0
      if (event.data !== '') onEvent(event)
    },
  })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of response.body ?? []) {
    held += chunk.length
    budget.take(chunk.length, held)
    parser.feed(decoder.decode(chunk, { stream: true }))
  }
}

function sameOrigin(base: string, target: string): string {
  const url = new URL(target, base)
  if (url.origin !== new URL(base).origin) throw new LockError('REDIRECT_REFUSED', `the SSE address names an endpoint at \`${url.origin}\``)
  return url.href
}
