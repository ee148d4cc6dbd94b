import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { inStore } from '../cli/sources/store.ts'
import type { SourceContext } from '../cli/sources/source-kind.ts'
import { temporary } from './world.ts'

const POSIX = process.platform !== 'win32'

type Store = {
  readonly tree: string
  readonly manifest: string
  readonly store: string
  /** The folder again, or why not. */
  readonly again: () => Promise<string>
  readonly installs: () => number
}

async function store(t: TestContext): Promise<Store> {
  const cache = await temporary(t)
  const context: SourceContext = {
    env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache },
    workspace: cache,
    timeout: 0,
    signal: t.signal,
    platform: process.platform,
  }
  let installs = 0
  const install = async (folder: string): Promise<void> => {
    installs++
    await mkdir(join(folder, 'node_modules/dep'), { recursive: true })
    await writeFile(join(folder, 'node_modules/dep/index.js'), 'module.exports = 1')
    await utimes(join(folder, 'node_modules/dep/index.js'), 1, 1)
    await writeFile(join(folder, 'node_modules/dep/package.json'), '{}', { mode: 0o444 })
    if (POSIX) await symlink('dep', join(folder, 'node_modules/link'))
  }
  const again = (): Promise<string> => inStore('key', context, install)
  const tree = await again()
  return { tree, manifest: join(tree, '../manifest.json'), store: join(tree, '../..'), again, installs: () => installs }
}

const DEP = 'node_modules/dep'

test('store: installed once, and found again', async (t) => {
  const { tree, again, installs, manifest } = await store(t)
  const { mtimeMs } = await stat(manifest)
  assert.equal(await again(), tree)
  assert.equal(installs(), 1)
  assert.equal((await stat(manifest)).mtimeMs, mtimeMs)
})

const ALTERATIONS: { readonly [what: string]: readonly [alter: (tree: string) => Promise<void>, said: RegExp] } = {
  'a changed file': [(tree) => writeFile(join(tree, DEP, 'index.js'), 'module.exports = 2'), /`node_modules\/dep\/index\.js` changed/],
  'a changed file with the old times': [
    async (tree) => {
      await writeFile(join(tree, DEP, 'index.js'), 'module.exports = 2')
      await utimes(join(tree, DEP, 'index.js'), 1, 1)
    },
    /index\.js` changed/,
  ],
  'a missing file': [(tree) => rm(join(tree, DEP, 'index.js')), /index\.js` missing/],
  'a missing package': [(tree) => rm(join(tree, DEP), { recursive: true }), /dep` missing.*, and|missing/],
  'added code': [(tree) => writeFile(join(tree, DEP, 'more.cjs'), ''), /more\.cjs` added/],
  'an added package': [
    async (tree) => {
      await mkdir(join(tree, DEP, 'node_modules/other'), { recursive: true })
      await writeFile(join(tree, DEP, 'node_modules/other/package.json'), '{}')
    },
    /node_modules\/other\/package\.json` added/,
  ],
  'added code without a suffix': [(tree) => writeFile(join(tree, DEP, 'more'), ''), /more` added/],
  'an added module that is compiled already': [(tree) => writeFile(join(tree, DEP, 'sitecustomize.pyc'), ''), /sitecustomize\.pyc` added/],
  'an added library': [(tree) => writeFile(join(tree, DEP, 'lib.so.1.2'), ''), /lib\.so\.1\.2` added/],
  'an added setting of Python': [(tree) => writeFile(join(tree, DEP, 'pyvenv.cfg'), ''), /pyvenv\.cfg` added/],
  'an added link': [(tree) => symlink('index.js', join(tree, DEP, 'data.txt')), /data\.txt` added/],
  'a file in the place of a link': [
    async (tree) => {
      await rm(join(tree, 'node_modules/link'))
      await writeFile(join(tree, 'node_modules/link'), '')
    },
    /link` changed/,
  ],
  'a program that was none': [(tree) => chmod(join(tree, DEP, 'index.js'), 0o755), /index\.js` changed/],
  'a manifest that is none': [(tree) => writeFile(join(tree, '../manifest.json'), '{}'), /manifest cannot be read/],
}

for (const [what, [alter, said]] of Object.entries(ALTERATIONS)) {
  test(`store: ${what} is noticed, each time`, { skip: !POSIX }, async (t) => {
    const { tree, again, installs, store: folder } = await store(t)
    await alter(tree)
    for (let round = 0; round < 2; round++)
      await assert.rejects(again(), (error: { code: string; message: string }) => {
        assert.equal(error.code, 'STORE_ALTERED')
        assert.match(error.message, said)
        assert.ok(error.message.includes(`delete \`${join(folder, 'key')}\``), error.message)
        return true
      })
    assert.equal(installs(), 1)
    await rm(join(folder, 'key'), { recursive: true })
    await again()
    assert.equal(installs(), 2)
  })
}

test('store: what a program writes beside its code is its own, in folders of its own too', async (t) => {
  const { tree, again, installs } = await store(t)
  for (const name of ['memory.jsonl', 'memory.json', '.lock', 'cache.db']) await writeFile(join(tree, DEP, name), '')
  await mkdir(join(tree, DEP, 'data'))
  await writeFile(join(tree, DEP, 'data/a.txt'), '')
  await mkdir(join(tree, DEP, '__pycache__'))
  await writeFile(join(tree, DEP, '__pycache__/a.cpython-312.pyc'), '')
  await again()
  await again()
  assert.equal(installs(), 1)
  assert.ok((await readdir(join(tree, DEP))).includes('memory.jsonl'))
  await writeFile(join(tree, DEP, 'data/index.js'), '')
  await assert.rejects(again(), /data\/index\.js` added/)
})

test('store: other times and inodes, as of a copy, are looked into once', async (t) => {
  const { tree, again, manifest } = await store(t)
  const before = await readFile(manifest, 'utf8')
  await utimes(join(tree, DEP, 'index.js'), 2, 2)
  await again()
  const after = await readFile(manifest, 'utf8')
  assert.notEqual(after, before)
  await again()
  assert.equal(await readFile(manifest, 'utf8'), after)
})

test('store: without a manifest it was never finished', async (t) => {
  const { manifest, again, installs } = await store(t)
  await rm(manifest)
  await again()
  assert.equal(installs(), 2)
})

test('store: installers at the same time leave one copy, a failed one none, and an old leftover goes', async (t) => {
  const cache = await temporary(t)
  const context: SourceContext = {
    env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache },
    workspace: cache,
    timeout: 0,
    signal: t.signal,
    platform: process.platform,
  }
  const write = (folder: string): Promise<void> => writeFile(join(folder, 'a.js'), '')
  const [first = ''] = new Set(await Promise.all([1, 2, 3, 4].map(() => inStore('same', context, write))))
  const folder = join(first, '../..')
  const failing = inStore('other', context, async (into) => {
    await write(into)
    throw new Error('no')
  })
  await assert.rejects(failing, /no/)
  assert.deepEqual(await readdir(folder), ['same'])
  await mkdir(join(folder, '.new-old'))
  await utimes(join(folder, '.new-old'), 1, 1)
  await mkdir(join(folder, '.new-now'))
  await inStore('third', context, write)
  assert.deepEqual((await readdir(folder)).sort(), ['.new-now', 'same', 'third'])
})
