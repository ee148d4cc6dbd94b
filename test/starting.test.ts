/** From an entry of a config to what is started: words, variables, files. */
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import type { Launch } from '../core/launch/launch.ts'
import { NO_POLICY, policyFor } from '../core/policy/policy.ts'
import { adHocServer, fromPin, startOf } from '../cli/clients/configured.ts'
import { parseEnvFile } from '../cli/clients/env-file.ts'
import { expandStart } from '../cli/clients/expand.ts'
import { hashLaunchFiles } from '../cli/starting/pinned-files.ts'
import { inherited } from '../cli/world/inherited.ts'
import { coverageOf } from '../cli/starting/coverage-of.ts'
import { makeTarget } from '../cli/starting/make-target.ts'
import { resolveSource } from '../cli/starting/resolve-source.ts'
import { project, readConfigs, readOne } from './client-projects.ts'

test('what is started are the words of the normal form', async () => {
  const start = { kind: 'program', command: 'tools\\run', args: ['.\\a\\b.js', 'x\\y.mjs', '\\d'], cwd: './sub\\dir\\', env: {} } as const
  for (const platform of ['linux', 'win32'] as const) {
    const started = await expandStart(start, { workspace: '/r', env: {}, platform })
    assert.ok(started.url === null)
    assert.deepEqual([started.command, ...started.args], ['./tools/run', './a/b.js', 'x/y.mjs', '\\d'])
    assert.equal(started.cwd, resolve('/r', 'sub/dir'))
  }
  const { launches } = fromPin('s', { source: { launch: { command: 'node', args: ['.\\a.js'], cwd: '.\\' }, transport: 'stdio' } })
  assert.deepEqual(launches, [{ command: 'node', args: ['a.js'] }])
})

test('line ends count where a shell or the system reads them', async (t) => {
  const root = await project(t, {})
  const hashes = async (launch: Launch, text: string) => {
    await writeFile(join(root, 'a'), text)
    return JSON.stringify((await hashLaunchFiles(root, launch, 'linux')).files ?? {})
  }
  for (const [command, head, same] of [
    ['node', '', true],
    ['node', '#!/bin/sh\n', false],
    ['bash', '', false],
    ['/bin/sh', '', false],
    ['./a', '', false],
  ] as const) {
    const launch = { command, args: ['./a'] }
    assert.equal((await hashes(launch, `${head}x\r\n`)) === (await hashes(launch, `${head}x\n`)), same, command + head)
  }
})

test('an npm launch without a closure is never started', async (t) => {
  const server = adHocServer('s', ['npx', 'p@1.0.0'], null)
  const context = { workspace: await project(t, {}), env: {}, timeout: 1, signal: AbortSignal.abort(), platform: 'linux' } as const
  const resolved = { source: { launch: server.launch }, closure: null }
  const start = await startOf(server, context)
  await assert.rejects(makeTarget(start, resolved, 'stdio', policyFor(NO_POLICY, 's'), context), { code: 'PACKAGE_UNUSABLE' })
})

test('expanding a program: variables, file, folder, secrets', async (t) => {
  const root = await project(t, {
    '.vscode/mcp.json': JSON.stringify({
      servers: {
        s: {
          command: 'cmd',
          args: [
            '/c',
            '${workspaceFolder}/run',
            '--key=${env:KEY}',
            '${input:id}',
            '${env:NONE}',
            '${pathSeparator}${workspaceFolderBasename}',
          ],
          cwd: 'sub',
          env: { TOKEN: '${env:KEY}!', MODE: 'production', GONE: null, PORT: 80, SHORT: 'x' },
          envFile: '${workspaceFolder}/.env',
        },
      },
    }),
    '.env': 'FROM_FILE="in the file" # c\nTOKEN=overridden\n',
  })
  const [entry] = await readConfigs(root, [])
  assert.ok(entry)
  assert.deepEqual(entry.launch, {
    command: '${workspaceFolder}/run',
    args: ['--key=${env:KEY}', '${input:id}', '${env:NONE}', '/${workspaceFolderBasename}'],
    cwd: 'sub',
    env: ['MODE', 'PORT', 'SHORT', 'TOKEN'],
    envFile: '.env',
  })
  const context = {
    workspace: root,
    env: { KEY: 'key-value', OTHER: 'other-value', ANSWER: 'typed-in' },
    platform: 'linux',
    inputs: new Map([['id', 'ANSWER']]),
  } as const
  const started = await expandStart(entry.start, context)
  assert.ok(started.url === null)
  assert.equal(started.command, `${root}/run`)
  assert.deepEqual(started.args, ['--key=key-value', 'typed-in', '', `/${root.split('/').at(-1)}`])
  assert.equal(started.cwd, join(root, 'sub'))
  assert.deepEqual(started.env, { FROM_FILE: 'in the file', TOKEN: 'key-value!', MODE: 'production', PORT: '80', SHORT: 'x' })
  assert.deepEqual(started.unset, ['NONE'])
  assert.deepEqual([...started.secrets].sort(), ['in the file', 'key-value', 'key-value!', 'overridden', 'typed-in'])
  const windows = await expandStart(entry.start, { workspace: root, env: { Key: 'key-value' }, platform: 'win32' })
  assert.ok(windows.url === null)
  assert.equal(windows.command, `${root}/run`)
  assert.deepEqual(windows.env['TOKEN'], 'key-value!')
  assert.deepEqual(windows.unset, ['input:id', 'NONE'])
  await rm(join(root, '.env'))
  assert.deepEqual((await expandStart(entry.start, context)).unset, ['.env', 'NONE'])
})

test('expanding an address: headers, and the token in them as a secret of its own', async (t) => {
  const { start } = await readOne(
    t,
    '.codex/config.toml',
    '[mcp_servers.s]\nurl = "https://h/${X}"\nbearer_token_env_var = "T"\n[mcp_servers.s.http_headers]\nX-A = "Bearer literal-a"\n[mcp_servers.s.env_http_headers]\nX-B = "B"\n',
  )
  const started = await expandStart(start, { workspace: '/r', env: { T: 'token-value' }, platform: 'linux' })
  assert.ok(started.url !== null)
  assert.equal(started.url, 'https://h/${X}')
  assert.deepEqual(started.headers, { 'X-A': 'Bearer literal-a', 'X-B': '', authorization: 'Bearer token-value' })
  assert.deepEqual(started.unset, ['B'])
  assert.deepEqual(started.secrets, ['Bearer token-value', 'Bearer literal-a', 'token-value', 'literal-a'])
})

test('an inherited member of the environment is no variable', async () => {
  const server = fromPin('s', { source: { launch: { command: 'x', args: ['${env:constructor}'], env: ['toString'] }, transport: 'stdio' } })
  assert.deepEqual((await startOf(server, { workspace: '/r', env: {}, platform: 'linux' })).unset, ['constructor', 'toString'])
})

test('a file of variables chooses no code', async (t) => {
  const root = await project(t, { '.env': 'A=1\nhttp_proxy=http://u:hunter2@h\n' })
  const start = { kind: 'program', command: 'x', args: [], env: {}, envFile: '.env' } as const
  await assert.rejects(
    expandStart(start, { workspace: root, env: {}, platform: 'linux' }),
    (error) =>
      error instanceof LockError &&
      error.code === 'CONFIG_INVALID' &&
      /`\.env` sets `http_proxy`/.test(error.message) &&
      !error.message.includes('hunter2'),
  )
})

test('a pin starts with the values that it has, whatever the user has', async () => {
  const launch = { command: 'x', args: [], env: ['NODE_OPTIONS', 'TOKEN'], envValues: { NODE_OPTIONS: '-r ${env:HOOK}' } }
  const server = fromPin('s', { source: { launch, transport: 'stdio' } })
  const started = await startOf(server, { workspace: '/r', env: { NODE_OPTIONS: 'own', HOOK: 'h', TOKEN: 't' }, platform: 'linux' })
  assert.deepEqual(started.url === null ? started.env : {}, { NODE_OPTIONS: '-r h', TOKEN: 't' })
})

test('coverage names the values that are not in the launch, and the file of them', () => {
  const details = (launch: Launch) =>
    coverageOf('s', { launch }, null, policyFor(NO_POLICY, 's')).flatMap(({ code, detail }) => (code === 'ENV_UNPINNED' ? [detail] : []))
  const base = { command: 'x', args: [], env: ['A', 'B_URL'] }
  assert.deepEqual(details(base), ['A, B_URL'])
  assert.deepEqual(details({ ...base, envValues: { B_URL: 'x' } }), ['A'])
  assert.deepEqual(details({ ...base, env: ['B_URL'], envValues: { B_URL: 'x' } }), [])
  assert.deepEqual(details({ command: 'x', args: [], envFile: '.env' }), ['all of .env'])
  assert.deepEqual(details({ url: 'https://h/', headers: ['authorization'] }), ['authorization'])
})

test('a package runner that is not understood is not pinned', async (t) => {
  const server = adHocServer('s', ['npx', '--offline', 'p@1.0.0'], null)
  const context = {
    root: '',
    workspace: await project(t, {}),
    env: {},
    timeout: 1,
    signal: AbortSignal.abort(),
    platform: 'linux',
    limit: null,
    now: 0,
  } as const
  await assert.rejects(resolveSource(server, undefined, context), { code: 'LAUNCH_UNREADABLE', message: /`npx -y --offline p@1\.0\.0`/ })
})

test('a server of the command line: its words are no templates', async () => {
  const server = adHocServer('s', ['node', './a.js', '${HOME}'], null)
  assert.deepEqual(server.launch, { command: 'node', args: ['a.js', '${$}{HOME}'] })
  const started = await startOf(server, { workspace: '/r', env: { HOME: 'no' }, platform: 'linux' })
  assert.deepEqual(started.url === null ? started.args : [], ['a.js', '${HOME}'])
})

test('files of variables', () => {
  const text = '\ufeff# c\nA=1\r\nexport B = two words # c\nC=\'a # b\'\nD="x\\ny\nz"\nE=\nF=`b`\nnot a line\nA=last\n G.h-i=j\nH="open\n'
  assert.deepEqual(parseEnvFile(text), { A: 'last', B: 'two words', C: 'a # b', D: 'x\ny\nz', E: '', F: 'b', 'G.h-i': 'j', H: '"open' })
})

test('a file whose text stands in a word is pinned, and read where the client reads it', async (t) => {
  const config = {
    mcp: {
      s: {
        type: 'local',
        command: ['node', '{file:./.opencode/which.txt}', '%HOME%', '~/x'],
        environment: { TOKEN: '{file:token.txt}', HOME_TOKEN: '{file:~/t}' },
      },
      r: { type: 'remote', url: '{file:url.txt}' },
    },
  }
  const root = await project(t, {
    'opencode.json': JSON.stringify(config),
    '.opencode/which.txt': ' a.mjs\n',
    'token.txt': 'a-secret\n',
    'url.txt': 'https://h/',
    'home/t': 'mine',
  })
  const [s, r] = await readConfigs(root)
  assert.ok(s !== undefined && r !== undefined)
  assert.deepEqual(s.launch, { command: 'node', args: ['${file:.opencode/which.txt}', '%HOME%', '~/x'], env: ['HOME_TOKEN', 'TOKEN'] })
  const context = { workspace: root, env: { HOME: join(root, 'home') }, platform: 'linux' } as const
  const started = await expandStart(s.start, context)
  assert.ok(started.url === null)
  assert.deepEqual(started.args, ['a.mjs', '%HOME%', '~/x'])
  assert.deepEqual(started.env, { TOKEN: 'a-secret', HOME_TOKEN: 'mine' })
  assert.ok(started.secrets.includes('a-secret'))
  assert.deepEqual(Object.keys((await hashLaunchFiles(root, s.launch, 'linux')).files ?? {}), ['.opencode/which.txt'])
  assert.deepEqual(Object.keys((await hashLaunchFiles(root, r.launch, 'linux')).files ?? {}), ['url.txt'])
  await rm(join(root, 'token.txt'))
  assert.deepEqual((await expandStart(s.start, context)).unset, ['file:token.txt'])
})

test('on Windows a variable has one value, whatever its case', () => {
  const env = { Path: 'C:\\bin', systemroot: 'C:\\Windows', HOME: '/h' }
  assert.deepEqual(inherited({ env, platform: 'win32' }, {}), { PATH: 'C:\\bin', SYSTEMROOT: 'C:\\Windows' })
  assert.deepEqual(inherited({ env, platform: 'win32' }, { path: 'D:\\own' }), { SYSTEMROOT: 'C:\\Windows' })
  assert.deepEqual(inherited({ env, platform: 'linux' }, { path: 'own' }), { HOME: '/h' })
})
