/**
 * One repository on Linux, macOS and Windows, by the platform that a command is told: places, variables,
 * separators, case and line ends. What stays the machine's own: how processes start and end, where
 * installed packages are kept, and what its file system finds.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { parseLock } from '../../core/lock/lockfile.ts'
import { exits, writeFiles, run, temporary, type Run } from '../world.ts'
import { PythonIndex } from './python-index.ts'
import { Registry } from './registry.ts'

const PLATFORMS = ['linux', 'darwin', 'win32'] as const
const SERVERS = new URL('../servers/', import.meta.url)
const PROGRAM = await readFile(new URL('package.cjs', SERVERS), 'utf8')
const noPython = spawnSync('python3', ['-c', 'import pip, venv']).status === 0 ? false : 'python3 with pip and venv is not installed'

let registry: Registry
let index: PythonIndex
/** Packages that one machine has installed are not installed again. */
let store: string

before(async () => {
  store = await mkdtemp(join(tmpdir(), 'mcp-lock-systems-'))
  registry = await Registry.start()
  index = await PythonIndex.start()
  registry.publish({ name: 'acme-notes', version: '1.0.0', bin: 'server.js' }, { 'server.js': PROGRAM })
  const code = `import json, sys
def main():
    hello = {'protocolVersion': '2025-11-25', 'capabilities': {'tools': {}}, 'serverInfo': {'name': 'py', 'version': '1'}}
    tools = {'tools': [{'name': 'first', 'inputSchema': {'type': 'object'}}]}
    for line in sys.stdin:
        message = json.loads(line)
        if 'id' not in message: continue
        result = {'initialize': hello, 'tools/list': tools}.get(message['method'])
        answer = {'error': {'code': -32601, 'message': 'no'}} if result is None else {'result': result}
        print(json.dumps({'jsonrpc': '2.0', 'id': message['id'], **answer}), flush=True)
`
  index.publish({ name: 'acme-py', version: '1.0.0', scripts: { 'acme-py': 'acme_py:main' }, files: { 'acme_py.py': code } })
})
after(async () => {
  await rm(store, { recursive: true, force: true })
  registry.close()
  index.close()
})

type Machine = { readonly folder: string; readonly lock: (...argv: string[]) => Promise<Run> }

/** The repository as one system has it. */
async function machine(t: TestContext, platform: NodeJS.Platform, files: { readonly [path: string]: string }): Promise<Machine> {
  const home = await temporary(t)
  const folder = join(home, 'project')
  await cp(SERVERS, join(folder, 'servers'), { recursive: true })
  await writeFiles(folder, files)
  const own = {
    npm_config_cache: join(store, 'npm'),
    npm_config_registry: registry.url,
    XDG_CACHE_HOME: store,
    UV_DEFAULT_INDEX: index.url,
    PIP_INDEX_URL: index.url,
    UV_PYTHON_DOWNLOADS: 'never',
  }
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`
  const env: { [name: string]: string } =
    platform === 'win32'
      ? { ...own, UserProfile: home, HOME: home, Path: path, api_key: 'the-key', Token: 'the-token', asked: 'the-answer' }
      : { ...own, HOME: home, PATH: path, API_KEY: 'the-key', TOKEN: 'the-token', ASKED: 'the-answer' }
  return { folder, lock: (...argv) => run(folder, argv, { platform, env: { PATH: path, ...env } }) }
}

async function succeeds({ lock }: Machine, ...argv: string[]): Promise<Run> {
  const result = await lock(...argv)
  assert.equal(result.exit, 0, `${argv.join(' ')}\n${result.stdout}${result.stderr}`)
  return result
}

/** The same servers as three clients write them. */
const CONFIGS = {
  '.mcp.json': JSON.stringify({
    mcpServers: {
      notes: { command: 'npx', args: ['-y', 'acme-notes@1.0.0', '--key=${API_KEY}', '%APPDATA%', '~/x'], env: { TOKEN: '${TOKEN}' } },
      py: { command: 'uvx', args: ['acme-py@1.0.0'] },
      script: { command: 'node', args: ['./servers/hostile.mjs', 'honest'] },
    },
  }),
  '.cursor/mcp.json': JSON.stringify({
    mcpServers: {
      notes: { command: 'npx', args: ['acme-notes@1.0.0', '--key=${env:API_KEY}', '%APPDATA%', '~/x'], env: { TOKEN: '${env:TOKEN}' } },
      py: { command: 'uvx.exe', args: ['acme-py@1.0.0'] },
      script: { command: 'node', args: ['${workspaceFolder}/servers/hostile.mjs', 'honest'] },
    },
  }),
  '.vscode/mcp.json': JSON.stringify({
    inputs: [{ id: 'asked', type: 'promptString', description: 'asked' }],
    servers: {
      notes: {
        type: 'stdio',
        command: 'cmd',
        args: ['/c', 'npx.cmd', '-y', 'acme-notes@1.0.0', '--key=${env:API_KEY}', '%APPDATA%', '~/x'],
        env: { TOKEN: '${env:TOKEN}' },
      },
      py: { type: 'stdio', command: 'uvx', args: ['acme-py@1.0.0'] },
      script: { type: 'stdio', command: 'node', args: ['servers/hostile.mjs', 'honest'], env: {} },
      asks: { type: 'stdio', command: 'node', args: ['./servers/hostile.mjs', 'honest', '${input:asked}'] },
    },
  }),
}

test('one repository, three dialects, three systems: one pin for each server, and one lock', { skip: noPython }, async (t) => {
  const locks = new Map<string, string>()
  for (const platform of PLATFORMS) {
    const here = await machine(t, platform, CONFIGS)
    await succeeds(here, 'pin', '--yes', '--input', 'asked=ASKED')
    const text = await readFile(join(here.folder, 'mcp.lock'), 'utf8')
    locks.set(platform, text)
    await succeeds(here, 'verify', '--input', 'asked=ASKED', '--require-live')
    await succeeds(here, 'pin', '--yes', '--input', 'asked=ASKED')
    assert.equal(await readFile(join(here.folder, 'mcp.lock'), 'utf8'), text, `${platform}: pinned again`)
  }
  const text = locks.get('linux') ?? ''
  for (const platform of PLATFORMS) assert.equal(locks.get(platform), text, platform)
  const { servers } = parseLock(text)
  assert.deepEqual(Object.keys(servers), ['asks', 'notes', 'py', 'script'])
  assert.deepEqual(servers['notes']?.source.launch, {
    command: 'npx',
    args: ['-y', 'acme-notes@1.0.0', '--key=${env:API_KEY}', '%APPDATA%', '~/x'],
    env: ['TOKEN'],
  })
  assert.deepEqual(servers['script']?.source.launch, { command: 'node', args: ['servers/hostile.mjs', 'honest'] })
  assert.deepEqual(servers['asks']?.source.launch, { command: 'node', args: ['servers/hostile.mjs', 'honest', '${input:asked}'] })
  assert.equal(servers['py']?.source.package?.type, 'pypi')
})

test('a closure that git gave CRLF line ends says so', async (t) => {
  const npx = JSON.stringify({ mcpServers: { notes: { command: 'npx', args: ['-y', 'acme-notes@1.0.0'] } } })
  const here = await machine(t, 'win32', { '.mcp.json': npx })
  await succeeds(here, 'pin', '--yes')
  const file = join(here.folder, 'mcp.lock.d/notes/package-lock.json')
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'))
  const altered = await here.lock('verify')
  assert.equal(altered.exit, 1)
  assert.match(altered.stdout, /CRLF line ends; `mcp-lock init`/)
})

const SCRIPT = { '.mcp.json': '{ "mcpServers": {\n "script": { "command": "node", "args": ["./servers/hostile.mjs", "honest"] } } }\n' }

test('a check-out with CRLF: config and script are the same, the lock says what to do', async (t) => {
  const here = await machine(t, 'linux', SCRIPT)
  await succeeds(here, 'pin', '--yes')
  const text = await readFile(join(here.folder, 'mcp.lock'), 'utf8')
  const there = await machine(t, 'win32', { ...SCRIPT, 'mcp.lock': text })
  for (const file of ['.mcp.json', 'servers/hostile.mjs']) {
    const lines = await readFile(join(there.folder, file), 'utf8')
    await writeFile(join(there.folder, file), lines.replaceAll('\n', '\r\n'))
  }
  await succeeds(there, 'verify')
  await succeeds(there, 'pin', '--yes')
  assert.equal(await readFile(join(there.folder, 'mcp.lock'), 'utf8'), text)
  await writeFile(join(there.folder, 'mcp.lock'), text.replaceAll('\n', '\r\n'))
  const crlf = await there.lock('verify')
  assert.equal(crlf.exit, 2)
  assert.match(crlf.stderr, /LOCK_CRLF[^]*mcp\.lock -text/)
})

for (const platform of PLATFORMS) {
  test(`a file that only some systems find under its name, on ${platform}`, async (t) => {
    const other = SCRIPT['.mcp.json'].replace('./servers/hostile.mjs', './Servers/Hostile.mjs')
    const here = await machine(t, platform, { '.mcp.json': other })
    const pinned = await here.lock('pin', '--yes')
    assert.equal(pinned.exit, platform === 'linux' ? 3 : 2, pinned.stderr)
    if (platform !== 'linux') assert.match(pinned.stderr, /`Servers\/Hostile\.mjs` is `servers\/hostile\.mjs` on disk/)
    assert.ok(!(await readdir(here.folder)).includes('mcp.lock'))
  })
}

test('backslashes and drives: paths of the repository on Windows, refused elsewhere', async (t) => {
  const windows = SCRIPT['.mcp.json'].replace('./servers/hostile.mjs', '.\\\\servers\\\\hostile.mjs')
  const here = await machine(t, 'win32', { '.mcp.json': windows })
  await succeeds(here, 'pin', '--yes')
  const text = await readFile(join(here.folder, 'mcp.lock'), 'utf8')
  const there = await machine(t, 'linux', { ...SCRIPT, 'mcp.lock': text })
  await succeeds(there, 'verify')
  await writeFile(join(there.folder, '.mcp.json'), windows)
  exits(await there.lock('verify'), 2, /separates folders on Windows only/)
  await writeFile(join(here.folder, '.mcp.json'), SCRIPT['.mcp.json'].replace('./servers/', 'C:/elsewhere/'))
  exits(await here.lock('verify', '--offline'), 1, /LAUNCH_NOT_PORTABLE|outside the repository/)
})
