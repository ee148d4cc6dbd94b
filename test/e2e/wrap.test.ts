import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { stringify } from 'yaml'
import { editConfigs } from '../../cli/clients/edits/edit-configs.ts'
import type { ServerEntry } from '../../cli/clients/dialects/entry.ts'
import { userFiles } from '../../cli/clients/locate.ts'
import { readConfigs as readPlaces } from '../../cli/clients/read.ts'
import { unwrapEntry, wrapEntry } from '../../cli/clients/edits/wrap-entry.ts'
import { wrapperOf } from '../../cli/clients/dialects/wrapper.ts'
import { FIXTURES, project, readConfigs } from '../client-projects.ts'

const LAUNCHER = ['npx', '-y', 'mcp-lock@1.2.3']

function wrap(entries: readonly ServerEntry[], launcher: readonly string[] = LAUNCHER): Promise<string[]> {
  const programs = entries.filter(({ start, wrapper }) => start.kind === 'program' && wrapper === null)
  return editConfigs(programs, (text, entry) => wrapEntry(text, entry, launcher, ['run', entry.name]))
}

function unwrap(entries: readonly ServerEntry[]): Promise<string[]> {
  return editConfigs(
    entries.filter(({ wrapper }) => wrapper !== null),
    unwrapEntry,
  )
}

/** Wraps the servers of one config and checks that it starts the same; returns its text then, and after the way back. */
async function round(t: TestContext, file: string, text: string, edit = (wrapped: string): string => wrapped): Promise<[string, string]> {
  const root = await project(t, { [file]: text })
  const path = join(root, file)
  const read = (): Promise<ServerEntry[]> => readConfigs(root, [], 'win32')
  const before = await read()
  await wrap(before)
  const wrapped = await readFile(path, 'utf8')
  const entries = await read()
  assert.deepEqual(
    entries.map(({ start, launch }) => ({ start, launch })),
    before.map(({ start, launch }) => ({ start, launch })),
  )
  for (const { start, wrapper, bridged } of entries) assert.equal(wrapper === null, start.kind === 'address' && !bridged)
  await writeFile(path, edit(wrapped))
  await unwrap(await read())
  return [wrapped, await readFile(path, 'utf8')]
}

for (const [name, { place, user }] of Object.entries(FIXTURES)) {
  test(`wrapping ${name} and back gives the same bytes, with either line end`, async (t) => {
    const original = await readFile(new URL(`../fixtures/clients/${name}`, import.meta.url), 'utf8')
    for (const text of [original, original.replaceAll('\n', '\r\n'), `\ufeff${original}`]) {
      const root = await project(t, { [place]: text })
      const read = (): Promise<ServerEntry[]> =>
        user === true ? readPlaces(root, userFiles({ HOME: root }, 'linux'), 'win32') : readConfigs(root, [], 'win32')
      const before = await read()
      assert.ok(before.some(({ start }) => start.kind === 'program'))
      await wrap(before)
      const after = await read()
      assert.deepEqual(
        after.map(({ start }) => start),
        before.map(({ start }) => start),
      )
      const programs = after.filter(({ start }) => start.kind === 'program')
      assert.ok(programs.every(({ wrapper }) => wrapper !== null))
      const wrapped = await readFile(join(root, place), 'utf8')
      assert.notEqual(wrapped, text)
      assert.deepEqual(await wrap(after), [], 'twice is once')
      assert.equal(await readFile(join(root, place), 'utf8'), wrapped)
      await unwrap(after)
      assert.equal(await readFile(join(root, place), 'utf8'), text)
    }
  })
}

const WORDS = '"-y", "mcp-lock@1.2.3", "run", "a", "--"'

test('wrapping: only the words of the launch change', async (t) => {
  const text =
    '{ "mcpServers": { // all\n  "a": { "command": "node", /* x */ "args": [\n    "./a.mjs", // the file\n  ], "env": {"K": "${K}"} } } }\n'
  const [wrapped, back] = await round(t, '.mcp.json', text)
  assert.equal(wrapped, text.replace('"node"', '"npx"').replace('"./a.mjs"', `${WORDS}, "node", "./a.mjs"`))
  assert.equal(back, text)
})

const SHAPES: { readonly [what: string]: readonly [file: string, text: string] } = {
  'no arguments': ['.mcp.json', '{"mcpServers": {"a": {"command": "prog"}}}'],
  'an empty list': ['.mcp.json', '{"mcpServers": {"a": {"command": "prog", "args": []}}}'],
  'an empty list with a space': ['.mcp.json', '{"mcpServers": {"a": {"command": "prog", "args": [ ]}}}'],
  'arguments before the command': ['.mcp.json', '{"mcpServers": {"a": {"args": ["x"], "command": "prog"}}}'],
  escapes: ['.mcp.json', '{"mcpServers": {"a": {"command": "\\u006eode", "args": ["\\u0061"]}}}'],
  'TOML without arguments': ['.codex/config.toml', '[mcp_servers.a]\ncommand = "prog" # x\nenv = {}\n'],
  'TOML, dotted': ['.codex/config.toml', "mcp_servers.a.command = 'prog'\n"],
  'TOML, inline': ['.codex/config.toml', '[mcp_servers]\na = { command = "prog" }\n'],
  'TOML, inline, arguments': ['.codex/config.toml', "[mcp_servers]\na = { command = 'node', args = ['a.mjs'] }\n"],
  'YAML, a block': [
    '.continue/mcpServers/a.yaml',
    'mcpServers:\n  - name: a\n    command: node # x\n    args:\n      - a.mjs\n      # y\n      - "b"\n',
  ],
  'YAML, a block that is not indented': ['.continue/mcpServers/a.yaml', 'mcpServers:\n- name: a\n  command: node\n  args:\n  - a.mjs\n'],
  'YAML without arguments': ['.continue/mcpServers/a.yaml', 'mcpServers:\n  - name: a\n    command: prog # x\n'],
  'YAML, the command first': ['.continue/mcpServers/a.yaml', 'mcpServers:\n  - command: prog\n    name: a\n'],
  'YAML, flow': ['.continue/mcpServers/a.yaml', 'mcpServers: [{name: a, command: prog}, {name: b, command: node, args: [x]}]\n'],
  'one list of all words': ['opencode.json', '{"mcp": {"a": {"type": "local", "command": [ "node", "a.mjs" ]}}}'],
  'one list of one word': ['opencode.json', '{"mcp": {"a": {"type": "local", "command": ["prog"]}}}'],
}

for (const [what, [file, text]] of Object.entries(SHAPES)) {
  test(`wrapping ${what}, and back`, async (t) => {
    const [wrapped, back] = await round(t, file, text)
    assert.notEqual(wrapped, text)
    assert.equal(back, text)
  })
}

test('unwrapping after other edits: they stay, in the words too', async (t) => {
  const text = '{"mcpServers": {"a": {"command": "node", "args": ["a.mjs"]}}}'
  const [, back] = await round(t, '.mcp.json', text, (wrapped) =>
    wrapped.replace('"a.mjs"', '"b.mjs", "c"').replace('{"mcpServers"', '{ "x": 1,\n"mcpServers"'),
  )
  assert.equal(back, '{ "x": 1,\n"mcpServers": {"a": {"command": "node", "args": ["b.mjs", "c"]}}}')
  const [, tidied] = await round(t, '.mcp.json', text, (wrapped) => JSON.stringify(JSON.parse(wrapped), null, 2))
  assert.equal(tidied, JSON.stringify(JSON.parse(text), null, 2))
})

test('wrapping: names that a client would expand, or that are none of ours, are refused or not ours', async (t) => {
  const root = await project(t, { '.gemini/settings.json': '{"mcpServers": {"$HOME": {"command": "prog", "args": ["x"]}}}' })
  await assert.rejects(wrap(await readConfigs(root)), { code: 'CONFIG_INVALID' })
})

/** Words as hostile as a config may have them; variables are the dialects' own matter. */
const WORD = fc.oneof(
  fc.constantFrom(
    '--',
    'run',
    '-y',
    '',
    ' ',
    '- x',
    'a: b',
    '#',
    '//',
    "it's",
    '"',
    '|',
    '*a',
    '&a',
    '!a',
    'null',
    'true',
    '~',
    '\ufeff',
    '\u2028',
    'a\nb',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => !/[\0\u007f$]/.test(text) && text.isWellFormed()),
)
const NAME = WORD.filter((name) => name !== '' && !/^(?:-|__proto__$)/.test(name))
const SERVER = fc.record({
  name: NAME,
  command: WORD.filter((word) => word.trim() !== ''),
  args: fc.option(fc.array(WORD, { maxLength: 3 }), { nil: undefined }),
})
const SERVERS = fc.uniqueArray(SERVER, { minLength: 1, maxLength: 3, selector: ({ name }) => name })

type Servers = readonly { readonly name: string; readonly command: string; readonly args?: readonly string[] | undefined }[]
const quoted = (text: string): string => JSON.stringify(text)
const WRITERS: readonly (readonly [file: string, write: (servers: Servers, style: number) => string])[] = [
  [
    '.mcp.json',
    (servers, style) => JSON.stringify({ mcpServers: Object.fromEntries(servers.map(({ name, ...rest }) => [name, rest])) }, null, style),
  ],
  [
    'opencode.json',
    (servers, style) =>
      JSON.stringify(
        { mcp: Object.fromEntries(servers.map(({ name, command, args = [] }) => [name, { type: 'local', command: [command, ...args] }])) },
        null,
        style,
      ),
  ],
  [
    '.codex/config.toml',
    (servers, style) =>
      servers
        .map(({ name, command, args }) => {
          const list =
            args === undefined
              ? []
              : [`args = [${args.map(quoted).join(style > 1 ? ', # ]\n' : ',')}${style === 3 && args.length > 0 ? ',' : ''}]`]
          const members = [`command = ${quoted(command)}`, ...list]
          const at = `mcp_servers.${quoted(name)}`
          return style === 0 ? members.map((member) => `${at}.${member}\n`).join('') : `[${at}]\n${members.toReversed().join('\n')}\n`
        })
        .join(''),
  ],
  [
    '.continue/mcpServers/a.yaml',
    (servers, style) =>
      stringify(
        { mcpServers: servers },
        {
          collectionStyle: style === 0 ? 'flow' : 'any',
          indent: Math.max(style, 1),
          indentSeq: style !== 2,
          // Words over several lines are left to whoever wrote them so.
          singleQuote: style > 1 && !JSON.stringify(servers).includes(String.raw`\n`),
          doubleQuotedMinMultiLineLength: 2 ** 20,
          lineWidth: 0,
          blockQuote: false,
        },
      ),
  ],
]

for (const [file, write] of WRITERS) {
  test(`wrapping and back gives the same bytes, whatever the words: ${file}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(SERVERS, fc.integer({ min: 0, max: 3 }), async (servers, style) => {
        const text = write(servers, style)
        const [wrapped, back] = await round(t, file, text)
        assert.notEqual(wrapped, text)
        assert.equal(back, text)
      }),
      { numRuns: 12 },
    )
  })
}

const WRAPPERS: readonly [words: string, name: string, expected: readonly [length: number, bare: boolean, floats: boolean] | null][] = [
  ['npx -y mcp-lock@1.2.3 run a -- node x', 'a', [6, false, false]],
  ['npx mcp-lock run a -- node x', 'a', [5, false, true]],
  ['npx -y mcp-lock@^1 run a', 'a', [5, true, true]],
  ['cmd /c npx -y mcp-lock@1.2.3 run a -- cmd /c npx x', 'a', [8, false, false]],
  ['npx -y -p mcp-lock@1.2.3 mcp-lock run a -- x', 'a', [8, false, false]],
  ['mcp-lock run a --global -- x', 'a', [5, false, false]],
  ['mcp-lock run b -- x', 'a', null],
  ['mcp-lock run a --', 'a', null],
  ['mcp-lock run a x', 'a', null],
  ['mcp-lock verify run a -- x', 'a', null],
  ['./mcp-lock run a -- x', 'a', null],
  ['npx -y other@1.2.3 run a -- x', 'a', null],
  ['npx -y mcp-lock@1.2.3 -p evil run a -- x', 'a', null],
  ['npx --registry http://x mcp-lock@1.2.3 run a -- x', 'a', null],
  ['npx -y -p evil mcp-lock run a -- x', 'a', null],
  ['npx -y ./mcp-lock run a -- x', 'a', null],
  ['run a -- x', 'a', null],
]

for (const [words, name, expected] of WRAPPERS) {
  test(`words of mcp-lock: ${words}`, () => {
    const found = wrapperOf(words.split(' '), name)
    assert.deepEqual(found === null ? null : [found.length, found.bare, found.floats], expected)
  })
}
