/** What package runners were seen to start from a project in the place of the package that they are told. */
import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { checkStandIns } from '../cli/checking/stand-ins.ts'
import { project, readConfigs } from './client-projects.ts'

const CASES: readonly (readonly [line: string, file: string, text: string, shadowed: boolean])[] = [
  ['npx -y p@1.0.0', 'package.json', '{"bin": {"p@1.0.0": "x.js"}}', true],
  ['npx -y p@1.0.0', 'package.json', '\ufeff{"bin": {"a/b\\\\p@1.0.0": "x.js"}}', true],
  ['npx -y p', 'package.json', '{"name": "p", "bin": "x.js"}', true],
  ['npm exec p@1.0.0', 'package.json', '{"bin": {"p@1.0.0": "x.js"}}', true],
  ['npx -y p@1.0.0', 'package.json', '{"bin": {"p": "x.js"}}', false],
  ['npx -y p@1.0.0', 'package.json', '{"bin": null, "directories": null}', false],
  ['npx -y p@1.0.0', 'package.json', '[', false],
  ['npx -y -p p@1.0.0 p', 'package.json', '{"bin": {"p@1.0.0": "x.js"}}', false],
  ['npx -y @s/p@1.0.0', 'node_modules/.bin/@s/p@1.0.0', '', true],
  ['npx -y p', 'node_modules/.bin/p', '', true],
  ['npx -y -p p@1.0.0 p', '.npmrc', 'cache = ./cache', true],
  ['npx -y p@1.0.0', '.npmrc', '; cache=x\n//host/:_authToken=${TOKEN}\nregistry=https://h/${X}\r\n@s:registry=https://h/', false],
  ['npx -y p@1.0.0', '.npmrc', 'registry=https://h/\rnode_options=--import=./x.mjs', true],
  ['bunx p', 'node_modules/.bin/p', '', true],
  ['bunx p@1.0.0', 'node_modules/.bin/p@1.0.0', '', false],
  ['pipx run p', 'p', '', true],
  ['pipx run p==1.0', 'p==1.0', '', true],
  ['pipx run --spec p==1.0 p', 'p', '', false],
  ['uvx p', 'p', '', false],
  ['npx -y mcp-lock@0.1.0 run s -- pipx run p', 'p', '', false],
  ['npx -y mcp-lock@0.1.0 run s -- node x.js', 'node_modules/.bin/mcp-lock@0.1.0', '', true],
]

for (const cwd of [undefined, 'sub'])
  for (const [line, file, text, shadowed] of CASES) {
    test(`${line} beside ${file}: ${JSON.stringify(text)}${cwd === undefined ? '' : `, in ${cwd}`}`, async (t) => {
      const [command, ...args] = line.split(' ')
      const root = await project(t, { '.mcp.json': JSON.stringify({ mcpServers: { s: { command, args, cwd } } }) })
      const path = join(root, cwd ?? '', file)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
      const entries = await readConfigs(root)
      const codes = (await checkStandIns({ entries }, { root, workspace: root })).map(({ code }) => code)
      assert.deepEqual(codes, shadowed ? ['LAUNCH_SHADOWED'] : [])
    })
  }

test('a folder of programs is looked at within the package, and within limits', async (t) => {
  const root = await project(t, {
    '.mcp.json': '{"mcpServers": {"s": {"command": "npx", "args": ["p@1.0.0"]}}}',
    'bin/p@1.0.0': '',
    'tools/a': '',
    'links/a': '',
  })
  await symlink('../bin', join(root, 'links/b'))
  const entries = await readConfigs(root)
  for (const [bin, found] of [
    ['bin', 1],
    ['../../bin', 1],
    ['.', 1],
    ['links', 1],
    ['tools', 0],
    ['nothing', 0],
  ] as const) {
    await writeFile(join(root, 'package.json'), JSON.stringify({ directories: { bin } }))
    assert.equal((await checkStandIns({ entries }, { root, workspace: root })).length, found, bin)
  }
})

test('a dependency has its own program among the links', async (t) => {
  const root = await project(t, {
    '.mcp.json': '{"mcpServers": {"s": {"command": "npx", "args": ["p"]}}}',
    'node_modules/p/package.json': '{}',
    'node_modules/.bin/p': '',
  })
  assert.deepEqual(await checkStandIns({ entries: await readConfigs(root) }, { root, workspace: root }), [])
})

test('what carries messages to an address is a package too', async (t) => {
  const root = await project(t, {
    '.mcp.json': '{"mcpServers": {"s": {"command": "npx", "args": ["-y", "mcp-remote@0.1.15", "https://mcp.example/mcp"]}}}',
    'package.json': '{"bin": {"mcp-remote@0.1.15": "x.js"}}',
  })
  const codes = (await checkStandIns({ entries: await readConfigs(root) }, { root, workspace: root })).map(({ code }) => code)
  assert.deepEqual(codes, ['LAUNCH_SHADOWED'])
})
