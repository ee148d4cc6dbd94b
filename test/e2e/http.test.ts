import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Target } from '../../cli/capture/capture.ts'
import { LockError } from '../../core/codes/errors.ts'
import { networkOf } from '../../cli/network/network.ts'
import { ask } from '../capture.ts'

type Message = { readonly id?: number; readonly method: string; readonly params?: { readonly _meta?: object } }
type Handler = (message: Message, request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** A loopback server that hands every message to `onMessage`, and every GET to `onGet`. */
async function serve(
  t: TestContext,
  onMessage: Handler,
  onGet?: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return onGet === undefined ? void response.writeHead(405).end() : onGet(request, response)
    let body = ''
    for await (const chunk of request) body += String(chunk)
    await onMessage(JSON.parse(body) as Message, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
}

const network = await networkOf({})

function remote(
  url: string,
  headers: { readonly [name: string]: string } = {},
  transport: 'streamable-http' | 'sse' | null = null,
): Target {
  return { kind: 'address', address: { url, headers, secrets: Object.values(headers), network }, transport }
}

const tools = [{ name: 'remote', description: 'A tool.', inputSchema: { type: 'object' } }]
const hello = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'remote', version: '1.0.0' } }

function json(response: ServerResponse, value: unknown, headers: { [name: string]: string } = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}

/** An honest server of the legacy era; `list` answers tools/list. */
const legacy =
  (list: Handler): Handler =>
  (message, request, response) => {
    if (message.id === undefined) return void response.writeHead(202).end()
    if (message.method === 'initialize')
      return json(response, { jsonrpc: '2.0', id: message.id, result: hello }, { 'mcp-session-id': 's1' })
    if (message.method === 'tools/list') return list(message, request, response)
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end('{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no session"}}')
  }

const answer: Handler = ({ id }, _, response) => json(response, { jsonrpc: '2.0', id, result: { tools } })

describe('a remote server is listed', () => {
  test('over Streamable HTTP with JSON bodies, with session and revision headers', async (t) => {
    const seen: (string | string[] | undefined)[] = []
    const url = await serve(
      t,
      legacy((message, request, response) => {
        seen.push(request.headers['mcp-session-id'], request.headers['mcp-protocol-version'], request.headers['authorization'])
        return answer(message, request, response)
      }),
    )
    const surface = await ask(remote(url, { authorization: 'Bearer t' }))
    assert.deepEqual(Object.keys(surface.tools ?? {}), ['remote'])
    assert.deepEqual(seen, ['s1', '2025-06-18', 'Bearer t'])
  })

  test('over Streamable HTTP with event streams', async (t) => {
    const url = await serve(
      t,
      legacy(({ id }, _, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(
          `: hi\n\nevent: message\ndata: {"jsonrpc":"2.0","method":"notifications/message"}\n\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result: { tools } })}\n\n`,
        )
      }),
    )
    assert.deepEqual(Object.keys((await ask(remote(url))).tools ?? {}), ['remote'])
  })

  test('in the modern era, which has no handshake', async (t) => {
    const url = await serve(t, ({ id, method, params }, request, response) => {
      assert.equal(request.headers['mcp-method'], method)
      assert.equal(request.headers['mcp-protocol-version'], '2026-07-28')
      assert.ok(params?._meta !== undefined)
      const meta = {
        _meta: { 'io.modelcontextprotocol/serverInfo': hello.serverInfo },
        ttlMs: 1,
        cacheScope: 'public',
        resultType: 'complete',
      }
      const result =
        method === 'server/discover' ? { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, ...meta } : { tools, ...meta }
      json(response, { jsonrpc: '2.0', id, result })
    })
    const surface = await ask(remote(url), {}, null)
    assert.deepEqual(Object.keys(surface.tools ?? {}), ['remote'])
    assert.deepEqual(surface.serverInfo, hello.serverInfo)
    assert.equal(surface.extra, undefined)
  })

  test('over HTTP+SSE, where Streamable HTTP is refused', async (t) => {
    let stream: ServerResponse | null = null
    const url = await serve(
      t,
      (message, request, response) => {
        if (request.url === '/mcp') return void response.writeHead(405).end()
        response.writeHead(202).end()
        const result = message.method === 'initialize' ? hello : { tools }
        if (message.id !== undefined) stream?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message.id, result })}\n\n`)
      },
      (_, response) => {
        stream = response.writeHead(200, { 'content-type': 'text/event-stream' })
        stream.write('event: endpoint\ndata: /post?s=1\n\n')
      },
    )
    assert.deepEqual(Object.keys((await ask(remote(url))).tools ?? {}), ['remote'])
  })

  test('behind a redirect that stays on its origin', async (t) => {
    const url = await serve(t, (message, request, response) =>
      request.url === '/mcp' ? void response.writeHead(307, { location: '/real' }).end() : legacy(answer)(message, request, response),
    )
    assert.deepEqual(Object.keys((await ask(remote(url))).tools ?? {}), ['remote'])
  })

  test('where its own request has the id of ours', async (t) => {
    const replies: unknown[] = []
    const url = await serve(t, (message, request, response) => {
      if (message.method !== undefined) return pinging(message, request, response)
      replies.push(message.id)
      response.writeHead(202).end()
      pending?.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { tools } })}\n\n`)
    })
    let pending: ServerResponse | null = null
    const pinging = legacy(({ id }, _, response) => {
      pending = response.writeHead(200, { 'content-type': 'text/event-stream' })
      pending.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n\n`)
    })
    assert.deepEqual(Object.keys((await ask(remote(url))).tools ?? {}), ['remote'])
    assert.equal(replies.length, 1)
  })

  test('over HTTP+SSE, where it asks before it names its endpoint', async (t) => {
    let stream: ServerResponse | null = null
    const replies: unknown[] = []
    const url = await serve(
      t,
      (message, _, response) => {
        response.writeHead(202).end()
        if (message.method === undefined) replies.push(message.id)
        const result = message.method === 'initialize' ? hello : { tools }
        if (message.method !== undefined && message.id !== undefined)
          stream?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message.id, result })}\n\n`)
      },
      (_, response) => {
        stream = response.writeHead(200, { 'content-type': 'text/event-stream' })
        stream.write('data: {"jsonrpc":"2.0","id":"early","method":"ping"}\n\n')
        setImmediate(() => stream?.write('event: endpoint\ndata: /post\n\n'))
      },
    )
    assert.deepEqual(Object.keys((await ask(remote(url, {}, 'sse'))).tools ?? {}), ['remote'])
    assert.deepEqual(replies, ['early'])
  })
})

describe('a known era is tried first', () => {
  const modern = { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, resultType: 'complete' }
  const discovered: Handler = ({ id, method }, _, response) => {
    if (method === 'server/discover') return json(response, { jsonrpc: '2.0', id, result: modern })
    if (method === 'tools/list') return json(response, { jsonrpc: '2.0', id, result: { tools, resultType: 'complete' } })
    json(response, { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } })
  }
  const speaks = {
    legacy: legacy(answer),
    modern: discovered,
    'modern, with HTTP status 400': (message, request, response) =>
      message.method === 'initialize' ? void response.writeHead(400).end('no') : discovered(message, request, response),
  } satisfies { readonly [server: string]: Handler }
  const cases: readonly (readonly [keyof typeof speaks, 'legacy' | 'modern' | null, readonly string[]])[] = [
    ['legacy', 'legacy', ['initialize', 'notifications/initialized', 'tools/list']],
    ['legacy', 'modern', ['server/discover', 'initialize', 'notifications/initialized', 'tools/list']],
    ['legacy', null, ['server/discover', 'initialize', 'notifications/initialized', 'tools/list']],
    ['modern', 'legacy', ['initialize', 'server/discover', 'tools/list']],
    ['modern', 'modern', ['server/discover', 'tools/list']],
    ['modern, with HTTP status 400', 'legacy', ['initialize', 'server/discover', 'tools/list']],
  ]
  for (const [server, known, methods] of cases) {
    test(`a server that speaks ${server}, known as ${known}`, async (t) => {
      const seen: string[] = []
      const url = await serve(t, (message, request, response) => {
        seen.push(message.method)
        return speaks[server](message, request, response)
      })
      assert.deepEqual(Object.keys((await ask(remote(url), {}, known)).tools ?? {}), ['remote'])
      // What is not declared is asked for too, to be refused.
      assert.deepEqual(
        seen.filter((method) => method !== 'prompts/list'),
        methods,
      )
    })
  }

  test('one that refuses both says why it refused the known one', async (t) => {
    const url = await serve(t, ({ id, method }, _, response) =>
      json(response, { jsonrpc: '2.0', id, error: { code: -32601, message: `no ${method}` } }),
    )
    await assert.rejects(ask(remote(url), {}, 'legacy'), { code: 'SERVER_REFUSED', message: /no initialize/ })
  })
})

describe('a remote server is refused', () => {
  const cases: { readonly [what: string]: readonly [code: string, list: Handler] } = {
    'a redirect to another host': [
      'REDIRECT_REFUSED',
      (_, __, response) => void response.writeHead(307, { location: 'http://127.0.0.2:1/mcp' }).end(),
    ],
    'a 500': ['SERVER_UNREACHABLE', (_, __, response) => void response.writeHead(500).end('oops')],
    'a gzip bomb': [
      'ANSWER_TOO_LARGE',
      (_, __, response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
    ],
    'a gzip bomb as an event stream': [
      'ANSWER_TOO_LARGE',
      (_, __, response) => void response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }).end(bomb),
    ],
    'a body that drips': [
      'SERVER_TIMEOUT',
      async (_, __, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        for (let i = 0; i < 100 && !response.destroyed; i++) {
          response.write(' ')
          await setTimeout(50)
        }
      },
    ],
    HTML: ['ANSWER_MALFORMED', (_, __, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello')],
    'duplicate keys': [
      'JSON_DUPLICATE_KEY',
      ({ id }, _, response) =>
        void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(`{"jsonrpc":"2.0","id":${id},"result":{"tools":[],"tools":[]}}`),
    ],
    'a stream that ends without an answer': [
      'SERVER_EXITED',
      (_, __, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': bye\n\n'),
    ],
    'a connection that is cut within a body': [
      'SERVER_UNREACHABLE',
      (_, __, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).write('{"jsonrpc"')
        setImmediate(() => response.destroy())
      },
    ],
    'a connection that is cut within an event': [
      'SERVER_UNREACHABLE',
      (_, __, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {')
        setImmediate(() => response.destroy())
      },
    ],
    'a body that says gzip and is not': [
      'SERVER_UNREACHABLE',
      (_, __, response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('{}'),
    ],
    'an event stream that says gzip and is not': [
      'SERVER_UNREACHABLE',
      (_, __, response) => void response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }).end('data'),
    ],
    'a body that is not UTF-8': [
      'JSON_NOT_UTF8',
      (_, __, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from('"\xff"', 'latin1')),
    ],
    'an event stream that is not UTF-8': [
      'JSON_NOT_UTF8',
      (_, __, response) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(Buffer.from('data: \xff\n\n', 'latin1')),
    ],
    'an event stream that ends within a character': [
      'JSON_NOT_UTF8',
      (_, __, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(Buffer.from('data: \xc3', 'latin1')),
    ],
    'a redirect to what is no URL': ['ANSWER_MALFORMED', (_, __, response) => void response.writeHead(307, { location: 'http://[' }).end()],
    'a redirect to a blob of its own origin': [
      'ANSWER_MALFORMED',
      (_, { headers }, response) => void response.writeHead(307, { location: `blob:http://${headers.host}/x` }).end(),
    ],
    'a redirect with a user name': [
      'ANSWER_MALFORMED',
      (_, { headers }, response) => void response.writeHead(307, { location: `http://user:word@${headers.host}/mcp` }).end(),
    ],
    'a redirect to nowhere': ['SERVER_UNREACHABLE', (_, __, response) => void response.writeHead(307).end()],
    'a redirect to itself': ['SERVER_UNREACHABLE', (_, __, response) => void response.writeHead(307, { location: '/mcp' }).end()],
    'a body without an answer': ['SERVER_EXITED', (_, __, response) => void response.writeHead(202).end()],
  }
  const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, 0x20))
  for (const [what, [code, list]] of Object.entries(cases)) {
    test(what, async (t) => {
      const before = process.memoryUsage().rss
      await assert.rejects(ask(remote(await serve(t, legacy(list))), { timeout: 2_000 }), { name: 'LockError', code })
      assert.ok(process.memoryUsage().rss - before < 300 * 1024 * 1024, 'memory stays bounded')
    })
  }

  test('a 401 says what it needs, and not what was sent', async (t) => {
    const url = await serve(
      t,
      (_, __, response) => void response.writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="https://a.example/meta"' }).end(),
    )
    await assert.rejects(ask(remote(url, { authorization: 'Bearer hunter2' })), (error: Error) => {
      assert.match(error.message, /HTTP 401, it asks for `Bearer resource_metadata/)
      assert.doesNotMatch(error.message, /hunter2/)
      return true
    })
  })

  test('an SSE endpoint on another origin', async (t) => {
    const url = await serve(
      t,
      () => {},
      (_, response) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: http://127.0.0.2:1/post\n\n'),
    )
    await assert.rejects(ask(remote(url, {}, 'sse'), { timeout: 2_000 }), { code: 'REDIRECT_REFUSED' })
  })

  test('an SSE endpoint that is no URL', async (t) => {
    const url = await serve(
      t,
      () => {},
      (_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: http://[\n\n'),
    )
    await assert.rejects(ask(remote(url, {}, 'sse'), { timeout: 2_000 }), { name: 'LockError', code: 'ANSWER_MALFORMED' })
  })

  const streams: { readonly [what: string]: readonly [code: string, text: Buffer] } = {
    'is not UTF-8': ['JSON_NOT_UTF8', Buffer.from('data: \xff\n\n', 'latin1')],
    'is cut': ['SERVER_UNREACHABLE', Buffer.from('event: endp')],
    'names its endpoint and is cut': ['SERVER_UNREACHABLE', Buffer.from('event: endpoint\ndata: /post\n\nevent')],
  }
  for (const [what, [code, text]] of Object.entries(streams)) {
    test(`an SSE stream that ${what}`, async (t) => {
      const url = await serve(
        t,
        (_, __, response) => void response.writeHead(202).end(),
        (_, response) =>
          void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text, () => setImmediate(() => response.destroy())),
      )
      await assert.rejects(ask(remote(url, {}, 'sse'), { timeout: 2_000 }), { name: 'LockError', code })
    })
  }

  test('an SSE endpoint that refuses messages', async (t) => {
    const url = await serve(
      t,
      (_, __, response) => void response.writeHead(404).end('no'),
      (_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: /post\n\n'),
    )
    await assert.rejects(ask(remote(url, {}, 'sse'), { timeout: 2_000 }), { code: 'SERVER_UNREACHABLE', status: 404 })
  })

  test('an SSE address that asks for authorization', async (t) => {
    const url = await serve(
      t,
      () => {},
      (_, response) => void response.writeHead(401).end(),
    )
    await assert.rejects(ask(remote(url, {}, 'sse'), { timeout: 2_000 }), { code: 'AUTH_REQUIRED' })
  })

  test('an SSE address that sends something else without end, which is not waited for', { timeout: 10_000 }, async (t) => {
    const closed = Promise.withResolvers<void>()
    const url = await serve(
      t,
      () => {},
      (_, response) => {
        response.once('close', () => closed.resolve())
        response.writeHead(200, { 'content-type': 'text/html' }).write('<p>')
      },
    )
    await assert.rejects(ask(remote(url, {}, 'sse'), { timeout: 60_000 }), { code: 'SERVER_UNREACHABLE' })
    await closed.promise
  })

  for (const url of ['', 'a server', 'http://[', 'file:///etc/passwd', 'data:text/event-stream,', 'https://user:hunter2@a.example/']) {
    for (const transport of [null, 'streamable-http', 'sse'] as const) {
      test(`the address \`${url}\` over ${transport}`, async () => {
        await assert.rejects(ask(remote(url, {}, transport), { timeout: 2_000 }), (error: Error) => {
          assert.ok(error instanceof LockError, error.stack)
          assert.equal(error.code, 'CONFIG_INVALID')
          assert.doesNotMatch(error.message, /hunter2/)
          return true
        })
      })
    }
  }

  test('a header that no request can have is not repeated', async () => {
    await assert.rejects(ask(remote('http://127.0.0.1:9/mcp', { authorization: 'Bearer hunter2\nx' })), (error: Error) => {
      assert.ok(error instanceof LockError, error.stack)
      assert.doesNotMatch(error.message, /hunter2/)
      return true
    })
  })

  test('a status that is no success, which the error holds', async (t) => {
    for (const status of [400, 404, 410, 500, 503]) {
      const url = await serve(t, (_, __, response) => void response.writeHead(status).end('no'))
      await assert.rejects(ask(remote(url, {}, 'streamable-http'), { timeout: 2_000 }), { code: 'SERVER_UNREACHABLE', status })
    }
  })

  test('an interrupt while it answers', async (t) => {
    const interrupt = new AbortController()
    const url = await serve(
      t,
      legacy((_, __, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {')
        setImmediate(() => interrupt.abort())
      }),
    )
    await assert.rejects(ask(remote(url), { signal: interrupt.signal }), { code: 'INTERRUPTED' })
  })

  test('an address where nothing listens', async () => {
    await assert.rejects(ask(remote('http://127.0.0.1:9/mcp'), { timeout: 2_000 }), { code: 'SERVER_UNREACHABLE' })
  })
})
