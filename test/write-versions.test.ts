import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { mergeEntries } from '../cli/clients/merge.ts'
import { editConfigs } from '../cli/clients/edits/edit-configs.ts'
import { withVersions } from '../cli/clients/edits/write-versions.ts'
import { readTextFile, writeFileAtomic } from '../cli/world/files.ts'
import { allFive, claude, PLACES, project, readConfigs } from './client-projects.ts'

test('writing versions: in five formats only the token changes', async (t) => {
  const root = await allFive(t)
  const before = await texts(root)
  const entries = await readConfigs(root, [], 'win32')
  const written = await editConfigs(
    entries,
    withVersions(
      new Map([
        ['files', '2.1.0'],
        ['search', '1.0.0'],
        ['local', '1.0.0'],
      ]),
    ),
  )
  assert.deepEqual(written, ['.mcp.json', '.cursor/mcp.json', '.codex/config.toml', '.gemini/settings.json'])
  const after = await texts(root)
  for (const [path, text] of before) {
    const expected =
      path === '.codex/config.toml'
        ? text.replace("'@acme/files'", "'@acme/files@2.1.0'")
        : text.replace('"@acme/files"', '"@acme/files@2.1.0"')
    assert.equal(after.get(path), expected, path)
  }
  const { servers } = mergeEntries(await readConfigs(root, [], 'win32'))
  assert.equal(servers.get('files')?.launches.length, 1)
  assert.deepEqual(await editConfigs(await readConfigs(root, [], 'win32'), withVersions(new Map([['files', '2.1.0']]))), [])
  assert.deepEqual(
    await editConfigs(await readConfigs(root, [], 'win32'), withVersions(new Map([['files', '3.0.0']]))),
    Object.values(PLACES),
  )
  for (const entry of await readConfigs(root, [], 'win32'))
    if (entry.name === 'files') assert.ok('args' in entry.launch && entry.launch.args.includes('@acme/files@3.0.0'), entry.file)
})

async function texts(root: string): Promise<Map<string, string>> {
  return new Map(await Promise.all(Object.values(PLACES).map(async (path) => [path, await readFile(join(root, path), 'utf8')] as const)))
}

test('writing versions: the right one of several, CRLF and byte order mark kept', async (t) => {
  const text =
    '\ufeff{ "note": "pkg", // "pkg"\r\n "mcpServers": { "a": {"command": "npx", "args": ["pkg", "pkg"], "env": {"pkg": "pkg"}},\r\n "b": {"command": "npx", "args": ["-p", "pkg", "pkg"]}, "c": {"command": "npx", "args": ["--package=pkg", "pkg"]} } }\r\n'
  const root = await project(t, { '.mcp.json': text })
  assert.deepEqual(
    await editConfigs(
      await readConfigs(root, []),
      withVersions(
        new Map([
          ['a', '1.0.0'],
          ['b', '2.0.0-rc.1'],
          ['c', '3.0.0'],
        ]),
      ),
    ),
    ['.mcp.json'],
  )
  const expected = text
    .replace('["pkg", "pkg"]', '["pkg@1.0.0", "pkg"]')
    .replace('"-p", "pkg"', '"-p", "pkg@2.0.0-rc.1"')
    .replace('--package=pkg', '--package=pkg@3.0.0')
  assert.equal(await readFile(join(root, '.mcp.json'), 'utf8'), expected)
})

test('writing versions: refused where the place is not certain, and nothing is written', async (t) => {
  const root = await project(t, {
    '.continue/mcpServers/a.yaml': 'mcpServers:\n  - name: a\n    command: npx\n    args: [&token pkg]\nx: *token\n',
    '.cursor/mcp.json': claude({ b: { command: 'npx', args: ['pkg'] } }),
  })
  const entries = await readConfigs(root, [])
  const before = await readdir(root, { recursive: true })
  await assert.rejects(
    editConfigs(
      entries,
      withVersions(
        new Map([
          ['b', '1.0.0'],
          ['a', '1.0.0'],
        ]),
      ),
    ),
    { code: 'CONFIG_INVALID' },
  )
  await assert.rejects(editConfigs(entries, withVersions(new Map([['b', '1.0.0", "--evil']]))), { code: 'PACKAGE_UNUSABLE' })
  assert.equal(await readFile(join(root, '.cursor/mcp.json'), 'utf8'), claude({ b: { command: 'npx', args: ['pkg'] } }))
  await writeFile(join(root, '.cursor/mcp.json'), claude({ b: { command: 'npx', args: ['other'] } }))
  await assert.rejects(editConfigs(entries, withVersions(new Map([['b', '1.0.0']]))), { code: 'CONFIG_INVALID' })
  await writeFile(join(root, '.cursor/mcp.json'), claude({ b: { command: 'evil', args: ['pkg'] } }))
  await assert.rejects(editConfigs(entries, withVersions(new Map([['b', '1.0.0']]))), { code: 'CONFIG_INVALID' })
  assert.deepEqual(await readdir(root, { recursive: true }), before)
})

test('files: atomic, equal bytes left alone, mode kept, links refused', { skip: process.platform === 'win32' }, async (t) => {
  const root = await project(t, { a: 'old' })
  const a = join(root, 'a')
  await chmod(a, 0o640)
  const { ino } = await stat(a)
  assert.equal(await writeFileAtomic(a, 'old'), false)
  assert.equal((await stat(a)).ino, ino)
  assert.equal(await writeFileAtomic(a, 'new'), true)
  assert.equal(await readTextFile(a, 3), 'new')
  assert.equal((await stat(a)).mode & 0o777, 0o640)
  assert.notEqual((await stat(a)).ino, ino)
  await assert.rejects(readTextFile(a, 2), { code: 'FILE_UNREADABLE' })
  await symlink('a', join(root, 'link'))
  await mkdir(join(root, 'folder'))
  for (const path of ['link', 'folder', 'none/x', 'a/x'])
    await assert.rejects(writeFileAtomic(join(root, path), 'x'), { code: 'FILE_REFUSED' })
  assert.equal(await readTextFile(join(root, 'none/x'), 10), null)
  await assert.rejects(readTextFile(join(root, 'folder'), 10), { code: 'FILE_UNREADABLE' })
  await writeFile(a, Buffer.from([0xff]))
  await assert.rejects(readTextFile(a, 10), { code: 'FILE_UNREADABLE' })
  assert.deepEqual((await readdir(root)).sort(), ['a', 'folder', 'link'])
})
