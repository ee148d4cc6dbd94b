/** A container registry on the loopback, with the token flow of the real ones: only manifests are asked for. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const INDEX = 'application/vnd.oci.image.index.v1+json'

type Behaviour = {
  readonly type?: string
  /** What is sent instead of the manifest, under its digest. */
  readonly swapped?: string
  readonly redirect?: string
}

export class ImageRegistry {
  readonly #manifests = new Map<string, string>()
  readonly #server: Server
  readonly host: string
  behaviour: Behaviour = {}
  /** `Basic …`, where only that gets a token. */
  login: string | null = null
  /** What was asked for, with the sort of authorization. */
  readonly asked: string[] = []

  private constructor(server: Server) {
    this.#server = server
    this.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async start(): Promise<ImageRegistry> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const registry = new ImageRegistry(server)
    server.on('request', (request, response) => registry.#answer(request, response))
    return registry
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** @returns the digest */
  push(path: string, tag: string, content = `${path}:${tag}`): `sha256:${string}` {
    const text = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], annotations: { content } })
    const digest = digestOf(text)
    this.#manifests.set(`${path}/manifests/${tag}`, text)
    this.#manifests.set(`${path}/manifests/${digest}`, text)
    return digest
  }

  #answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://h')
    const { authorization } = headers
    this.asked.push(`${pathname} ${authorization?.split(' ')[0] ?? 'anonymous'}`)
    if (pathname === '/token') {
      if (this.login !== null && authorization !== this.login) return void response.writeHead(401).end()
      const token = Buffer.from(searchParams.get('scope') ?? '').toString('base64url')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }))
    }
    const [, path = '', place = ''] = /^\/v2\/(([^?]*)\/manifests\/[^/]+)$/.exec(pathname) ?? []
    if (authorization !== `Bearer ${Buffer.from(`repository:${place}:pull`).toString('base64url')}`) {
      const challenge = `Bearer realm="http://${this.host}/token",service="test"`
      return void response.writeHead(401, { 'www-authenticate': challenge }).end()
    }
    const text = this.#manifests.get(path)
    if (text === undefined) return void response.writeHead(404).end()
    const { type = INDEX, swapped, redirect } = this.behaviour
    if (redirect !== undefined) return void response.writeHead(307, { location: redirect }).end()
    response.writeHead(200, { 'content-type': type, 'docker-content-digest': digestOf(text) }).end(swapped ?? text)
  }
}

function digestOf(text: string): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
