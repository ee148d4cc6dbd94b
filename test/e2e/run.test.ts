/** `run` as a client starts it: a process of its own, on pipes. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run, temporary } from '../world.ts'

const START = fileURLToPath(new URL('../../cli/start.ts', import.meta.url))
const HAND_OVER = new URL('../../cli/world/hand-over.ts', import.meta.url).href
const POSIX = process.platform !== 'win32'

/** Does what its argument says. */
const PROGRAM = `
import { createInterface } from 'node:readline'
import { readFileSync } from 'node:fs'
const [mode] = process.argv.slice(2)
// proc_pid_fdinfo(5), before Node has opened any of them
const flags = process.platform === 'linux' ? [0, 1, 2].map((fd) => parseInt(/flags:\\t(\\d+)/.exec(readFileSync('/proc/self/fdinfo/' + fd, 'latin1'))[1], 8)) : []
if (mode === 'echo') process.stdin.pipe(process.stdout)
else if (mode === 'env') process.stdout.write(JSON.stringify({ env: process.env, cwd: process.cwd(), pid: process.pid, flags }))
else if (mode?.startsWith('exit')) process.exit(Number(mode.slice(4)))
else if (mode === 'die') process.kill(process.pid, 'SIGKILL')
else if (mode === 'wait') {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => { console.log(signal); process.exit(7) })
  process.stdin.resume().on('end', () => process.exit(0))
  console.log(process.pid)
}
`

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** A pinned server that is one while it is pinned, and PROGRAM when it is run. */
async function pinned(t: TestContext, mode: string, launch: object = {}): Promise<string> {
  const folder = await temporary(t)
  const listing = `
if (process.argv[2] !== undefined && !process.env.PINNING) await import('./program.mjs')
else {
  const { createInterface } = await import('node:readline')
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line)
    const hello = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }
    const result = method === 'initialize' ? hello : method === 'tools/list' ? { tools: [] } : null
    if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error: { code: -32601, message: 'no' } }) }))
  })
}`
  await writeFile(join(folder, 'server.mjs'), listing)
  await writeFile(join(folder, 'program.mjs'), PROGRAM)
  const entry = { command: process.execPath, args: ['server.mjs', mode], env: { PINNING: '${PINNING:-}' }, ...launch }
  await writeFile(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: { s: entry } }))
  const result = await run(folder, ['pin', '--yes'], { env: { PINNING: '1' } })
  assert.equal(result.exit, 0, result.stderr)
  return folder
}

function start(folder: string, env: { readonly [name: string]: string } = {}): Child {
  return spawn(process.execPath, [START, 'run', 's'], { cwd: folder, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** The same program beside us, as on Windows. */
async function accompany(t: TestContext, mode: string): Promise<Child> {
  const folder = await temporary(t)
  await writeFile(join(folder, 'program.mjs'), PROGRAM)
  const heir = JSON.stringify({ command: process.execPath, args: ['program.mjs', mode], cwd: folder, env: process.env })
  const driver = `import { handOver } from ${JSON.stringify(HAND_OVER)}
process.exitCode = await handOver(${heir}, { platform: process.platform, replace: false })`
  return spawn(process.execPath, ['--input-type=module', '-e', driver], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] })
}

async function ended(child: Child): Promise<{ code: number | null; signal: string | null; stdout: Buffer; stderr: string }> {
  const [stdout, stderr, [code, signal]] = await Promise.all([buffer(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, signal, stdout, stderr }
}

for (const [how, begin] of [
  ['in our place', async (t: TestContext, mode: string) => start(await pinned(t, mode))],
  ['beside us', accompany],
] as const) {
  describe(`run ${how}`, { skip: how === 'in our place' && !POSIX }, () => {
    test('every byte passes, both ways', async (t) => {
      const child = await begin(t, 'echo')
      const sent = randomBytes(3_000_000)
      const result = ended(child)
      child.stdin.end(sent)
      const { code, stdout, stderr } = await result
      assert.equal(stderr, '')
      assert.equal(code, 0)
      assert.ok(stdout.equals(sent))
    })

    test('the exit status is the program’s', async (t) => {
      const child = await begin(t, 'exit42')
      assert.deepEqual(await ended(child), { code: 42, signal: null, stdout: Buffer.alloc(0), stderr: '' })
      const killed = await ended(await begin(t, 'die'))
      assert.ok(killed.signal === 'SIGKILL' || killed.code === 137, JSON.stringify(killed))
    })

    test('signals reach it', { skip: !POSIX }, async (t) => {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
        const child = await begin(t, 'wait')
        const result = ended(child)
        await once(child.stdout, 'data')
        child.kill(signal)
        const { code, stdout } = await result
        assert.equal(stdout.toString().trim().split('\n').at(-1), signal)
        assert.equal(code, 7)
      }
    })

    test('the end of stdin ends it', async (t) => {
      const child = await begin(t, 'wait')
      const result = ended(child)
      child.stdin.end()
      assert.equal((await result).code, 0)
    })
  })
}

describe('run', { skip: !POSIX }, () => {
  test('nothing of us is left: the process is the program', async (t) => {
    const child = start(await pinned(t, 'wait'))
    t.after(() => child.kill('SIGKILL'))
    const [line] = await once(child.stdout, 'data')
    assert.equal(Number(line), child.pid)
    child.kill('SIGKILL')
    await once(child, 'close')
    assert.throws(() => process.kill(Number(line), 0), { code: 'ESRCH' })
  })

  test('the environment is the client’s; the values that are pinned win; what npx put first in PATH is gone', async (t) => {
    const folder = await pinned(t, 'env', {
      env: { PINNING: '${PINNING:-}', API_URL: 'http://127.0.0.1:1/', PATH: '${PATH}:/opt/own' },
      args: ['server.mjs', 'env'],
    })
    const path = `${folder}/node_modules/.bin:/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin:/usr/bin:/x/node_modules/.bin:/opt/own`
    const child = start(folder, { API_URL: 'http://127.0.0.1:2/', OWN: 'x', PATH: path, npm_command: 'exec' })
    const { stdout, stderr } = await ended(child)
    assert.equal(stderr, '')
    const { env, cwd, flags } = JSON.parse(stdout.toString())
    assert.ok(
      flags.every((flag: number) => (flag & 0o4000) === 0),
      `no pipe became non-blocking: ${flags.map((flag: number) => flag.toString(8)).join(' ')}`,
    )
    assert.equal(env.API_URL, 'http://127.0.0.1:1/')
    assert.equal(env.OWN, 'x')
    assert.equal(env.PATH, '/usr/bin:/opt/own')
    assert.equal(cwd, folder)
  })
})
