import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../documents.ts'
import { temporary } from '../world.ts'

/** A Node of this machine that is too old; null where there is none. */
function oldNode(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  for (const folder of folders) {
    try {
      const program = join(folder, 'node')
      const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' })) ?? []
      if (Number(major) < 24 || (Number(major) === 24 && Number(minor) < 15)) return program
    } catch {
      // There is none in this folder.
    }
  }
  return null
}

const old = oldNode()

test('an old Node is told what is needed, what it is and what to type', { skip: old === null && 'no old Node here' }, async (t) => {
  const folder = await temporary(t)
  await mkdir(join(folder, 'cli'))
  // What the others need is not there: nothing of it is loaded by an old Node.
  for (const file of ['cli/bin.cjs', 'cli/old-node.cjs']) await copyFile(join(ROOT, file), join(folder, file))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const ran = await new Promise<{ readonly status: unknown; readonly stderr: string }>((resolve) =>
    execFile(old ?? '', [join(folder, 'cli/bin.cjs'), 'verify', '--offline'], (error, _, stderr) =>
      resolve({ status: error?.code, stderr }),
    ),
  )
  assert.equal(ran.status, 2)
  const [first, second] = ran.stderr.split('\n')
  assert.match(first ?? '', /^mcp-lock needs Node 24\.15 or newer, this is \d+\.\d+\.\d+$/)
  assert.equal(second?.trim(), 'npx -y -p node@24 -p mcp-lock mcp-lock verify --offline')
})
