/** CI without secrets: what can be compared is, what cannot is said, and a change is found. */
import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Authority, InterceptingProxy } from '../authority.ts'
import { run, temporary } from '../world.ts'
import { listen, serving } from './remote.ts'

type Env = { readonly [name: string]: string }
type Reported = {
  readonly exit: number
  readonly locks: readonly {
    readonly servers: {
      readonly [name: string]: { readonly status: string; readonly findings: readonly { readonly [key: string]: string }[] }
    }
    readonly coverage: readonly { readonly code: string; readonly server?: string; readonly what: string; readonly close: string }[]
  }[]
}

const SECRETS = { GITHUB_TOKEN: 'sesame-for-github', SEARCH_TOKEN: 'sesame-for-search' }
const search = { name: 'search', inputSchema: { type: 'object', properties: { limit: { type: 'integer', default: 10 } } } }
const POLICY = 'servers:\n  search:\n    live: with-credentials\n'

/** Five servers, pinned by somebody who has one of the two tokens; `url` is where the remote ones are. */
async function project(t: TestContext, url: string, env: Env): Promise<string> {
  const folder = await temporary(t)
  await cp(fileURLToPath(new URL('../servers/', import.meta.url)), join(folder, 'servers'), { recursive: true })
  const program = (...args: readonly string[]) => ({ command: 'node', args })
  const config = {
    mcpServers: {
      free: program('./servers/hostile.mjs', 'honest'),
      github: { ...program('./servers/hostile.mjs', 'honest'), env: { TOKEN: '${GITHUB_TOKEN}' } },
      linear: { command: 'npx', args: ['-y', 'mcp-remote', 'https://linear.test/mcp'] },
      search: { type: 'http', url, headers: { authorization: 'Bearer ${SEARCH_TOKEN}' } },
      weather: { type: 'http', url },
    },
  }
  await writeFile(join(folder, '.mcp.json'), JSON.stringify(config))
  await writeFile(join(folder, 'mcp-lock.yaml'), POLICY)
  const { SEARCH_TOKEN } = SECRETS
  for (const words of [
    ['linear', '--source-only'],
    ['github', '--placeholder', 'GITHUB_TOKEN'],
    ['free', 'search', 'weather'],
  ]) {
    const pinned = await run(folder, ['pin', '--yes', ...words], { env: { ...env, SEARCH_TOKEN } })
    assert.equal(pinned.exit, 0, pinned.stderr)
  }
  return folder
}

async function verify(folder: string, env: Env, ...flags: readonly string[]): Promise<Reported> {
  const { exit, stdout } = await run(folder, ['verify', '--format', 'json', ...flags], { env })
  const report: Reported = JSON.parse(stdout)
  assert.equal(exit, report.exit)
  return report
}

function statuses({ locks: [lock] }: Reported) {
  return Object.fromEntries(Object.entries(lock?.servers ?? {}).map(([name, { status }]) => [name, status]))
}

/** What of the coverage is about a server that was not, or not truly, asked. */
function unseen({ locks: [lock] }: Reported) {
  const codes = ['SOURCE_ONLY', 'CREDENTIAL_MISSING', 'PLACEHOLDER_USED', 'LIVE_NEVER']
  return (lock?.coverage ?? []).filter(({ code }) => codes.includes(code)).map(({ server = '', code, what }) => [server, code, what])
}

async function walk(t: TestContext, url: string, env: Env, change: () => void): Promise<void> {
  const folder = await project(t, url, env)
  assert.doesNotMatch(await readFile(join(folder, 'mcp.lock'), 'utf8'), /sesame|placeholder"|mcp-lock-placeholder/)

  const quiet = await verify(folder, env)
  assert.equal(quiet.exit, 0)
  assert.deepEqual(statuses(quiet), { free: 'ok', github: 'ok', linear: 'skipped', search: 'skipped', weather: 'ok' })
  assert.deepEqual(unseen(quiet), [
    ['github', 'PLACEHOLDER_USED', 'github: the server was asked with a placeholder in place of a variable (GITHUB_TOKEN)'],
    ['linear', 'SOURCE_ONLY', 'linear: the definitions are not pinned'],
    ['search', 'CREDENTIAL_MISSING', 'search: the definitions were not compared: a variable has no value here (SEARCH_TOKEN)'],
  ])
  for (const { close } of quiet.locks[0]?.coverage ?? []) assert.notEqual(close, '')

  const strict = await verify(folder, env, '--require-live')
  assert.equal(strict.exit, 3)
  const findings = Object.entries(strict.locks[0]?.servers ?? {}).flatMap(([name, server]) =>
    server.findings.map(({ code }) => [name, code]),
  )
  assert.deepEqual(
    findings.filter(([, code]) => code === 'LIVE_REQUIRED'),
    [
      ['linear', 'LIVE_REQUIRED'],
      ['search', 'LIVE_REQUIRED'],
    ],
  )

  const trusted = await verify(folder, { ...env, ...SECRETS })
  assert.equal(trusted.exit, 0)
  assert.deepEqual(
    unseen(trusted).map(([server]) => server),
    ['linear'],
  )

  change()
  const changed = await verify(folder, env)
  assert.equal(changed.exit, 1)
  assert.deepEqual(statuses(changed), { free: 'ok', github: 'ok', linear: 'skipped', search: 'skipped', weather: 'changed' })
  const [finding] = changed.locks[0]?.servers['weather']?.findings ?? []
  const { code, subject, pointer, before, after } = finding ?? {}
  assert.deepEqual(
    { code, subject, pointer, before, after },
    { code: 'DEFINITION_CHANGED', subject: 'tools/search', pointer: '/inputSchema/properties/limit/default', before: 10, after: 1000 },
  )
}

/** A server whose one parameter's default changes. */
function changing() {
  let tool: object = search
  const change = (): void =>
    void (tool = { ...search, inputSchema: { type: 'object', properties: { limit: { type: 'integer', default: 1000 } } } })
  return { listener: serving(() => [tool]), change }
}

test('five servers without secrets', async (t) => {
  const { listener, change } = changing()
  const host = await listen(t, createServer(listener))
  await walk(t, `http://${host}/mcp`, {}, change)
})

test('the same through a TLS proxy with its own authority', async (t) => {
  const { listener, change } = changing()
  const authority = new Authority()
  const proxy = await InterceptingProxy.start(authority, listener)
  t.after(() => proxy.close())
  const env = { HTTPS_PROXY: `http://${proxy.host}`, NODE_EXTRA_CA_CERTS: await authority.file(await temporary(t)) }
  await walk(t, 'https://mcp.test/mcp', env, change)
  assert.deepEqual([...new Set(proxy.asked.map(({ host }) => host))], ['mcp.test:443'])
})
