import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { differences } from '../examples/embed.ts'
import { blocksOf, readDocument, ROOT } from './documents.ts'
import { run, temporary } from './world.ts'

test('the example of the README is examples/embed.ts', () => {
  const [shown] = blocksOf(readDocument('README.md')).filter(({ language }) => language === 'ts')
  const code = readDocument('examples/embed.ts').replace(/^\/\*\*.*\n/, '')
  assert.equal(shown?.text, code.replace("'../core/index.ts'", "'mcp-lock'"))
})

type Message = { readonly id?: number; readonly result?: unknown }

/** As much of an MCP SDK's client and transport as the example uses, round a real server. */
class Transport {
  onmessage?: ((message: never) => void) | undefined
  readonly #child

  constructor(folder: string, t: TestContext) {
    this.#child = spawn(process.execPath, ['./notes-server.mjs'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = once(this.#child, 'close')
    t.after(async () => {
      this.#child.stdin.end()
      await ended
    })
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.onmessage?.(JSON.parse(line) as never))
  }

  send(message: unknown): Promise<void> {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`)
    return Promise.resolve()
  }
}

class Client {
  #ask: (method: string) => Promise<unknown> = () => Promise.reject(new Error('not connected'))

  async connect(transport: Transport): Promise<void> {
    const waiting = new Map<number, (result: unknown) => void>()
    const found = transport.onmessage
    const onmessage = (message: Message): void => {
      found?.(message as never)
      waiting.get(message.id ?? -1)?.(message.result)
    }
    Object.assign(transport, { onmessage })
    this.#ask = async (method) => {
      const id = waiting.size
      const answer = new Promise((resolve) => waiting.set(id, resolve))
      await transport.send({ jsonrpc: '2.0', id, method, params: {} })
      return answer
    }
    await this.#ask('initialize')
  }

  listTools(): Promise<unknown> {
    return this.#ask('tools/list')
  }
}

test('the example of the README finds what changed since the pin', async (t) => {
  const folder = await temporary(t)
  await copyFile(join(ROOT, 'examples/rug-pull/notes-server.mjs'), join(folder, 'notes-server.mjs'))
  await writeFile(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: { notes: { command: 'node', args: ['./notes-server.mjs'] } } }))
  assert.equal((await run(folder, ['pin', '--yes'])).exit, 0)
  const ask = (name = 'notes'): Promise<string[]> => differences(new Client(), new Transport(folder, t), join(folder, 'mcp.lock'), name)
  assert.deepEqual(await ask(), [])
  assert.deepEqual(await ask('other'), ['other is not pinned'])
  await writeFile(join(folder, 'approved'), '')
  const [change, ...others] = await ask()
  assert.match(change ?? '', /^tools\/save_note \/description: a definition changed: .*id_ed25519/)
  assert.deepEqual(others, [])
})
