/** Waits on the loopback for the browser's return from the provider (RFC 8252 §7.3). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LockError } from '../../core/codes/errors.ts'
import { interrupted } from './provider-http.ts'

export type Callback = AsyncDisposable & {
  readonly redirect: string
  /**
   * The address by which the provider answered this very sign-in; whatever else comes is refused, and waited on.
   * @param patience milliseconds
   * @throws LockError `LOGIN_FAILED`, `INTERRUPTED`
   */
  readonly answer: (patience: number, signal: AbortSignal) => Promise<URL>
}

const PATH = '/auth/callback'

/** Says the same whatever the outcome: that stands in the terminal. Nothing of the request is on it. */
const PAGE = 'mcp-lock has the answer. You can close this page and go back to the terminal.\n'
const HEADERS = {
  'cache-control': 'no-store',
  connection: 'close',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  'content-type': 'text/plain; charset=utf-8',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** @param state what only the provider and the browser that was sent there know */
export async function openCallback(state: string): Promise<Callback> {
  const { promise, resolve } = Promise.withResolvers<URL>()
  const server = createServer((request, response) => {
    const url = receive(request, response, state)
    if (url !== null) resolve(url)
  })
  server.maxConnections = 32
  await new Promise<void>((ready, reject) => server.once('error', reject).listen(0, '127.0.0.1', ready))
  // A TCP server has an address of this kind.
  const { port } = server.address() as AddressInfo
  return {
    redirect: `http://localhost:${port}${PATH}`,
    answer: (patience, signal) => within(promise, patience, signal),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

function receive({ method, url = '' }: IncomingMessage, response: ServerResponse, state: string): URL | null {
  const address = URL.parse(url, 'http://localhost')
  const refuse = (status: number): null => {
    response.writeHead(status, HEADERS).end()
    return null
  }
  if (address?.pathname !== PATH) return refuse(404)
  const { searchParams: query } = address
  const isAnswer = query.getAll('state').join(' ') === state && (query.has('code') || query.has('error'))
  if (method !== 'GET' || !isAnswer) return refuse(400)
  response.writeHead(200, HEADERS).end(PAGE)
  return address
}

async function within(answer: Promise<URL>, patience: number, signal: AbortSignal): Promise<URL> {
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(interrupted())
  const late = (): void => reject(new LockError('LOGIN_FAILED', `nobody signed in within ${patience / 1_000} seconds`))
  const timer = setTimeout(late, patience)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    return await Promise.race([answer, ended])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
