/** Answers with all their headers in the init of the `Response`: what adds one later, such as middleware, costs most of a read. */
import { createHash } from 'node:crypto'
import type { Context } from 'hono'

export type Env = { Bindings: { /** Of the request. */ readonly id: string } }
export type Call = Context<Env>

/** What every answer has. Nothing but our pages is ever shown by a browser, and those say more. */
export const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** For what a digest or a place in the log names, which never changes. */
export const IMMUTABLE = 'public, max-age=31536000, immutable'

/** Bytes with what is sent along with them. */
export type Finished = { readonly bytes: string | Uint8Array<ArrayBuffer>; readonly headers: { readonly [name: string]: string } }

/** With a strong ETag: the digest that names the bytes, or else one of them. */
export function finished(bytes: Finished['bytes'], type: string, caching: string, digest?: string): Finished {
  const etag = digest === undefined ? etagOf(bytes) : `"${digest}"`
  return { bytes, headers: { 'content-type': type, 'cache-control': caching, etag } }
}

export function finishedJson(value: unknown): Finished {
  return finished(JSON.stringify(value), 'application/json', 'no-cache')
}

/** 304 where the client has it already. */
export function send(c: Call, { bytes, headers }: Finished, status = 200): Response {
  const all = { ...HEADERS, 'x-request-id': c.env.id, ...headers }
  return headers['etag'] !== undefined && c.req.header('if-none-match') === headers['etag']
    ? new Response(null, { status: 304, headers: all })
    : new Response(bytes, { status, headers: all })
}

function etagOf(bytes: string | Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('base64url')}"`
}
