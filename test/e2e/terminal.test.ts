/** Questions at a terminal: Python opens one. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../documents.ts'
import { temporary } from '../world.ts'

/** Types keys whenever a text is there, and prints what stood on the terminal, with the exit status. */
const TERMINAL = `
import os, pty, sys
awaited, keys = sys.argv[1].encode(), bytes.fromhex(sys.argv[2])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
seen = b''
if not awaited:
    os.write(terminal, keys)
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    if awaited and (seen + data).count(awaited) > seen.count(awaited):
        os.write(terminal, keys)
    seen += data
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.stdout.buffer.write(seen + b'\\nexit %d' % status)
`
const python = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0 ? 'python3' : null
const skip = python === null && 'no python3 with terminals here'

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const CTRL_U = '\u0015'
const BACKSPACE = '\u007f'

/** What stood on the terminal where a program ran, as plain lines. */
async function printed(awaited: string, keys: string, program: readonly string[], cwd: string): Promise<string> {
  const words = ['-c', TERMINAL, awaited, Buffer.from(keys).toString('hex'), process.execPath, ...program]
  const seen = await new Promise<string>((resolve) => execFile(python ?? '', words, { cwd }, (_, stdout) => resolve(stdout)))
  return seen.replaceAll(/\r/g, '').replaceAll(/\u001b\[\d*[A-Za-z]/g, '')
}

const CASES = [
  { title: 'Ctrl-C at a question interrupts', awaited: '[y/N]', keys: CTRL_C, said: /\n ?mcp-lock: INTERRUPTED: [^]*exit 130$/ },
  { title: 'the end of input at a question is a no', awaited: '[y/N]', keys: CTRL_D, said: /\n ?mcp-lock: DECLINED: [^]*exit 1$/ },
  { title: 'so is one before the question', awaited: '', keys: CTRL_D, said: /mcp-lock: DECLINED: [^]*exit 1$/ },
] as const

for (const { title, awaited, keys, said } of CASES) {
  test(title, { skip }, async (t) => {
    const folder = await temporary(t)
    await writeFile(join(folder, '.mcp.json'), '{"mcpServers":{"one":{"command":"node","args":["one.mjs"]}}}')
    await writeFile(join(folder, 'one.mjs'), '')
    assert.match(await printed(awaited, keys, [join(ROOT, 'cli/start.ts'), 'pin'], folder), said)
  })
}

const moduleText = (file: string): string => JSON.stringify(pathToFileURL(join(ROOT, file)).href)

/** Asks for two passphrases and says what they were, each letter as its code. */
const ASKS_HIDDEN = `
import { processWorld } from ${moduleText('cli/world/world.ts')}
const { terminal } = processWorld(new AbortController().signal)
try {
  for (const name of ['first', 'second']) console.log('got', ...[...(await terminal.askHidden(name + ' passphrase: '))].map((letter) => letter.codePointAt(0)))
} catch (error) {
  console.log(error.code)
}`
const codes = (text: string): string => Array.from(text, (letter) => letter.codePointAt(0)).join(' ')

const HIDDEN = [
  {
    title: 'is not shown',
    keys: 'sésame\r',
    said: `first passphrase: \ngot ${codes('sésame')}\nsecond passphrase: \ngot ${codes('sésame')}\n`,
  },
  { title: 'can be corrected', keys: `wrong${CTRL_U}sessa${BACKSPACE}${BACKSPACE}ame\r`, said: `\ngot ${codes('sesame')}\nsecond` },
  { title: 'ends with the input', keys: CTRL_D, said: 'first passphrase: \ngot\n' },
  { title: 'is interrupted by Ctrl-C', keys: `sesame${CTRL_C}`, said: 'first passphrase: \nINTERRUPTED\n\nexit 0' },
]
for (const { title, keys, said } of HIDDEN) {
  test(`a passphrase ${title}`, { skip }, async (t) => {
    const program = ['--input-type=module', '-e', ASKS_HIDDEN]
    const seen = await printed('passphrase: ', keys, program, await temporary(t))
    assert.ok(seen.includes(said), seen)
    assert.doesNotMatch(seen, /s[eé]s|same|wrong/)
  })
}

/** Signs in at a provider that lets one wait for ever, and says how that ends. */
const SIGNS_IN = `
import { identityToken } from ${moduleText('cli/login/token-source.ts')}
import { processWorld } from ${moduleText('cli/world/world.ts')}
import { startSigstore } from ${moduleText('test/sigstore/sigstore.ts')}
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())
const sigstore = await startSigstore()
let asked = 0
sigstore.disturb('user', (honest) => ++asked <= 2 ? honest() : 'hang')
const world = processWorld(interrupted.signal)
const { issuer } = sigstore.issuers.user
const wishes = { tokenFile: null, issuer, clientId: 'sigstore' }
await identityToken(wishes, { ...world, env: { BROWSER: 'none' } }).catch((error) => console.log(error.code))
await sigstore[Symbol.asyncDispose]()`

test('Ctrl-C ends a sign-in', { skip }, async (t) => {
  const seen = await printed('with the code', CTRL_C, ['--input-type=module', '-e', SIGNS_IN], await temporary(t))
  assert.match(seen, /with the code ABCD-EFGH\n(?:\^C)?INTERRUPTED\n\nexit 0$/)
})
