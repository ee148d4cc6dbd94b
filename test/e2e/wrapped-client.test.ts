/** The SDK's own client, through the words that `wrap` wrote. */
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { run, temporary } from '../world.ts'
import { Registry } from './registry.ts'

const ECHO = await readFile(new URL('../servers/echo.cjs', import.meta.url), 'utf8')
const START = fileURLToPath(new URL('../../cli/start.ts', import.meta.url))
const POSIX = process.platform !== 'win32'

type Entry = { readonly command: string; readonly args: readonly string[] }

/** Pins and wraps the server of a project; `mcp-lock` is in PATH there. */
async function wrapped(
  t: TestContext,
  folder: string,
  entry: Entry,
  env: { [name: string]: string },
): Promise<{ readonly entry: Entry; readonly env: { [name: string]: string }; readonly original: string }> {
  const config = join(folder, '.mcp.json')
  const original = JSON.stringify({ mcpServers: { echo: entry } }, null, 2)
  await writeFile(config, original)
  for (const argv of [
    ['pin', '--yes'],
    ['wrap', '--command', 'mcp-lock'],
  ]) {
    const { exit, stderr } = await run(folder, argv, { env })
    assert.equal(exit, 0, stderr)
  }
  const { mcpServers } = JSON.parse(await readFile(config, 'utf8'))
  assert.deepEqual(mcpServers.echo, { command: 'mcp-lock', args: ['run', 'echo', '--', entry.command, ...entry.args] })
  const programs = join(await temporary(t), 'bin')
  await mkdir(programs)
  await writeFile(join(programs, 'mcp-lock'), `#!/bin/sh\nexec '${process.execPath}' '${START}' "$@"\n`, { mode: 0o755 })
  const path = [programs, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter)
  return { entry: mcpServers.echo, env: { ...env, PATH: path }, original }
}

async function talk(folder: string, { entry, env, original }: Awaited<ReturnType<typeof wrapped>>): Promise<void> {
  const transport = new StdioClientTransport({ command: entry.command, args: [...entry.args], cwd: folder, env, stderr: 'pipe' })
  let said = ''
  transport.stderr?.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  const client = new Client({ name: 'test', version: '1.0.0' })
  await client.connect(transport)
  const { pid } = transport
  assert.ok(pid !== null)
  assert.deepEqual(
    (await client.listTools()).tools.map(({ name }) => name),
    ['echo'],
  )
  for (const text of ['', 'line\nline\u2028', '💣'.repeat(1_000_000)]) {
    const { content } = await client.callTool({ name: 'echo', arguments: { text } })
    assert.deepEqual(content, [{ type: 'text', text }])
  }
  await client.close()
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  assert.equal(said, '')
  assert.equal((await run(folder, ['unwrap'], { env })).exit, 0)
  assert.equal(await readFile(join(folder, '.mcp.json'), 'utf8'), original)
}

test('the SDK’s client works through a wrapped script', { skip: !POSIX }, async (t) => {
  const folder = await temporary(t)
  await writeFile(join(folder, 'server.cjs'), ECHO)
  await talk(folder, await wrapped(t, folder, { command: 'node', args: ['server.cjs'] }, {}))
})

test('the SDK’s client works through a wrapped package, which is started from the store', { skip: !POSIX }, async (t) => {
  const registry = await Registry.start()
  t.after(() => registry.close())
  registry.publish({ name: 'echo-server', version: '1.0.0', bin: 'server.js' }, { 'server.js': ECHO })
  const [folder, home] = [await temporary(t), await temporary(t)]
  const env = { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), npm_config_cache: join(home, 'npm'), npm_config_registry: registry.url }
  await talk(folder, await wrapped(t, folder, { command: 'npx', args: ['-y', 'echo-server@1.0.0'] }, env))
})
