/** One attempt to tell a target. */
import { isIP } from 'node:net'
import { Agent, request } from 'undici'
import { isPublic, publicLookup } from './address.ts'
import { signedHeaders, type Message } from './message.ts'
import type { WebhookTarget } from './target.ts'

/** Milliseconds for all of it. */
export const ATTEMPT = 15_000
const MAX_ANSWER = 64 * 1024

export type Answer = { readonly kind: 'done' } | { readonly kind: 'gone' | 'failed'; readonly why: string }
export type Post = (target: WebhookTarget, message: Message, now: number, stop: AbortSignal) => Promise<Answer>

/** Follows no redirect, asks no proxy, and connects to the very addresses that it has checked. */
export function poster(): { readonly post: Post; readonly close: () => Promise<void> } {
  const options = { headersTimeout: ATTEMPT, bodyTimeout: ATTEMPT, connections: 4, keepAliveTimeout: 10_000 }
  const anywhere = new Agent({ ...options, connect: { timeout: 10_000 } })
  const outside = new Agent({ ...options, connect: { timeout: 10_000, lookup: publicLookup() } })
  const post: Post = async ({ url, secret, allowPrivate }, message, now, stop) => {
    // Addresses in numbers are not looked up.
    const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')
    if (!allowPrivate && isIP(host) !== 0 && !isPublic(host)) return { kind: 'failed', why: 'the address is not public' }
    try {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: { ...signedHeaders(message, secret, now), 'user-agent': 'mcp-lock-registry' },
        body: message.body,
        dispatcher: allowPrivate ? anywhere : outside,
        signal: AbortSignal.any([stop, AbortSignal.timeout(ATTEMPT)]),
      })
      await body.dump({ limit: MAX_ANSWER })
      if (statusCode >= 200 && statusCode < 300) return { kind: 'done' }
      return { kind: statusCode === 410 ? 'gone' : 'failed', why: `the target answered ${statusCode}` }
    } catch (error) {
      return { kind: 'failed', why: error instanceof Error ? error.message : String(error) }
    }
  }
  return {
    post,
    close: async () => {
      await Promise.all([anywhere.destroy(), outside.destroy()])
    },
  }
}
