// Starts servers and lists their tools, so many at a time, and nothing else: what any client has to do.
// Arguments: how many at a time, how many sessions for each server, and the servers' names.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const [concurrency, sessions, ...names] = process.argv.slice(2)
const catalog = fileURLToPath(new URL('catalog.mjs', import.meta.url))
const queue = names.flatMap((name) => Array.from({ length: Number(sessions) }, () => name))

async function list(name) {
  const child = spawn(process.execPath, [catalog, name], { stdio: ['pipe', 'pipe', 'ignore'] })
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  send({
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bare', version: '1' } },
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const { id } = JSON.parse(line)
    if (id === 1) break
    send({ method: 'notifications/initialized' })
    send({ id: 1, method: 'tools/list', params: {} })
  }
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.stdin.end()
  await ended
}

async function worker() {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) await list(name)
}
await Promise.all(Array.from({ length: Number(concurrency) }, worker))
