/** Each client's own way to write the same servers, read as the same launches. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { configuredServers } from '../cli/clients/configured.ts'
import type { ServerEntry } from '../cli/clients/dialects/entry.ts'
import { CLIENTS } from '../cli/clients/dialects/index.ts'
import { PROJECT_FILES, userFiles } from '../cli/clients/locate.ts'
import { mergeEntries } from '../cli/clients/merge.ts'
import { readConfigs } from '../cli/clients/read.ts'
import { editConfigs } from '../cli/clients/edits/edit-configs.ts'
import { withVersions } from '../cli/clients/edits/write-versions.ts'
import { FIXTURES, project } from './client-projects.ts'

const LAUNCHES = {
  files: { command: 'npx', args: ['-y', '@acme/files', 'docs'], env: ['API_TOKEN'] },
  search: { headers: ['authorization'], url: 'https://mcp.example.com/mcp?tenant=' },
  script: { command: 'node', args: ['servers/script.mjs'] },
}

/** One fixture at its place, in a folder that is project and home at once. */
async function fixture(
  t: TestContext,
  name: string,
): Promise<{ root: string; place: string; shown: string; read: () => Promise<ServerEntry[]> }> {
  const { place, user } = FIXTURES[name] ?? assert.fail(name)
  const root = await project(t, { [place]: await readFile(new URL(`fixtures/clients/${name}`, import.meta.url), 'utf8') })
  const own = userFiles({ HOME: root }, 'linux').filter(({ path }) => path.startsWith(`${root}/`))
  const shown = user === true ? `~/${place}` : place
  return { root, place, shown, read: () => readConfigs(root, user === true ? own : PROJECT_FILES, 'win32') }
}

for (const [name, { client, token }] of Object.entries(FIXTURES)) {
  test(`${name}: the servers of ${client}`, async (t) => {
    const { read, shown } = await fixture(t, name)
    const entries = await read()
    const launches = Object.fromEntries(
      entries.map(({ name: server, launch }) => [
        server,
        'args' in launch ? { ...launch, args: launch.args.map((word) => word.replace('@acme/files@2.1.0', '@acme/files')) } : launch,
      ]),
    )
    const { search, ...programs } = LAUNCHES
    const { local: _, ...found } = launches
    assert.deepEqual(found, name === 'claude-desktop.json' ? programs : { ...programs, search })
    for (const entry of entries) {
      assert.equal(entry.file, shown)
      assert.equal(entry.client.split(', ')[0], client)
      if (entry.name === 'files') assert.equal(entry.start.kind === 'program' && entry.start.env['API_TOKEN'], token)
      if (entry.name === 'search') assert.notEqual(entry.transport, 'stdio')
    }
  })

  test(`${name}: a version is written into its one word`, async (t) => {
    const { root, place, shown, read } = await fixture(t, name)
    const before = await readFile(join(root, place), 'utf8')
    assert.deepEqual(await editConfigs(await read(), withVersions(new Map([['files', '3.0.0']]))), [shown])
    const after = await readFile(join(root, place), 'utf8')
    assert.ok(after.replace('@acme/files@3.0.0', before.includes('files@2.1.0') ? '@acme/files@2.1.0' : '@acme/files') === before, after)
    const files = (await read()).find((entry) => entry.name === 'files')
    assert.ok(files !== undefined && 'args' in files.launch && files.launch.args.includes('@acme/files@3.0.0'))
  })
}

test('every client has a fixture, and every notation', () => {
  assert.deepEqual(new Set(Object.values(FIXTURES).map(({ client }) => client)), new Set(CLIENTS.map(({ name }) => name)))
})

test('all fixtures of a project together are one launch each', async (t) => {
  const texts: [string, string][] = []
  for (const [name, { place, user }] of Object.entries(FIXTURES))
    if (user !== true) texts.push([place, await readFile(new URL(`fixtures/clients/${name}`, import.meta.url), 'utf8')])
  const root = await project(t, Object.fromEntries(texts))
  const { servers, conflicts } = mergeEntries(await readConfigs(root, PROJECT_FILES, 'win32'))
  assert.deepEqual([...conflicts.keys()], [])
  assert.deepEqual([...servers.keys()], ['files', 'search', 'local', 'script'])
  assert.ok((servers.get('script')?.entries.length ?? 0) >= 11)
})

test('a shared file is read once, and who reads it otherwise is named', async (t) => {
  const servers = { a: { command: 'node', args: ['${A}'] }, b: { command: 'node', args: ['b.mjs'] }, c: { type: 'local', command: 'node' } }
  const root = await project(t, {
    '.mcp.json': JSON.stringify({ mcpServers: servers, servers: { d: { command: 'node', args: ['${env:D}'] } } }),
  })
  const entries = await readConfigs(root, PROJECT_FILES, 'linux')
  assert.deepEqual(
    entries.map(({ name, client, differing }) => [name, client, differing]),
    [
      ['a', 'Claude Code, Copilot CLI', ['VS Code']],
      ['b', 'Claude Code, VS Code, Copilot CLI', []],
      ['c', 'Copilot CLI', []],
      ['d', 'Visual Studio', []],
    ],
  )
  await writeFile(join(root, '.mcp.json'), JSON.stringify({ a: { command: 'node' }, unrelated: 5 }))
  assert.deepEqual(
    (await readConfigs(root, PROJECT_FILES, 'linux')).map(({ name, client }) => [name, client]),
    [['a', 'VS Code']],
  )
})

const YAML_FAULTS: readonly (readonly [string, string, RegExp])[] = [
  [
    'a duplicate key',
    'mcpServers:\n  - name: a\n    name: b\n',
    /^\.continue\/mcpServers\/x\.yaml:3:5: malformed YAML: map keys must be unique$/,
  ],
  ['one that is a number once', 'mcpServers:\n  - 1: a\n    "1": b\n', /x\.yaml:3:5: malformed YAML: map keys must be unique$/],
  ['an alias for a key', 'x: &x command\nmcpServers:\n  - {command: a, *x : b}\n', /malformed YAML: expected a name as a key$/],
  ['a great many keys', `${Array.from({ length: 10_000 }, (_, i) => `k${i}: 1\n`).join('')}k7: 1\n`, /:10001:1: .*keys must be unique$/],
  ['more than the parser can take in good time', '!a '.repeat(1024 * 1024), /:1:1: malformed YAML: expected at most 131072 characters$/],
  [
    'a great many values out of a few lines',
    `a: &a [${'1,'.repeat(20_000)}]\nb: [${'*a,'.repeat(90)}]\n`,
    /x\.yaml: more than 1000000 values$/,
  ],
  ['a syntax error', 'mcpServers: [\n', /^\.continue\/mcpServers\/x\.yaml:2:1: malformed YAML/],
  ['an alias to nowhere', 'mcpServers: *x\n', /malformed YAML: unresolved alias/],
  [
    'aliases without measure',
    `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(50)}]\nc: [${'*b,'.repeat(50)}]\n`,
    /excessive alias count/,
  ],
  ['an endless alias', 'a: &a [*a]\n', /malformed YAML/],
  ['two documents', 'a: 1\n---\nb: 2\n', /malformed YAML/],
  ['depth', `a: ${'['.repeat(20_000)}`, /malformed YAML/],
  ['no map', '- a\n', /expected an object, got an array$/],
  ['an entry without a name', 'mcpServers:\n  - command: x\n', /\/mcpServers\/0\/name: expected a string, got nothing$/],
  ['a `__proto__`', 'mcpServers:\n  - __proto__: 1\n', /__proto__/],
  [
    'a merge key stays a key',
    'x: &x {command: evil}\nmcpServers:\n  - {name: a, <<: *x}\n',
    /\/mcpServers\/0\/command: expected a string, got nothing$/,
  ],
]

for (const [name, text, message] of YAML_FAULTS) {
  test(`a malformed YAML config: ${name}`, async (t) => {
    const root = await project(t, { '.continue/mcpServers/x.yaml': text })
    await assert.rejects(readConfigs(root, PROJECT_FILES, 'linux'), { code: 'CONFIG_INVALID', message })
  })
}

test('a folder of configs is read in the order of its names, and other files in it are not', async (t) => {
  const server = (name: string): string => `mcpServers:\n  - name: ${name}\n    command: node\n`
  const folder = '.continue/mcpServers'
  const root = await project(t, {
    [`${folder}/b.yaml`]: server('b'),
    [`${folder}/a.yaml`]: server('a'),
    [`${folder}/c.yml`]: server('c'),
    [`${folder}/d.txt`]: 'x',
  })
  const entries = await readConfigs(root, PROJECT_FILES, 'linux')
  assert.deepEqual(
    entries.map(({ file, name }) => [basename(file), name]),
    [
      ['a.yaml', 'a'],
      ['b.yaml', 'b'],
      ['c.yml', 'c'],
    ],
  )
})

test('versions in the words of older and rarer shapes', async (t) => {
  const zed = { context_servers: { a: { source: 'custom', command: { path: 'npx', args: ['-y', 'pkg'], env: {} } } } }
  const root = await project(t, {
    '.zed/settings.json': JSON.stringify(zed),
    '.continue/mcpServers/x.yaml':
      "mcpServers:\r\n- {name: b, command: npx, args: [-y, 'pkg', pkg]} # pkg\r\n- name: c\r\n  command: npx\r\n  args:\r\n  - pkg\r\n",
    'opencode.json': '{"mcp": {"d": {"type": "local", "command": ["npx", "--package=pkg", "pkg"]}}}',
  })
  const read = () => readConfigs(root, PROJECT_FILES, 'linux')
  const versions = new Map(['a', 'b', 'c', 'd'].map((name) => [name, '1.2.3']))
  assert.equal((await editConfigs(await read(), withVersions(versions))).length, 3)
  assert.equal(await readFile(join(root, '.zed/settings.json'), 'utf8'), JSON.stringify(zed).replace('"pkg"', '"pkg@1.2.3"'))
  assert.equal(
    await readFile(join(root, '.continue/mcpServers/x.yaml'), 'utf8'),
    "mcpServers:\r\n- {name: b, command: npx, args: [-y, 'pkg@1.2.3', pkg]} # pkg\r\n- name: c\r\n  command: npx\r\n  args:\r\n  - pkg@1.2.3\r\n",
  )
  assert.equal(
    await readFile(join(root, 'opencode.json'), 'utf8'),
    '{"mcp": {"d": {"type": "local", "command": ["npx", "--package=pkg@1.2.3", "pkg"]}}}',
  )
})

test('what a report says of words that clients read differently', async (t) => {
  const servers = { s: { command: 'node', args: ['${A}'] }, t: { command: 'node', args: ['t.mjs'], env: { TOKEN: '${TOKEN}' } } }
  const root = await project(t, { '.mcp.json': JSON.stringify({ mcpServers: servers }) })
  const { remarks } = await configuredServers(root, [], { cwd: root, platform: 'linux', env: {} })
  const detail = '.mcp.json: VS Code reads it otherwise than Claude Code, Copilot CLI'
  assert.deepEqual(remarks.get('s'), [{ code: 'CLIENTS_DIFFER', subject: 'source', detail }])
  assert.deepEqual(remarks.get('t'), [])
})
