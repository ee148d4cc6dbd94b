/** `verify --offline` of a signed project opens no connection and looks up no name. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { ROOT } from '../documents.ts'
import { Repository } from '../repository.ts'
import { temporary } from '../world.ts'

const HOOK = join(ROOT, 'test/servers/no-network.cjs')
const START = join(ROOT, 'cli/start.ts')
const VECTORS = join(ROOT, 'test/vectors/signing')
const BUNDLES = ['workflow-rekor2-tsa', 'person-rekor1', 'p256']

const vector = (name: string): string => readFileSync(join(VECTORS, name), 'utf8')

/** A repository whose main branch has a lock that is signed as a vector is. */
async function project(t: TestContext, bundle: string): Promise<string> {
  const repository = await Repository.make(t, {
    '.mcp.json': '{"mcpServers":{"search":{"type":"http","url":"https://mcp.example/mcp"}}}',
    'mcp.lock': vector('signed.lock'),
    'mcp-lock.yaml': vector('policies/all.yaml'),
    'trusted_root.json': vector('roots/root.json'),
    'mcp.lock.sigstore.json': vector(`bundles/${bundle}.json`),
  })
  await repository.commit()
  return repository.folder
}

type Ended = { readonly exit: number | null; readonly output: string; readonly record: string }

/** Runs Node in the folder, with everything that reaches the network recorded. */
function node(folder: string, words: readonly string[], before: readonly string[] = []): Ended {
  const record = join(folder, '../network')
  writeFileSync(record, '')
  const [command = '', ...rest] = [...before, process.execPath, ...words]
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, NETWORK_RECORD: record }
  const { status, stdout, stderr } = spawnSync(command, rest, { cwd: folder, env, encoding: 'utf8', timeout: 60_000 })
  return { exit: status, output: stdout + stderr, record: readFileSync(record, 'utf8') }
}

const VERIFY = [START, 'verify', '--offline']
const AGAINST_MAIN = [...VERIFY, '--base', 'main']

/** It verifies the good project, and refuses one whose signature was altered: so it does look at the signature. */
function assertVerifies(folder: string, run: () => Ended): void {
  const good = run()
  assert.deepEqual([good.exit, good.record], [0, ''], good.output)
  const file = join(folder, 'mcp.lock.sigstore.json')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, vector('bundles/altered-signature.json'))
  const bad = run()
  assert.deepEqual([bad.exit, bad.record], [4, ''], bad.output)
  writeFileSync(file, text)
}

for (const bundle of BUNDLES)
  test(`no way to the network is taken: ${bundle}`, async (t) => {
    const folder = await project(t, bundle)
    for (const words of [VERIFY, AGAINST_MAIN]) assertVerifies(folder, () => node(folder, ['--require', HOOK, ...words]))
  })

const WAYS = [
  `require('node:dns').lookup('mcp.example', () => {})`,
  `require('node:dns').promises.lookup('mcp.example')`,
  `new (require('node:dns').Resolver)().resolve4('mcp.example', () => {})`,
  `new (require('node:dns/promises').Resolver)().resolve4('mcp.example')`,
  `import('node:dns/promises').then(({ lookup }) => lookup('mcp.example'))`,
  `require('node:net').connect(9, '127.0.0.1')`,
  `new (require('node:net').Socket)().connect(9, '127.0.0.1')`,
  `new (require('node:tls').TLSSocket)().connect(9, '127.0.0.1')`,
  `require('node:net').createServer().listen(0)`,
  `require('node:dgram').createSocket('udp4')`,
  `require('node:http').get('http://127.0.0.1:9')`,
  `import('node:https').then(({ request }) => request('https://127.0.0.1:9'))`,
  `require('node:http2').connect('http://127.0.0.1:9')`,
  `fetch('http://127.0.0.1:9')`,
  `new WebSocket('ws://127.0.0.1:9')`,
  `require(${JSON.stringify(join(ROOT, 'node_modules/undici'))}).request('http://127.0.0.1:9')`,
  `new (require('node:worker_threads').Worker)("fetch('http://127.0.0.1:9')", { eval: true })`,
]

test('each way to the network would be seen', async (t) => {
  const folder = await temporary(t)
  await mkdir(join(folder, 'inner'))
  for (const way of WAYS) assert.notEqual(node(join(folder, 'inner'), ['--require', HOOK, '--eval', way]).record, '', way)
})

const works = (command: string, ...words: readonly string[]): boolean => spawnSync(command, words).status === 0

const UNSHARE = ['unshare', '--map-root-user', '--net']
test(
  'it verifies where there is no network',
  { skip: works('unshare', '--map-root-user', '--net', 'true') ? false : 'no unshare' },
  async (t) => {
    const folder = await project(t, 'workflow-rekor2-tsa')
    assertVerifies(folder, () => node(folder, VERIFY, UNSHARE))
  },
)

test('the system is asked for no socket', { skip: works('strace', '-o', '/dev/null', 'true') ? false : 'no strace' }, async (t) => {
  const folder = await project(t, 'workflow-rekor2-tsa')
  const trace = join(folder, '../trace')
  const traced = (words: readonly string[]): string[] => {
    const { exit, output } = node(folder, words, ['strace', '-f', '-qq', '-e', 'trace=network', '-o', trace])
    assert.equal(exit, 0, output)
    assert.ok(existsSync(trace))
    // Processes of ours talk over pairs of nameless sockets.
    return readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => /\b(?:socket|connect|bind|listen)\(/.test(line))
  }
  assert.deepEqual(traced(VERIFY), [])
  assert.deepEqual(traced(AGAINST_MAIN), [])
  assert.notDeepEqual(traced(['--eval', `require('node:dns').lookup('mcp.example', () => {})`]), [])
})
