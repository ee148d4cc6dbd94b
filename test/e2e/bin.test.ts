import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chown, copyFile, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { ROOT } from '../documents.ts'
import { temporary } from '../world.ts'

const run = promisify(execFile)
const windows = process.platform === 'win32'

/** What is installed, with a small program in the place of ours. */
class Installed {
  readonly folder: string
  /** Of compiled code. */
  readonly kept: string

  constructor(folder: string) {
    this.folder = folder
    this.kept = join(folder, process.platform === 'darwin' ? 'Library/Caches' : 'caches', 'mcp-lock', 'compiled')
  }

  static async make(t: TestContext): Promise<Installed> {
    const installed = new Installed(await temporary(t))
    await mkdir(join(installed.folder, 'cli'))
    await mkdir(join(installed.folder, 'dist/cli'), { recursive: true })
    for (const file of ['bin.cjs', 'compiled.cjs']) await copyFile(join(ROOT, 'cli', file), join(installed.folder, 'cli', file))
    await writeFile(join(installed.folder, 'package.json'), '{"type":"module"}')
    await installed.write('one')
    return installed
  }

  /** A program that says a word of this length, from another file. */
  async write(word: string): Promise<void> {
    await writeFile(join(this.folder, 'dist/cli/program.cjs'), `console.log(require('./word.cjs').word())`)
    await writeFile(join(this.folder, 'dist/cli/word.cjs'), `exports.word = function () { return '${word}' }`)
  }

  async says(env: NodeJS.ProcessEnv = { XDG_CACHE_HOME: join(this.folder, 'caches'), HOME: this.folder }): Promise<string> {
    const { stdout } = await run(process.execPath, [join(this.folder, 'cli/bin.cjs'), 'verify'], { env, cwd: this.folder })
    return stdout.trim()
  }

  /** The files of compiled code, sorted. */
  async files(): Promise<string[]> {
    return (await readdir(this.kept)).sort().map((name) => join(this.kept, name))
  }
}

test('compiled code is kept in the user’s own folder, for each file, and read again', { skip: windows }, async (t) => {
  const installed = await Installed.make(t)
  assert.equal(await installed.says(), 'one')
  const files = await installed.files()
  assert.equal(files.length, 2)
  const before = await Promise.all(files.map((file) => stat(file)))
  for (const { mode } of before) assert.equal(mode & 0o077, 0)
  assert.equal(await installed.says(), 'one')
  assert.deepEqual(await installed.files(), files)
  for (const [i, file] of files.entries()) assert.equal((await stat(file)).ino, before[i]?.ino, 'it was written again')
})

test('compiled code of another program of the same length is not run', { skip: windows }, async (t) => {
  const installed = await Installed.make(t)
  await installed.says()
  await installed.write('two')
  assert.equal(await installed.says(), 'two')
  await installed.write('one')
  assert.equal(await installed.says(), 'one')
})

test('compiled code that was altered, cut off or is empty is made anew', { skip: windows }, async (t) => {
  const installed = await Installed.make(t)
  await installed.says()
  const [, word = ''] = await installed.files()
  const whole = await readFile(word)
  const altered = Buffer.from(whole)
  altered.write('two', whole.indexOf('one'))
  for (const bytes of [altered, whole.subarray(0, 100), Buffer.alloc(0)]) {
    await writeFile(word, bytes)
    assert.equal(await installed.says(), 'one')
    assert.equal((await readFile(word)).length, whole.length)
  }
})

test('compiled code of somebody else is not run', { skip: process.getuid?.() !== 0 && 'only root can give a file away' }, async (t) => {
  const installed = await Installed.make(t)
  await installed.says()
  const [, word = ''] = await installed.files()
  await chown(word, 12345, 12345)
  assert.equal(await installed.says(), 'one')
  assert.equal((await stat(word)).uid, 0, 'it was believed')
})

test('what is older than two months goes when something is kept', { skip: windows }, async (t) => {
  const installed = await Installed.make(t)
  const old = join(installed.kept, 'v1')
  await mkdir(old, { recursive: true })
  await writeFile(join(installed.kept, 'young'), '')
  await utimes(old, 0, 0)
  await installed.says()
  const names = (await installed.files()).map((file) => basename(file).split('-')[0])
  assert.deepEqual(names, ['program', 'word', 'young'])
})

test('where the user has no folder, none is made', { skip: windows }, async (t) => {
  const installed = await Installed.make(t)
  assert.equal(await installed.says({}), 'one')
  assert.deepEqual((await readdir(installed.folder)).sort(), ['cli', 'dist', 'package.json'])
})

test('no file of the program imports while it runs: Node would warn at each start', async () => {
  const built = join(ROOT, 'dist/cli')
  for (const file of await readdir(built)) assert.doesNotMatch(await readFile(join(built, file), 'utf8'), /\bimport\("/, file)
})
