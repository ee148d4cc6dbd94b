/** Questions at a terminal: Python opens one. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../documents.ts'
import { temporary } from '../world.ts'

/** Types a key as soon as a text is there, and prints what stood on the terminal, with the exit status. */
const TERMINAL = `
import os, pty, sys
awaited, key = sys.argv[1].encode(), bytes([int(sys.argv[2])])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
seen = b''
if not awaited:
    os.write(terminal, key)
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    if awaited and awaited not in seen and awaited in seen + data:
        os.write(terminal, key)
    seen += data
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.stdout.buffer.write(seen + b'\\nexit %d' % status)
`
const python = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0 ? 'python3' : null
const skip = python === null && 'no python3 with terminals here'

const CASES = [
  { title: 'Ctrl-C at a question interrupts', awaited: '[y/N]', key: 3, said: /\n ?mcp-lock: INTERRUPTED: [^]*exit 130$/ },
  { title: 'the end of input at a question is a no', awaited: '[y/N]', key: 4, said: /\n ?mcp-lock: DECLINED: [^]*exit 1$/ },
  { title: 'so is one before the question', awaited: '', key: 4, said: /mcp-lock: DECLINED: [^]*exit 1$/ },
] as const

for (const { title, awaited, key, said } of CASES) {
  test(title, { skip }, async (t) => {
    const folder = await temporary(t)
    await writeFile(join(folder, '.mcp.json'), '{"mcpServers":{"one":{"command":"node","args":["one.mjs"]}}}')
    await writeFile(join(folder, 'one.mjs'), '')
    const words = ['-c', TERMINAL, awaited, `${key}`, process.execPath, join(ROOT, 'cli/start.ts'), 'pin']
    const printed = await new Promise<string>((resolve) => execFile(python ?? '', words, { cwd: folder }, (_, stdout) => resolve(stdout)))
    assert.match(printed.replaceAll(/\r/g, '').replaceAll(/\u001b\[\d*[A-Za-z]/g, ''), said)
  })
}
