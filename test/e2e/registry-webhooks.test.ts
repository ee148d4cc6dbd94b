/** Webhooks of a registry that is killed again and again. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const ROUNDS = 8
const EACH = 20

test(
  'whoever is killed at any moment, each answered write is told, and a second time under the same id',
  { timeout: 240_000 },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mcp-lock-killed-'))
    const told = new Map<string, Set<string>>()
    let requests = 0
    let heard = (): void => {}
    const receiver = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        const { data } = JSON.parse(body) as { data: { record: { name: string } } }
        const ids = told.get(data.record.name) ?? new Set()
        told.set(data.record.name, ids.add(String(request.headers['webhook-id'])))
        requests++
        response.writeHead(204).end()
        heard()
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
    const answered = new Set<string>()

    /** Until `enough`, and then killed. */
    async function round(from: number, count: number, hours: number, enough: () => boolean): Promise<void> {
      const script = join(import.meta.dirname, 'telling-registry.ts')
      const words = [join(folder, 'registry.db'), url, from, count, hours].map(String)
      const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (enough()) resolve()
        }
        let lines = ''
        child.stdout.on('data', (chunk: Buffer) => {
          lines += chunk.toString()
          for (const line of lines.split('\n').slice(0, -1)) answered.add(`com.acme/s${line}`)
          look()
        })
        heard = look
        child.on('exit', () => resolve())
      })
      heard = () => {}
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.on('exit', resolve))
    }

    for (let i = 0; i < ROUNDS; i++) {
      const before = answered.size
      // What the one before had taken is due again an hour later.
      await round(i * EACH, EACH, i, () => answered.size >= before + 3 + ((i * 7) % (EACH - 3)))
    }
    const all = (): boolean => [...answered].every((name) => told.has(name))
    await round(ROUNDS * EACH, 0, ROUNDS + 1, all)
    receiver.close()
    receiver.closeAllConnections()
    rmSync(folder, { recursive: true })
    t.diagnostic(`${answered.size} answered writes, ${told.size} told in ${requests} requests, ${ROUNDS} kills`)
    assert.ok(answered.size >= ROUNDS * 3)
    assert.ok(all())
    assert.ok([...told.values()].every((ids) => ids.size === 1))
  },
)
