/** Servers that are no npm packages, from their publication to a pin of them elsewhere: an address, a Python package. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { exits, lockIn, temporary } from '../world.ts'
import { makeTeam, type Team } from './mcp-registry.ts'
import { PythonIndex } from './python-index.ts'
import { PYTHON_MISSING, serverOf } from './python-packages.ts'
import { listen, serving } from './remote.ts'

type Env = { readonly [name: string]: string }

/** Publishes with these words, approves, pins from the registry under the same name, and verifies. */
async function taken(team: Team, name: string, words: string, env: Env): Promise<void> {
  const run = (line: string, by?: 'observer' | 'alice') => team.run(line, by, { env })
  const [options = '', launch = ''] = words.split(/(?=-- )/)
  exits(await run(`publish ${name}@1.0.0 --yes ${options}${launch}`.trim(), 'observer'), 0)
  exits(await run(`pin server --yes --from-registry ${name}`), 4, /APPROVALS_MISSING/)
  exits(await run(`approve ${name}@1.0.0 --yes`, 'alice'), 0)
  exits(await run(`pin server --yes --from-registry ${name}@^1`), 0)
  const pin = (await lockIn(team.repository.folder)).servers['server']
  assert.deepEqual([pin?.registry?.name, pin?.registry?.version], [name, '1.0.0'])
  exits(await run('check'), 0)
  exits(await run('verify'), 0)
}

test('an address', async (t) => {
  const team = await makeTeam(t)
  let text = 'A tool.'
  const tools = (): readonly object[] => [{ name: 'remote', description: text, inputSchema: { type: 'object' } }]
  const url = `http://${await listen(t, createServer(serving(tools)))}/mcp`
  await taken(team, 'com.acme/remote', `--url ${url}`, {})
  text = 'Another tool.'
  exits(await team.run('check'), 1, /1 of 1 tool changed/)
  exits(await team.run('pin another --yes --from-registry com.acme/remote'), 4, /REGISTRY_SURFACE_DIFFERS/)
})

test('a Python package', { skip: PYTHON_MISSING.uv }, async (t) => {
  const index = await PythonIndex.start()
  t.after(() => index.close())
  index.publish(serverOf('notes', '1.0.0'))
  const home = await temporary(t)
  await taken(await makeTeam(t), 'com.acme/notes', '-- uvx notes==1.0.0', {
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    UV_CACHE_DIR: join(home, 'uv'),
    UV_DEFAULT_INDEX: index.url,
    UV_PYTHON_DOWNLOADS: 'never',
    PATH: process.env['PATH'] ?? '',
  })
})
