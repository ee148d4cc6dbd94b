/** Several processes that write one lock, and one that is killed while it does. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readdir, utimes } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import pLimit from 'p-limit'
import { readClosureFiles } from '../../cli/locks/closure-store.ts'
import { LOCK_FILE, requireLock, updateLock } from '../../cli/locks/lock-store.ts'
import { kindOf } from '../../cli/sources/index.ts'
import { formatLock } from '../../core/lock/lockfile.ts'
import { ROOT } from '../documents.ts'
import { packagePin, pinOf } from '../pins.ts'
import { run, temporary } from '../world.ts'

const START = join(ROOT, 'cli/start.ts')

/** A remote server for every path, each with a tool that is named for its path. */
async function remotes(t: TestContext): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (request.method !== 'POST') return void response.writeHead(405).end()
    const { id, method } = JSON.parse(body) as { readonly id?: number; readonly method: string }
    if (id === undefined) return void response.writeHead(202).end()
    const hello = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'remote', version: '1' } }
    const tools = [{ name: request.url ?? '', description: 'A tool.', inputSchema: { type: 'object' } }]
    const result = method === 'initialize' ? hello : method === 'tools/list' ? { tools } : null
    response.writeHead(result === null ? 400 : 200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify(result === null ? { jsonrpc: '2.0', id, error: { code: -32_000, message: 'no' } } : { jsonrpc: '2.0', id, result }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The exit status and what was said of a process of its own. */
function start(folder: string, words: readonly string[]): Promise<{ exit: number; stderr: string }> {
  const env = { PATH: process.env['PATH'], HOME: join(folder, '..') }
  return new Promise((resolve) => {
    execFile(process.execPath, [START, ...words], { cwd: folder, env }, (error, _, stderr) => {
      resolve({ exit: error === null ? 0 : Number(error.code ?? -1), stderr })
    })
  })
}

test('of twelve pins by processes of their own, six at a time, none is lost', { timeout: 300_000 }, async (t) => {
  const folder = await temporary(t)
  await cp(join(ROOT, 'test/servers'), join(folder, 'servers'), { recursive: true })
  await updateLock(folder, { pins: { notes: packagePin('1.0.0').pin }, closures: { notes: packagePin('1.0.0').closure }, remove: [] })
  const url = await remotes(t)
  const names = Array.from({ length: 12 }, (_, i) => `s${i}`)
  const limit = pLimit(6)
  const launch = (i: number): string[] => (i % 10 === 0 ? ['--', 'node', './servers/hostile.mjs', 'honest'] : ['--url', `${url}/s${i}`])
  const ends = await Promise.all(names.map((name, i) => limit(() => start(folder, ['pin', name, '--yes', ...launch(i)]))))
  for (const { exit, stderr } of ends) assert.equal(exit, 0, stderr)
  const { text, lock } = await requireLock(folder)
  assert.equal(text, formatLock(lock))
  assert.deepEqual(new Set(Object.keys(lock.servers)), new Set(['notes', ...names]))
  for (const [i, name] of names.entries())
    assert.deepEqual(Object.keys(lock.servers[name]?.surface?.tools ?? {}), [i % 10 === 0 ? 'good' : `/s${i}`])
  await assertWhole(folder)
  assert.deepEqual((await readdir(folder)).sort(), [LOCK_FILE, 'mcp.lock.d', 'servers'])
  const { exit, stdout } = await run(folder, ['verify', 's7', 's10'])
  assert.equal(exit, 0, stdout)
})

async function assertWhole(folder: string): Promise<void> {
  const source = (await requireLock(folder)).lock.servers['notes']?.source
  assert.ok(source !== undefined && kindOf(source)?.matches(source, await readClosureFiles(folder, 'notes', source)))
}

test(
  'a writer that is killed leaves a lock and the closure that it names, old or new, and the next one goes on',
  { timeout: 300_000 },
  async (t) => {
    const folder = await temporary(t)
    let halfway = 0
    for (let round = 0; round < 10; round++) {
      const writer = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(writer.stdout, 'data')
      // Somewhere in the middle of a write, another place in each round.
      await setTimeout(2 * round)
      writer.kill('SIGKILL')
      await once(writer, 'exit')
      const { lock } = await requireLock(folder)
      const version = lock.servers['notes']?.source.package?.version ?? ''
      assert.deepEqual(Object.keys(lock.servers), ['notes', version === '1.0.0' ? 'turn0' : 'turn1'])
      await assertWhole(folder)
      if ((await readdir(folder)).some((name) => name !== LOCK_FILE && name !== 'mcp.lock.d')) halfway++
      // As if its time had passed.
      await utimes(join(folder, `${LOCK_FILE}.lock`), 0, 0).catch(() => {})
      await updateLock(folder, { pins: { next: pinOf(`${round}`) }, closures: {}, remove: [] })
      await updateLock(folder, { pins: {}, closures: {}, remove: ['next'] })
      assert.deepEqual(await readdir(folder), [LOCK_FILE, 'mcp.lock.d'])
      assert.deepEqual(await readdir(join(folder, 'mcp.lock.d')), ['notes'])
      await assertWhole(folder)
    }
    assert.ok(halfway > 0, 'no writer was killed while it wrote')
  },
)
