/** Proxies, authorities and the errors on the way to a remote server or package registry, each with its own code. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { Authority, InterceptingProxy, type Flaw } from '../authority.ts'
import { run, temporary, type Run } from '../world.ts'
import { listen, serving } from './remote.ts'

const authority = new Authority()

/** A server with one tool. */
const honest = serving(() => [{ name: 'remote', inputSchema: { type: 'object' } }])

/** A port at which nothing listens. */
async function closedPort(t: TestContext): Promise<string> {
  const server = createServer()
  const host = await listen(t, server)
  await new Promise((resolve) => server.close(resolve))
  return host
}

async function proxyFor(t: TestContext, options: { status?: number; flaw?: Flaw } = {}): Promise<InterceptingProxy> {
  const proxy = await InterceptingProxy.start(authority, honest, options)
  t.after(() => proxy.close())
  return proxy
}

type Env = { readonly [name: string]: string }

async function pin(t: TestContext, url: string, env: Env = {}, ...flags: readonly string[]): Promise<Run> {
  return run(await temporary(t), ['pin', 'it', '--url', url, '--yes', ...flags], { env })
}

function assertFailed({ exit, stderr, stdout }: Run, code: string, ...words: readonly RegExp[]): void {
  assert.equal(exit, 3, stderr)
  for (const word of [new RegExp(`✗ ${code}: `), ...words]) assert.match(stderr, word)
  assert.doesNotMatch(stderr + stdout, /sesame/)
}

describe('through a proxy with its own authority', { concurrency: 1 }, () => {
  for (const [proxyVariable, file] of [
    ['HTTPS_PROXY', 'NODE_EXTRA_CA_CERTS'],
    ['https_proxy', 'SSL_CERT_FILE'],
  ] as const) {
    test(`by ${proxyVariable} and ${file}`, async (t) => {
      const proxy = await proxyFor(t)
      const folder = await temporary(t)
      const env = { [proxyVariable]: `http://user:sesame@${proxy.host}`, [file]: await authority.file(folder) }
      const pinned = await run(folder, ['pin', 'it', '--url', 'https://mcp.test/mcp', '--yes'], { env })
      assert.equal(pinned.exit, 0, pinned.stderr)
      const verified = await run(folder, ['verify'], { env })
      assert.equal(verified.exit, 0, verified.stdout)
      const basic = `Basic ${Buffer.from('user:sesame').toString('base64')}`
      assert.deepEqual(proxy.asked[0], { host: 'mcp.test:443', authorization: basic })
      assert.doesNotMatch(pinned.stderr + verified.stdout, /sesame/)
    })
  }

  test('whose authority is not known', async (t) => {
    const { host } = await proxyFor(t)
    const failed = await pin(t, 'https://mcp.test/mcp', { HTTPS_PROXY: `http://${host}` })
    assertFailed(failed, 'TLS_UNTRUSTED', /`mcp\.test`/, /NODE_EXTRA_CA_CERTS/)
  })

  for (const [flaw, code] of [
    ['expired', 'CERT_HAS_EXPIRED'],
    ['another host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const) {
    test(`whose certificate is ${flaw === 'expired' ? 'expired' : 'for another host'}`, async (t) => {
      const { host } = await proxyFor(t, { flaw })
      const env = { HTTPS_PROXY: host, NODE_EXTRA_CA_CERTS: await authority.file(await temporary(t)) }
      assertFailed(await pin(t, 'https://mcp.test/mcp', env), 'TLS_UNTRUSTED', new RegExp(code))
    })
  }

  test('that is not there is named, without what logs in at it', async (t) => {
    const host = await closedPort(t)
    const env = { HTTPS_PROXY: `http://user:sesame@${host}`, HTTP_PROXY: `http://user:sesame@${host}` }
    const names = new RegExp(`the proxy \`${host}\`.*ECONNREFUSED`)
    assertFailed(await pin(t, 'https://mcp.test/mcp', env), 'PROXY_FAILED', names, /NO_PROXY/)
    assertFailed(await pin(t, 'http://mcp.test/mcp', env), 'PROXY_FAILED', names)
  })

  test('that refuses', async (t) => {
    const { host } = await proxyFor(t, { status: 407 })
    assertFailed(await pin(t, 'https://mcp.test/mcp', { HTTPS_PROXY: `http://${host}` }), 'PROXY_FAILED', /407/)
  })

  test('but not for hosts that NO_PROXY excepts', async (t) => {
    const host = await listen(t, createServer(honest))
    const dead = await closedPort(t)
    const pinned = await pin(t, `http://${host}/mcp`, { HTTP_PROXY: `http://${dead}`, NO_PROXY: 'mcp.test,127.0.0.1' })
    assert.equal(pinned.exit, 0, pinned.stderr)
  })
})

describe('without a proxy', { concurrency: 1 }, () => {
  test('a port at which nothing listens', async (t) => {
    assertFailed(await pin(t, `http://${await closedPort(t)}/mcp`), 'CONNECTION_REFUSED', /ECONNREFUSED/)
  })

  test('a server with a certificate by itself, and by a known authority', async (t) => {
    const server = createSecureServer(authority.certificateFor('127.0.0.1'), honest)
    const host = await listen(t, server)
    assertFailed(await pin(t, `https://${host}/mcp`), 'TLS_UNTRUSTED')
    const known = await pin(t, `https://${host}/mcp`, { NODE_EXTRA_CA_CERTS: await authority.file(await temporary(t)) })
    assert.equal(known.exit, 0, known.stderr)
  })

  test('a server that asks to wait', async (t) => {
    let refusals = 2
    let asked = 0
    let after = '0'
    const host = await listen(
      t,
      createServer((request, response) => {
        asked++
        if (refusals-- <= 0) return honest(request, response)
        response.writeHead(429, after === '' ? {} : { 'retry-after': after }).end()
      }),
    )
    const url = `http://${host}/mcp`
    assert.equal((await pin(t, url)).exit, 0)
    refusals = 1
    after = 'Wed, 21 Oct 2015 07:28:00 GMT'
    assert.equal((await pin(t, url)).exit, 0)
    refusals = Infinity
    after = '3600'
    asked = 0
    assertFailed(await pin(t, url), 'RATE_LIMITED', /wait 3600 seconds/, /--timeout/)
    assert.equal(asked, 1)
    after = '0'
    asked = 0
    assertFailed(await pin(t, url), 'RATE_LIMITED', /for the 4th time/)
    assert.equal(asked, 4)
    after = ''
    assertFailed(await pin(t, url), 'RATE_LIMITED', /does not say how long/)
  })

  test('a server that asks for authorization, and the header that it gets', async (t) => {
    const host = await listen(
      t,
      createServer((request, response) => {
        if (request.headers['authorization'] === 'Bearer sesame-open') return honest(request, response)
        response.writeHead(401, { 'www-authenticate': 'Bearer realm="mcp"' }).end()
      }),
    )
    const folder = await temporary(t)
    const url = `http://${host}/mcp`
    const pinAgain = (...flags: readonly string[]) =>
      run(folder, ['pin', 'it', '--url', url, '--yes', ...flags], { env: { AUTH: 'Bearer sesame-open' } })
    assertFailed(
      await pinAgain(),
      'AUTH_REQUIRED',
      /→ mcp-lock pin it --header authorization=ENV:VARIABLE$/m,
      /→ mcp-lock pin it --source-only$/m,
    )
    const unset = await run(folder, ['pin', 'it', '--url', url, '--yes', '--header', 'authorization=ENV:AUTH'])
    assertFailed(unset, 'VARIABLE_UNSET', /`AUTH`/)
    const pinned = await pinAgain('--header', 'authorization=ENV:AUTH')
    assert.equal(pinned.exit, 0, pinned.stderr)
    const bare = await run(folder, ['verify'])
    assert.equal(bare.exit, 3)
    assert.match(bare.stdout, /VARIABLE_UNSET.*`header:authorization`/)
    const verified = await run(folder, ['verify', '--header', 'it/authorization=ENV:AUTH'], { env: { AUTH: 'Bearer sesame-open' } })
    assert.equal(verified.exit, 0, verified.stdout)
  })
})

test('the same for the package registry, where npm tells them', { concurrency: 1 }, async (t) => {
  const folder = await temporary(t)
  const config = { mcpServers: { it: { command: 'npx', args: ['-y', 'some-server'] } } }
  await writeFile(join(folder, '.mcp.json'), JSON.stringify(config))
  const status = (code: number) =>
    listen(
      t,
      createServer((_, response) => void response.writeHead(code).end('{}')),
    )
  const attempt = (env: Env) => run(folder, ['pin', '--yes'], { env: { npm_config_cache: join(folder, 'cache'), ...env } })
  const dead = await closedPort(t)
  const secure = await listen(t, createSecureServer(authority.certificateFor('127.0.0.1'), honest))
  assertFailed(await attempt({ npm_config_registry: `http://${dead}/` }), 'CONNECTION_REFUSED')
  assertFailed(await attempt({ npm_config_registry: `https://${secure}/` }), 'TLS_UNTRUSTED', /NODE_EXTRA_CA_CERTS/)
  assertFailed(await attempt({ npm_config_registry: `http://${await status(429)}/` }), 'RATE_LIMITED')
  assertFailed(await attempt({ npm_config_registry: `http://${await status(401)}/` }), 'REGISTRY_AUTH')
  const proxied = await attempt({ npm_config_registry: 'https://registry.test/', HTTPS_PROXY: `http://user:sesame@${dead}` })
  assertFailed(proxied, 'PROXY_FAILED')
  const silent = await listen(
    t,
    createServer(() => {}),
  )
  const env = { npm_config_cache: join(folder, 'cache'), npm_config_registry: `http://${silent}/` }
  assertFailed(await run(folder, ['pin', '--yes', '--install-timeout', '1'], { env }), 'INSTALL_TIMEOUT', /1 seconds/, /--install-timeout/)
})
