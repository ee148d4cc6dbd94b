/** A registry on a socket, in a network where anybody may send anything, as slowly as they like. */
import { randomUUID } from 'node:crypto'
import { createServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, BlockList } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener, RequestError, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { makeApp } from '../app.ts'
import { problemResponse } from '../problem.ts'
import type { Registry } from '../registry.ts'
import { clientAddressBehind } from './client-address.ts'
import { openRequests } from './open-requests.ts'
import { rawProblem } from './raw-problem.ts'
import { tokenBuckets, type Rate } from './token-bucket.ts'

export type ListenOptions = {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly trustedProxies: BlockList
  readonly limits: {
    readonly connections: number
    readonly headersSeconds: number
    readonly requestSeconds: number
    readonly idleSeconds: number
    readonly stopSeconds: number
    /** Requests of one address at a time. */
    readonly openPerAddress: number
    readonly reads: Rate
    readonly writes: Rate
  }
}

export type Listening = {
  readonly port: number
  /** Takes no more, answers what it took, and closes the registry. */
  readonly stop: () => Promise<void>
}

const MAX_HEADERS = 16 * 1024

/** @throws Error of Node's where the address cannot be had */
export async function listen(registry: Registry, { host, port, tls, trustedProxies, limits }: ListenOptions): Promise<Listening> {
  const { clock, log } = registry
  const app = makeApp(registry)
  const addressOf = clientAddressBehind(trustedProxies)
  const mayRead = tokenBuckets(limits.reads, clock)
  const mayWrite = tokenBuckets(limits.writes, clock)
  const mayOpen = openRequests(limits.openPerAddress)

  function handle(request: Request, { incoming, outgoing }: HttpBindings | Http2Bindings): Response | Promise<Response> {
    const id = randomUUID()
    const forwarded = incoming.headers['x-forwarded-for']
    const who = addressOf(incoming.socket.remoteAddress ?? '', Array.isArray(forwarded) ? forwarded.join(',') : forwarded)
    const may = request.method === 'POST' ? mayWrite : mayRead
    if (!may(who)) return limited(id, 'too many requests from one address')
    if (!mayOpen(who, outgoing)) return limited(id, 'too many requests of one address are open')
    return app.fetch(request, { id })
  }
  function limited(id: string, detail: string): Response {
    registry.metrics.answered('limited', 429, 0)
    return problemResponse({ status: 429, code: 'RATE_LIMITED', detail }, id)
  }
  const listener = getRequestListener(handle, {
    errorHandler: (error) => {
      const id = randomUUID()
      if (error instanceof RequestError)
        return problemResponse({ status: 400, code: 'REQUEST_INVALID', detail: 'no request that can be understood' }, id)
      log({ level: 'error', message: 'failed', error: error instanceof Error ? error.message : String(error), request: id })
      return problemResponse({ status: 500, code: 'CHECK_FAILED', detail: 'the registry failed; its log says why' }, id)
    },
  })
  const options: ServerOptions = {
    headersTimeout: limits.headersSeconds * 1000,
    requestTimeout: limits.requestSeconds * 1000,
    keepAliveTimeout: limits.idleSeconds * 1000,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: MAX_HEADERS,
    // Refused by the listener, with a problem.
    requireHostHeader: false,
  }
  const answer = (...[incoming, outgoing]: Parameters<typeof listener>): void => void listener(incoming, outgoing)
  const server = tls === null ? createServer(options, answer) : createTlsServer({ ...options, ...tls }, answer)
  server.maxConnections = limits.connections
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => rawProblem(error, socket))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return { port: (server.address() as AddressInfo).port, stop: () => stop(server, registry, limits.stopSeconds) } // it listens on TCP
}

/** A connection whose last answer was sent is idle, and is closed at once. */
const IDLE_CHECK = 20

async function stop(server: Server, registry: Registry, seconds: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  registry.streams.close()
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK)
  const late = setTimeout(() => server.closeAllConnections(), seconds * 1000)
  await closed
  clearInterval(idle)
  clearTimeout(late)
  await registry.close()
}
