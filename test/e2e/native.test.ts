/** Native programs in the repository: pinned by their hash for each platform. */
import assert from 'node:assert/strict'
import { chmod, copyFile, link, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { sha256 } from '../../core/json/digest.ts'
import { hashLaunchFiles } from '../../cli/starting/pinned-files.ts'
import { exits, lockIn, run, temporary } from '../world.ts'

const HERE = `${process.platform}-${process.arch}`
const ELSEWHERE = process.platform === 'win32' ? 'linux' : 'win32'

const SERVER = `
const tools = [{ name: 'first', inputSchema: { type: 'object' } }]
const hello = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'native', version: '1' } }
const results = { initialize: hello, 'tools/list': { tools } }
require('node:readline').createInterface({ input: process.stdin }).on('line', (text) => {
  const { id, method } = JSON.parse(text)
  if (id === undefined) return
  const answer = Object.hasOwn(results, method) ? { result: results[method] } : { error: { code: -32601, message: 'no' } }
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...answer }) + '\\n')
})
`

/** A project whose server is a copy of Node, which is a native program on every system. */
async function project(t: TestContext): Promise<string> {
  const folder = await temporary(t)
  await mkdir(join(folder, 'bin'))
  await link(process.execPath, join(folder, 'bin/server')).catch(() => copyFile(process.execPath, join(folder, 'bin/server')))
  await writeFile(join(folder, 'server.cjs'), SERVER)
  await writeFile(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: { native: { command: './bin/server', args: ['server.cjs'] } } }))
  return folder
}

describe('native programs', () => {
  test('one is pinned for this platform, and compared', async (t) => {
    const folder = await project(t)
    exits(await run(folder, ['pin', '--yes']), 0, /1 tool/)
    const hash = sha256(await readFile(process.execPath))
    const { source } = (await lockIn(folder)).servers['native'] ?? {}
    assert.deepEqual(source?.native, { [HERE]: hash })
    assert.deepEqual(Object.keys(source?.files ?? {}), ['server.cjs'])
    exits(await run(folder, ['verify']), 0, new RegExp(`other platforms are not pinned.*${HERE}`))
    await writeFile(join(folder, 'server2'), '#!/bin/sh\ntouch PWNED\n')
    await chmod(join(folder, 'server2'), 0o755)
    const { rm, rename } = await import('node:fs/promises')
    await rm(join(folder, 'bin/server'))
    await rename(join(folder, 'server2'), join(folder, 'bin/server'))
    exits(await run(folder, ['verify']), 1, /native|a file changed/)
    await assert.rejects(readFile(join(folder, 'PWNED')))
  })

  test('another platform is not pinned until it adds its own hash, and then nothing else has changed', async (t) => {
    const folder = await project(t)
    exits(await run(folder, ['pin', '--yes']), 0, /1 tool/)
    const before = await lockIn(folder)
    const there = { platform: ELSEWHERE } as const
    const unknown = await run(folder, ['verify', '--offline', '--format', 'json'], there)
    assert.equal(unknown.exit, 3, unknown.stdout)
    assert.equal(JSON.parse(unknown.stdout).locks[0].servers.native.status, 'unreachable')
    exits(await run(folder, ['verify', '--offline'], there), 3, /this platform is not pinned/)
    exits(await run(folder, ['pin', '--platform-only'], there), 2, /NO_TERMINAL|no terminal/)
    exits(await run(folder, ['pin', '--platform-only'], { ...there, answers: ['n'] }), 1, /DECLINED|declined/)
    exits(await run(folder, ['pin', '--platform-only', '--prune'], there), 2, /--platform-only/)
    exits(
      await run(folder, ['pin', '--platform-only'], { ...there, answers: ['y'] }),
      0,
      new RegExp(`${ELSEWHERE}-${process.arch} → sha256:`),
    )
    const after = await lockIn(folder)
    const native = after.servers['native']?.source.native ?? {}
    assert.deepEqual(Object.keys(native).sort(), [HERE, `${ELSEWHERE}-${process.arch}`].sort())
    const { digest: _, source, ...rest } = after.servers['native'] ?? assert.fail()
    const { digest: __, source: old, ...oldRest } = before.servers['native'] ?? assert.fail()
    assert.deepEqual([rest, { ...source, native: 0 }], [oldRest, { ...old, native: 0 }])
    for (const platform of [ELSEWHERE, process.platform] as const)
      exits(await run(folder, ['verify', '--offline'], { platform }), 0, /native/)
    const text = await readFile(join(folder, 'mcp.lock'), 'utf8')
    exits(await run(folder, ['pin', '--platform-only', '--yes'], there), 0, /nothing to add/)
    exits(await run(folder, ['pin', '--yes']), 0, /unchanged/)
    assert.equal(await readFile(join(folder, 'mcp.lock'), 'utf8'), text)
  })

  test('what begins like a native program is one, also with the suffix that Windows adds', async (t) => {
    const folder = await temporary(t)
    const launch = { command: './tool', args: ['./tool2'] }
    const heads = ['\x7fELF', '\xcf\xfa\xed\xfe', '\xfe\xed\xfa\xcf', '\xca\xfe\xba\xbe', 'MZ\x90\0']
    for (const head of heads) {
      await writeFile(join(folder, 'tool'), Buffer.from(`${head}\0rest`, 'latin1'))
      const { files, native } = await hashLaunchFiles(folder, launch, 'linux')
      assert.deepEqual([files, Object.keys(native ?? {})], [undefined, [`linux-${process.arch}`]], head)
    }
    await writeFile(join(folder, 'tool'), 'MyText')
    assert.deepEqual(Object.keys((await hashLaunchFiles(folder, launch, 'linux')).files ?? {}), ['tool'])
    await writeFile(join(folder, 'tool2.exe'), 'MZ')
    assert.deepEqual(await hashLaunchFiles(folder, { command: './tool2', args: [] }, 'linux'), {})
    assert.deepEqual(Object.keys((await hashLaunchFiles(folder, { command: './tool2', args: [] }, 'win32')).native ?? {}), [
      `win32-${process.arch}`,
    ])
  })
})
