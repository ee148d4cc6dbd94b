/** An HTTP server with services by the first part of the path. It records who was asked, and disturbs answers on demand. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Request {
  readonly method: string
  /** Below the service. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The same, as it came. */
  readonly bytes: Buffer
}

export interface Answer {
  readonly status: number
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string | Buffer
}

export type Service = (request: Request) => Answer

/** What happens in place of an answer; `honest` asks the service. */
export type Disturbance = (honest: () => Answer) => Answer | 'hang' | 'drop'

export const json = (status: number, value: unknown, headers = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})

export class Loopback<Name extends string> {
  readonly url: string
  /** Every request, in the order in which they came. */
  readonly requests: { readonly service: string; readonly method: string; readonly path: string }[] = []
  readonly #server: Server
  readonly #services = new Map<string, Service>()
  readonly #disturbances = new Map<string, Disturbance[]>()

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response))
  }

  static async start<Name extends string>(): Promise<Loopback<Name>> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new Loopback(server)
  }

  serve(name: Name, service: Service): void {
    this.#services.set(name, service)
  }

  /** The next `times` answers of a service are disturbed. */
  disturb(name: Name, disturbance: Disturbance, times = 1_000): void {
    const waiting = this.#disturbances.get(name) ?? []
    this.#disturbances.set(name, [...waiting, ...Array.from({ length: times }, () => disturbance)])
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = incoming
    const { pathname, searchParams: query } = new URL(incoming.url ?? '/', this.url)
    const [, name = '', path = ''] = /^\/([^/]*)(.*)$/.exec(pathname) ?? []
    this.requests.push({ service: name, method, path })
    const bytes = Buffer.concat(await incoming.toArray())
    const body = bytes.toString()
    const honest = (): Answer => {
      const service = this.#services.get(name)
      if (service === undefined) return { status: 404 }
      try {
        return service({ method, path, query, headers: incoming.headers, body, bytes })
      } catch (error) {
        return json(400, { code: 3, message: error instanceof Error ? error.message : 'bad request', details: [] })
      }
    }
    const disturbance = this.#disturbances.get(name)?.shift()
    const answer = disturbance === undefined ? honest() : disturbance(honest)
    if (answer === 'hang') return
    if (answer === 'drop') return void incoming.socket.destroy()
    response.writeHead(answer.status, answer.headers).end(answer.body)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }
}
