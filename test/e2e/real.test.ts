/** Real servers from the npm registry; skipped, with the reason, where it does not answer. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { snapshot, lockIn, run, temporary, type Run } from '../world.ts'

const skip = await promisify(execFile)(
  'npm',
  ['view', '@modelcontextprotocol/server-everything', 'version', '--fetch-retries=0', '--fetch-timeout=5000'],
  { timeout: 15_000 },
).then(
  () => false as const,
  () => 'the npm registry does not answer',
)

/** How this machine reaches the network, and nothing else of its environment. */
const NETWORK = /^(?:https?_proxy|no_proxy|node_extra_ca_certs|npm_config_registry|home)$/i
const network = Object.entries(process.env).flatMap(([name, value]) => (NETWORK.test(name) && value !== undefined ? [[name, value]] : []))

type Command = (...argv: string[]) => Promise<Run>

/** Of store and npm, for all tests of this file. */
let caches: string

/** A project with these servers. */
async function project(
  t: TestContext,
  servers: { readonly [name: string]: readonly string[] },
): Promise<{ folder: string; command: Command }> {
  const folder = await temporary(t)
  const env = { ...Object.fromEntries(network), XDG_CACHE_HOME: caches, npm_config_cache: join(caches, 'npm') }
  const entries = Object.entries(servers).map(([name, words]) => [name, { command: 'npx', args: ['-y', ...words] }])
  await writeFile(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: Object.fromEntries(entries) }))
  return { folder, command: (...argv) => run(folder, argv, { env }) }
}

async function succeeds(result: Promise<Run>): Promise<void> {
  const { exit, stdout, stderr } = await result
  assert.equal(exit, 0, stdout + stderr)
}

describe('real servers', { skip }, () => {
  before(async () => {
    caches = await mkdtemp(join(tmpdir(), 'mcp-lock-test-'))
  })
  after(() => rm(caches, { recursive: true, force: true }))

  test('six of them are pinned in the same bytes twice, and verified', async (t) => {
    const { folder, command } = await project(t, {
      context7: ['@upstash/context7-mcp'],
      everything: ['@modelcontextprotocol/server-everything'],
      filesystem: ['@modelcontextprotocol/server-filesystem', '.'],
      memory: ['@modelcontextprotocol/server-memory'],
      playwright: ['@playwright/mcp'],
      thinking: ['@modelcontextprotocol/server-sequential-thinking'],
    })
    await succeeds(command('pin', '--yes', '--write-config'))
    const first = Object.values(await snapshot(folder))
    await succeeds(command('pin', '--yes', '--write-config'))
    assert.deepEqual(Object.values(await snapshot(folder)), first)
    await succeeds(command('verify'))
    const { servers } = await lockIn(folder)
    assert.equal(Object.keys(servers).length, 6)
    const conditional = Object.values(servers['everything']?.surface?.tools ?? {}).filter(
      (entry) => typeof entry === 'object' && entry.conditional === true,
    )
    assert.ok(conditional.length >= 5, `${conditional.length} tools depend on what the client can do`)
  })

  test('one that puts the time into its defaults is refused, and accepted with the lines that this prints', async (t) => {
    const { folder, command } = await project(t, { currents: ['@currents/mcp@2.1.1'] })
    const { exit, stderr } = await command('pin', '--yes')
    assert.equal(exit, 1, stderr)
    assert.match(stderr, /currents +✗ SURFACE_UNSTABLE: \d+ places differ/)
    assert.match(stderr, /tools\/\S+ +\/inputSchema\/properties\/\S+\/default/)
    const lines = /^ *volatile:\n(?: +(?:- pointer|type|prefix|suffix|min|max): .*\n)+/m.exec(stderr)?.[0] ?? ''
    const indent = /^ */.exec(lines)?.[0].length ?? 0
    const rules = lines.split('\n').map((line) => `    ${line.slice(indent)}`.trimEnd())
    await writeFile(join(folder, 'mcp-lock.yaml'), `servers:\n  currents:\n${rules.join('\n')}`)
    await succeeds(command('pin', '--yes'))
    assert.match(await readFile(join(folder, 'mcp.lock'), 'utf8'), /"\$volatile": \{\s+"type": "timestamp"/)
    await succeeds(command('verify'))
  })
})
