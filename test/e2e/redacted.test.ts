/** Credentials in so many words, marked in the lock: the program gets the config's own words. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Repository } from '../repository.ts'
import { npmProject } from './npm-project.ts'
import { Registry } from './registry.ts'
import { exits } from '../world.ts'

/** Says how long its last argument is. */
const PROGRAM = `#!/usr/bin/env node
const { createInterface } = require('node:readline')
const length = process.argv.at(-1).length
const results = {
  initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'search', version: '1.0.0' } },
  'tools/list': { tools: [{ name: 'search', description: 'a token of ' + length, inputSchema: { type: 'object' } }] },
}
createInterface({ input: process.stdin }).on('line', (text) => {
  const { id, method } = JSON.parse(text)
  if (id === undefined) return
  const answer = method in results ? { result: results[method] } : { error: { code: -32601, message: 'no' } }
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...answer }) + '\\n')
})
`
const config = (token: string) =>
  JSON.stringify({ mcpServers: { search: { command: 'npx', args: ['-y', 'search-server@1.0.0', '--token', token] } } })

test('a package gets the credential that the lock has a marker for', async (t) => {
  const registry = await Registry.start()
  t.after(() => registry.close())
  registry.publish({ name: 'search-server', version: '1.0.0', bin: 'index.js' }, { 'index.js': PROGRAM })
  const { folder, lock, succeeds } = await npmProject(t, registry, { '.mcp.json': config('sesame-open') })
  exits(await lock(['pin', '--yes']), 1, /SECRET_LITERAL/)
  await succeeds('pin', '--yes', '--allow-redacted')
  const text = await readFile(join(folder, 'mcp.lock'), 'utf8')
  assert.match(text, /"\$\{redacted\}"/)
  assert.match(text, /a token of 11/)
  assert.doesNotMatch(text, /sesame/)
  await succeeds('verify')
  await writeFile(join(folder, '.mcp.json'), config('sesame-shut'))
  await succeeds('verify')
})

test('to a trust base another credential is another start', async (t) => {
  const words = (token: string) => JSON.stringify({ mcpServers: { s: { command: 'node', args: ['./index.cjs', '--token', token] } } })
  const repository = await Repository.make(t, { '.mcp.json': words('sesame-open'), 'index.cjs': PROGRAM })
  exits(await repository.run('pin --yes --allow-redacted'), 0, /wrote mcp\.lock/)
  await repository.commit('main')
  await repository.branch('change')
  exits(await repository.run('verify --base main'), 0, /✓ s/)
  await repository.write({ '.mcp.json': words('sesame-shut') })
  exits(await repository.run('verify --base main'), 0, /– s +new/)
})
