/** Real servers from the npm registry. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import { run, snapshot, temporary, type Run } from '../world.ts'

/** Why they are not there, to skip by. */
export const REAL_MISSING = await promisify(execFile)(
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

export interface RealProject {
  readonly folder: string
  readonly command: (...argv: string[]) => Promise<Run>
}

/** A project with these servers, by their words for `npx`, and caches of its own. */
export async function realProject(t: TestContext, servers: { readonly [name: string]: readonly string[] }): Promise<RealProject> {
  const folder = await temporary(t)
  const caches = await temporary(t)
  const env = { ...Object.fromEntries(network), XDG_CACHE_HOME: caches, npm_config_cache: join(caches, 'npm') }
  const entries = Object.entries(servers).map(([name, words]) => [name, { command: 'npx', args: ['-y', ...words] }])
  await writeFile(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: Object.fromEntries(entries) }))
  return { folder, command: (...argv) => run(folder, argv, { env }) }
}

export async function succeeds(result: Promise<Run>): Promise<void> {
  const { exit, stdout, stderr } = await result
  assert.equal(exit, 0, stdout + stderr)
}

/** Pins twice, in the same bytes, and verifies. */
export async function pinTwice({ folder, command }: RealProject): Promise<void> {
  await succeeds(command('pin', '--yes', '--write-config'))
  const first = Object.values(await snapshot(folder))
  await succeeds(command('pin', '--yes', '--write-config'))
  assert.deepEqual(Object.values(await snapshot(folder)), first)
  await succeeds(command('verify'))
}
