import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnreadable, whyUnreadable } from '../core/launch/artifact.ts'
import { bridgeOf } from '../core/launch/bridge.ts'
import { isRemote, stdioLaunch } from '../core/launch/launch.ts'
import { throughBridge } from '../cli/clients/bridge.ts'
import { adHocServer } from '../cli/clients/configured.ts'

const URL = 'https://mcp.example/mcp'
const words = (line: string) => {
  const [command = '', ...args] = line.split(' ')
  return stdioLaunch({ command, args })
}

test('npx mcp-remote URL is that address, in every version and through every runner', () => {
  const plain = { url: URL, headers: {}, transport: null }
  for (const line of [
    `npx mcp-remote ${URL}`,
    `npx -y mcp-remote@latest ${URL}`,
    `npx -y mcp-remote@0.1.16 ${URL} 9696`,
    `npx -p mcp-remote@^0.1 mcp-remote ${URL}`,
    `cmd /c npx.cmd -y mcp-remote ${URL}`,
    `bunx mcp-remote ${URL}`,
    `pnpm dlx mcp-remote ${URL}`,
    `mcp-remote ${URL}`,
    `mcp-remote.cmd ${URL} --debug --host 127.0.0.1 --auth-timeout 60 --resource https://r.example/ --transport http-first`,
  ])
    assert.deepEqual(bridgeOf(words(line), {}), plain, line)
  assert.equal(bridgeOf(words('npx -y mcp-remote-other https://mcp.example/mcp'), {}), null)
  assert.equal(bridgeOf(words('npx -y -p mcp-remote mcp-remote-client https://mcp.example/mcp'), {}), null)
})

test('its flags say the transport', () => {
  const transport = (strategy: string) => {
    const bridge = bridgeOf(words(`npx -y mcp-remote ${URL} --transport ${strategy}`), {})
    return typeof bridge === 'string' || bridge === null ? bridge : bridge.transport
  }
  assert.equal(transport('http-only'), 'streamable-http')
  assert.equal(transport('sse-only'), 'sse')
  assert.equal(transport('sse-first'), 'sse')
  assert.match(transport('constructor') ?? '', /--transport/)
})

test('its headers keep their variables, whoever fills them in', () => {
  const header = (value: string, env: { readonly [name: string]: string }) => {
    const bridge = bridgeOf(stdioLaunch({ command: 'npx', args: ['mcp-remote', URL, '--header', `Authorization:${value}`] }), env)
    return typeof bridge === 'string' || bridge === null ? bridge : bridge.headers['Authorization']
  }
  assert.equal(header('Bearer ${env:TOKEN}', {}), 'Bearer ${env:TOKEN}')
  assert.equal(header('${AUTH}', { AUTH: 'Bearer ${input:token}' }), 'Bearer ${input:token}')
  assert.equal(header('${$}{AUTH}', {}), '${env:AUTH}')
  assert.equal(header('${env:AUTH}', { AUTH: '${env:OTHER}' }), '${env:OTHER}')
})

test('what may change what is reached or seen is not passed over', () => {
  for (const [line, why] of [
    [`npx -y mcp-remote ${URL} --ignore-tool delete*`, /`--ignore-tool`/],
    [`npx -y mcp-remote ${URL} --header-file headers.txt`, /`--header-file`/],
    [`npx -y mcp-remote ${URL} --host`, /`--host`/],
    [`npx -y mcp-remote ${URL} sesame`, /a word/],
    [`npx -y mcp-remote ${URL} --header sesame`, /Name: value/],
    ['npx -y mcp-remote', /without an address/],
    ['npx -y mcp-remote file:///etc/passwd', /without an address/],
  ] as const) {
    const launch = words(line)
    assert.ok(isUnreadable(launch), line)
    assert.match(whyUnreadable(launch) ?? '', why)
    assert.doesNotMatch(whyUnreadable(launch) ?? '', /sesame/)
  }
  const start = { kind: 'program', command: 'npx', args: ['mcp-remote', URL], env: { HTTPS_PROXY: 'http://evil.example' } } as const
  assert.equal(throughBridge({ start, transport: 'stdio' }).start.kind, 'program')
})

test('a program of the same name in some folder is not the bridge, whatever it is told to reach', () => {
  for (const command of ['./evil/mcp-remote', '/tmp/mcp-remote', 'evil\\mcp-remote.cmd', '${workspaceFolder}/mcp-remote']) {
    const start = { kind: 'program', command, args: [URL], env: {} } as const
    assert.equal(throughBridge({ start, transport: 'stdio' }).start.kind, 'program', command)
    assert.match(whyUnreadable(stdioLaunch({ command, args: [URL] })) ?? '', /by a path/, command)
  }
})

test('a lock or command line cannot have it started either', () => {
  assert.ok(isUnreadable(words(`npx -y mcp-remote@0.1.16 ${URL}`)))
  assert.ok(isUnreadable(words(`/usr/local/bin/mcp-remote ${URL}`)))
  const server = adHocServer('linear', ['npx', 'mcp-remote', URL, '--header', 'Authorization: Bearer ${TOKEN}'], null)
  assert.ok(isRemote(server.launch))
  assert.deepEqual(server.launch, { headers: ['authorization'], url: URL })
  assert.deepEqual(server.start.kind === 'address' && server.start.headers, { Authorization: 'Bearer ${env:TOKEN}' })
})
