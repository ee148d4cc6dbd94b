/** Remote servers on the loopback. */
import type { RequestListener } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import type { TestContext } from 'node:test'

/** An honest server of the legacy era over Streamable HTTP. */
export function serving(tools: () => readonly object[]): RequestListener {
  return (request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end()
      const message: { readonly id?: number; readonly method?: string } = JSON.parse(text)
      if (message.id === undefined) return void response.writeHead(202).end()
      const results: { readonly [method: string]: object } = {
        initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'remote', version: '1' } },
        'tools/list': { tools: tools() },
      }
      const result = results[message.method ?? '']
      const body = result === undefined ? { error: { code: -32601, message: 'no such method' } } : { result }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...body }))
    })
  }
}

/** Starts it; its host with the port. */
export async function listen(t: Pick<TestContext, 'after'>, server: Server & { closeAllConnections?: () => void }): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections?.()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
