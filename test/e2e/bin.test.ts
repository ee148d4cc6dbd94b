import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { ROOT } from '../documents.ts'
import { temporary } from '../world.ts'

const run = promisify(execFile)

/** What is installed, with a program that says whether its code is cached. */
async function installed(folder: string): Promise<string> {
  await mkdir(join(folder, 'cli'))
  await mkdir(join(folder, 'dist/cli'), { recursive: true })
  await copyFile(join(ROOT, 'cli/bin.cjs'), join(folder, 'cli/bin.cjs'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'dist/cli/program.cjs'), `console.log(require('node:module').getCompileCacheDir() ?? 'none')`)
  return join(folder, 'cli/bin.cjs')
}

const windows = process.platform === 'win32'

test('compiled code is kept in the user’s own folder, never in one that all users share', { skip: windows }, async (t) => {
  const folder = await temporary(t)
  const bin = await installed(folder)
  const { stdout } = await run(process.execPath, [bin], { env: { XDG_CACHE_HOME: join(folder, 'caches'), HOME: folder } })
  assert.ok(stdout.startsWith(join(folder, process.platform === 'darwin' ? 'Library/Caches' : 'caches', 'mcp-lock')), stdout)
  assert.ok((await readdir(stdout.trim())).length > 0)
})

test('where the user has no folder, none is made', { skip: windows }, async (t) => {
  const folder = await temporary(t)
  const { stdout } = await run(process.execPath, [await installed(folder)], { env: {}, cwd: folder })
  assert.equal(stdout.trim(), 'none')
  assert.deepEqual((await readdir(folder)).sort(), ['cli', 'dist', 'package.json'])
})
