import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { adHocServer, configuredServers } from '../cli/clients/configured.ts'
import { PROJECT_FILES } from '../cli/clients/locate.ts'
import { mergeEntries } from '../cli/clients/merge.ts'
import { allFive, claude, project, readConfigs, readOne } from './client-projects.ts'

test('the same server in five clients is one launch', async (t) => {
  const { servers, conflicts } = mergeEntries(await readConfigs(await allFive(t), [], 'win32'))
  assert.deepEqual([...servers.keys()], ['files', 'search', 'local', 'script'])
  assert.equal(conflicts.size, 0)
  const files = servers.get('files')
  assert.deepEqual(files?.launch, { command: 'npx', args: ['-y', '@acme/files@2.1.0', 'docs'], env: ['API_TOKEN'] })
  assert.deepEqual(files?.launches.length, 2)
  assert.deepEqual(
    files?.entries.map(({ client }) => client),
    ['Claude Code, VS Code, Copilot CLI', 'Cursor', 'VS Code', 'Codex', 'Gemini CLI'],
  )
  assert.deepEqual(files?.differing, ['API_TOKEN'])
  const search = servers.get('search')
  assert.deepEqual(search?.launch, { url: 'https://mcp.example.com/mcp?tenant=', headers: ['authorization'] })
  assert.deepEqual(
    search?.entries.map(({ transport }) => transport),
    ['streamable-http', null, null, 'streamable-http', 'streamable-http'],
  )
  assert.equal(search?.transport, 'streamable-http')
  assert.deepEqual(search?.differing, [])
})

test('variables are those of the client', async (t) => {
  const args = ['${A}', '${A:-b}', '$A', '${env:A}', '${workspaceFolder}/x', '${input:i}', '${userHome}${/}']
  const read = async (path: string, text: string) => {
    const { start } = await readOne(t, path, text)
    return start.kind === 'program' ? start.args : assert.fail('no program')
  }
  const servers = { s: { command: 'c', args } }
  assert.deepEqual(await read('.mcp.json', claude(servers)), [
    '${env:A}',
    '${env:A:-b}',
    '$A',
    '${env:env:A}',
    '${env:workspaceFolder}/x',
    '${env:input:i}',
    '${env:userHome}${env:/}',
  ])
  assert.deepEqual(await read('.gemini/settings.json', claude(servers)), [
    '${env:A}',
    '${env:A:-b}',
    '${env:A}',
    '${env:env:A}',
    '${env:workspaceFolder}/x',
    '${env:input:i}',
    '${env:userHome}${env:/}',
  ])
  const editor = { s: { command: 'c', args: args.filter((word) => !word.includes(':-')) } }
  const expected = ['${A}', '$A', '${env:A}', '${workspaceFolder}/x', '${input:i}', '${userHome}${pathSeparator}']
  assert.deepEqual(await read('.cursor/mcp.json', claude(editor)), expected)
  assert.deepEqual(await read('.vscode/mcp.json', JSON.stringify({ servers: editor })), expected)
  assert.deepEqual(await read('.codex/config.toml', `[mcp_servers.s]\ncommand = "c"\nargs = ['\${A}', '$A']`), ['${$}{A}', '$A'])
  await assert.rejects(read('.cursor/mcp.json', claude(servers)), { code: 'CONFIG_INVALID' })
})

test('a server is left out only where its client leaves it out', async (t) => {
  const off = { s: { command: 'x', disabled: true, enabled: false } }
  for (const path of ['.mcp.json', '.cursor/mcp.json', '.gemini/settings.json'])
    assert.equal((await readOne(t, path, claude(off))).name, 's')
  assert.equal((await readOne(t, '.vscode/mcp.json', JSON.stringify({ servers: off }))).name, 's')
  assert.deepEqual(await readConfigs(await project(t, { '.codex/config.toml': '[mcp_servers.s]\ncommand = "x"\nenabled = false' }), []), [])
})

test('transports', async (t) => {
  const transport = async (path: string, root: string, entry: object) =>
    (await readOne(t, path, JSON.stringify({ [root]: { s: entry } }))).transport
  const url = 'https://h/mcp'
  assert.equal(await transport('.mcp.json', 'mcpServers', { type: 'sse', url }), 'sse')
  assert.equal(await transport('.mcp.json', 'mcpServers', { url }), null)
  assert.equal(await transport('.vscode/mcp.json', 'servers', { type: 'http', url }), null)
  assert.equal(await transport('.vscode/mcp.json', 'servers', { type: 'sse', url }), 'sse')
  assert.equal(await transport('.gemini/settings.json', 'mcpServers', { url }), 'sse')
  assert.equal(await transport('.gemini/settings.json', 'mcpServers', { url, type: 'http' }), 'streamable-http')
  assert.equal(await transport('.gemini/settings.json', 'mcpServers', { httpUrl: url }), 'streamable-http')
})

const BAD: readonly (readonly [string, string, string, RegExp])[] = [
  ['a syntax error', '.mcp.json', '{\n  "mcpServers": {,}\n}', /^\.mcp\.json:2:18: /],
  ['a duplicate key', '.mcp.json', '{"mcpServers": {},\n "mcpServers": {}}', /^\.mcp\.json:2:2: a second key/],
  [
    'a duplicate key beside a comment',
    '.cursor/mcp.json',
    '{ // c\n"mcpServers": {"a": {"command": "x"}, "\\u0061": {"command": "y"}}}',
    /^\.cursor\/mcp\.json:2:39: a second key "a"$/,
  ],
  ['`__proto__`', '.mcp.json', '{"mcpServers": {"__proto__": {"command": "x"}}}', /__proto__/],
  ['`__proto__` beside a comment', '.mcp.json', '{/**/"mcpServers": {"__proto__": {"command": "x"}}}', /__proto__/],
  ['an unfinished comment', '.mcp.json', '{} /* x', /^\.mcp\.json:1:/],
  ['an empty file', '.mcp.json', '', /^\.mcp\.json:1:1: /],
  ['depth', '.mcp.json', '['.repeat(100_000), /nested/],
  ['depth behind a comment', '.mcp.json', `//\n${'['.repeat(100_000)}`, /nested|malformed/],
  [
    'a duplicate key in TOML',
    '.codex/config.toml',
    '[mcp_servers.a]\ncommand = "x"\ncommand = "y"\n',
    /^\.codex\/config\.toml:3:\d+: malformed TOML/,
  ],
  ['a list for a file', '.mcp.json', '[]', /expected an object, got an array/],
  ['a list of servers', '.mcp.json', '{"mcpServers": []}', /^\.mcp\.json: \/mcpServers: expected an object, got an array$/],
  ['a server that is a text', '.mcp.json', claude({ a: 'x' }), /\/mcpServers\/a: expected an object, got a string$/],
  [
    'a number among args',
    '.mcp.json',
    claude({ 'a/b': { command: 'x', args: ['y', 5] } }),
    /\/mcpServers\/a~1b\/args\/1: expected a string, got a number$/,
  ],
  ['args that are a text', '.mcp.json', claude({ a: { command: 'x', args: 'y' } }), /\/args: expected an array, got a string$/],
  ['no command', '.mcp.json', claude({ a: {} }), /\/command: expected a string, got nothing$/],
  ['an empty command', '.mcp.json', claude({ a: { command: ' ' } }), /\/command: expected a text/],
  ['command and url', '.mcp.json', claude({ a: { command: 'x', url: 'https://h' } }), /got both/],
  ['url and httpUrl', '.gemini/settings.json', claude({ a: { httpUrl: 'https://h', url: 'https://h' } }), /got both/],
  [
    'an unknown type',
    '.mcp.json',
    claude({ a: { type: 'ws', url: 'wss://h' } }),
    /\/type: expected `stdio` or `http` or `streamable-http` or `sse`$/,
  ],
  ['U+0000', '.mcp.json', claude({ a: { command: 'x\0y' } }), /U\+0000/],
  ['no URL', '.mcp.json', claude({ a: { url: 'h' } }), /\/mcpServers\/a: expected a URL/],
  [
    'a strange variable name',
    '.codex/config.toml',
    '[mcp_servers.a]\ncommand = "x"\nenv_vars = ["A}${B"]',
    /\/env_vars\/0: expected the name of a variable$/,
  ],
]

for (const [name, path, text, message] of BAD) {
  test(`a malformed config: ${name}`, async (t) => {
    const root = await project(t, { [path]: text })
    await assert.rejects(
      readConfigs(root, []),
      (error) => error instanceof LockError && error.code === 'CONFIG_INVALID' && (assert.match(error.message, message), true),
    )
  })
}

test('a value of env or headers, or a credential in a URL, is in no message', async (t) => {
  const root = await project(t, { '.mcp.json': claude({ a: { url: 'https://u:hunter2@h/' } }) })
  const [entry] = await readConfigs(root, [])
  assert.match(entry?.secret ?? '', /^\.mcp\.json: \/mcpServers\/a: the URL holds a credential; write `\$\{TOKEN\}` in its place/)
  assert.doesNotMatch(JSON.stringify([entry?.secret, entry?.launch]), /hunter2/)
})

test('a byte order mark, an unrelated file, and a limit', async (t) => {
  assert.equal((await readOne(t, '.mcp.json', `\ufeff${claude({ a: { command: 'x' } })}`)).name, 'a')
  assert.deepEqual(await readConfigs(await project(t, { '.gemini/settings.json': '{"theme": "dark"}' }), []), [])
  assert.deepEqual(await readConfigs(await project(t, {}), []), [])
  await assert.rejects(readConfigs(await project(t, { '.mcp.json': ' '.repeat(4 * 1024 * 1024 + 1) }), []), { code: 'FILE_UNREADABLE' })
})

test('--config: named files alone, by name, then by shape', async (t) => {
  const root = await project(t, {
    '.mcp.json': claude({ not: { command: 'x' } }),
    'a.json': claude({ a: { command: '${A}' } }),
    'b.json': '{"servers": {"b": {"command": "${env:A}"}}}',
    'c.toml': '[mcp_servers.c]\ncommand = "x"',
    'sub/.cursor/mcp.json': claude({ d: { command: 'x' } }),
    'settings.json': claude({ e: { command: '$A' } }),
  })
  const entries = await readConfigs(root, ['a.json', join(root, 'b.json'), 'c.toml', 'sub/.cursor/mcp.json', 'settings.json'])
  assert.deepEqual(
    entries.map(({ client, file, name }) => [client, file, name]),
    [
      ['Claude Code', 'a.json', 'a'],
      ['VS Code', 'b.json', 'b'],
      ['Codex', 'c.toml', 'c'],
      ['Cursor', 'sub/.cursor/mcp.json', 'd'],
      ['Gemini CLI', 'settings.json', 'e'],
    ],
  )
  await assert.rejects(readConfigs(root, ['none.json']), { code: 'CONFIG_NOT_FOUND' })
})

test('a backslash that the normal form rewrites is refused where it separates nothing', async (t) => {
  const root = await project(t, {})
  const read = async (entry: object, platform: NodeJS.Platform) => {
    await writeFile(join(root, 'mcp.json'), JSON.stringify({ servers: { a: { command: 'node', ...entry } } }))
    return readConfigs(root, ['mcp.json'], platform)
  }
  for (const entry of [
    { args: ['.\\server.mjs'] },
    { args: ['dist\\server.mjs'] },
    { args: ['./a${/}b\\s.js'] },
    { command: 'tools\\run' },
    { command: 'cmd', args: ['/c', 'node .\\a.js'] },
    { cwd: './sub\\dir' },
    { cwd: '.\\' },
    { cwd: 'sub\\', args: ['sub\\'] },
    { envFile: '.\\.env' },
  ]) {
    await assert.rejects(read(entry, 'linux'), { code: 'CONFIG_INVALID', message: /write \/ instead$/ }, JSON.stringify(entry))
    assert.equal((await read(entry, 'win32')).length, 1)
  }
  for (const args of [['\\d+'], ['CORP\\jo'], ['C:\\x'], ['a/b.js']]) assert.equal((await read({ args }, 'linux')).length, 1)
})

/** The args of the one launch, or the files of a conflict. */
function merged(...lines: readonly (readonly string[])[]): readonly string[] {
  const entries = lines.map((line, i) => {
    const { launch, start } = adHocServer('s', line, null)
    const read = {
      dialect: PROJECT_FILES[0]?.readers[0]?.dialect ?? assert.fail('no dialect'),
      path: [],
      location: '',
      folder: null,
      bridged: false,
      carrier: [],
      wrapper: null,
      secret: null,
      differing: [],
    }
    return { ...read, client: `c${i}`, file: `f${i}`, name: 's', transport: 'stdio' as const, launch, start }
  })
  const { servers, conflicts } = mergeEntries(entries)
  const launch = servers.get('s')?.launch
  if (launch === undefined) return conflicts.get('s')?.map(({ file }) => file) ?? []
  return 'args' in launch ? launch.args : []
}

test('merging: one exact version that all others allow, or a conflict', () => {
  const exact = ['npx', 'p@1.2.3']
  assert.deepEqual(merged(['npx', 'p'], exact), ['-y', 'p@1.2.3'])
  assert.deepEqual(merged(exact, ['npx', 'p@^1'], ['npx', 'p@latest'], ['npx', '-y', 'p']), ['-y', 'p@1.2.3'])
  assert.deepEqual(merged(['npx', 'p'], ['npx', 'p@^1']), ['-y', 'p@^1'])
  assert.deepEqual(merged(['npx', 'p'], ['npx', 'p@latest']), ['-y', 'p'])
  for (const other of [['npx', 'p@1.2.4'], ['npx', 'p@^2'], ['npx', 'q'], ['npx', './p'], ['npx', 'p', 'more'], ['bunx', 'p'], ['p']]) {
    assert.deepEqual(merged(exact, other), ['f0', 'f1'], other.join(' '))
    assert.deepEqual(merged(other, exact), ['f0', 'f1'], other.join(' '))
  }
  assert.deepEqual(merged(['npx', 'p@^1'], ['npx', 'p@^1.1']), ['f0', 'f1'])
  assert.deepEqual(merged(['npx', 'p'], ['npx', 'p@1.0.0'], ['npx', 'p@2.0.0']), ['f0', 'f1', 'f2'])
})

test('merging: other transports under one address are a conflict, and the finding names the files', async (t) => {
  const root = await project(t, {
    '.mcp.json': claude({ s: { type: 'http', url: 'https://h/x' }, 'a/b': { command: 'x', env: { K: 'literal-secret' } } }),
    '.gemini/settings.json': claude({ s: { url: 'https://h/x' }, 'a/b': { command: 'x', env: { K: '$K' } } }),
  })
  const { servers, unusable, remarks } = await configuredServers(root, [], { cwd: root, platform: 'linux', env: {} })
  assert.deepEqual(unusable.get('s'), { code: 'LAUNCH_CONFLICT', subject: 'source', detail: '.mcp.json and .gemini/settings.json' })
  assert.deepEqual([...servers.keys()], ['a/b'])
  assert.match(remarks.get('a/b')?.[0]?.detail ?? '', /different values to K$/)
  assert.ok(!JSON.stringify([...remarks.values(), servers.get('a/b')?.launch]).includes('literal-secret'))
})

test('a value that chooses code is in the launch, and differs between clients as a conflict', async (t) => {
  const entry = (value: string) => ({ s: { command: 'node', args: ['a.js'], env: { NODE_OPTIONS: value, TOKEN: 'x' } } })
  const root = await project(t, {
    '.mcp.json': claude(entry('--import=./${NAME}.mjs')),
    '.cursor/mcp.json': claude(entry('--import=./${env:NAME}.mjs')),
  })
  const same = await configuredServers(root, [], { cwd: root, platform: 'linux', env: {} })
  assert.deepEqual(same.servers.get('s')?.launch, {
    args: ['a.js'],
    command: 'node',
    env: ['NODE_OPTIONS', 'TOKEN'],
    envValues: { NODE_OPTIONS: '--import=./${env:NAME}.mjs' },
  })
  for (const other of ['--import=./evil.mjs', '${env:NODE_OPTIONS}']) {
    await writeFile(join(root, '.cursor/mcp.json'), claude(entry(other)))
    assert.deepEqual([...(await configuredServers(root, [], { cwd: root, platform: 'linux', env: {} })).unusable.keys()], ['s'], other)
  }
})

test('a credential in such a value is refused where it stands, and in no message', async (t) => {
  const root = await project(t, { '.mcp.json': claude({ s: { command: 'x', env: { DATABASE_URL: 'postgres://me:hunter2@db/' } } }) })
  const [entry] = await readConfigs(root, [])
  assert.match(entry?.secret ?? '', /^\.mcp\.json: \/mcpServers\/s: .*`DATABASE_URL`/)
  assert.doesNotMatch(JSON.stringify([entry?.secret, entry?.launch]), /hunter2/)
})
