/** What a certificate, a statement or a policy says is shown, and is nothing else there. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { sha256 } from '../core/json/digest.ts'
import type { Json } from '../core/json/json.ts'
import { parseLock } from '../core/lock/lockfile.ts'
import { formatLockStatement } from '../core/signing/statement.ts'
import { makeBundle } from './sigstore/bundle.ts'
import { utf8 } from './sigstore/der.ts'
import { REPOSITORY, SigningProject } from './signing-project.ts'

/** What a terminal, a CI runner, a page or a shell could take for something else than text. */
const HOSTILE =
  '\u001b]0;owned\u0007\u001b[2J\r\n::error file=x::owned\n##vso[task.x]y\n##[error]z\u0085\u2028\u202e' +
  '` & <img src=x onerror=1> [x](http://evil) @everyone $(touch owned) "; \' ]]> | ```\n- signers: [] # ${{ x }}\u{e0041}'
const SUBJECT = 'https://evil/`\'"<script>$(touch${IFS}owned)&;|{}[](x)::error::##vso[x]%0A%1b'

async function forged(t: TestContext, issuer = HOSTILE, claims = 17): Promise<SigningProject> {
  const project = await SigningProject.make(t)
  const { sigstore, repository } = project
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const arcs = Array.from({ length: claims }, (_, i) => i + 8).map((arc) => ({
    oid: `1.3.6.1.4.1.57264.1.${arc}`,
    value: utf8(arc === 8 ? issuer : arc === 12 ? `${REPOSITORY}${HOSTILE}` : HOSTILE),
  }))
  const certificate = sigstore.ca.issue({ publicKey: keys.publicKey, subject: { uri: SUBJECT }, claims: arcs, at: sigstore.clock() })
  const lock = readFileSync(join(repository.folder, 'mcp.lock'), 'utf8')
  const plain = HOSTILE.replaceAll(/[\0-\x1f\x7f]/g, '')
  const payload = formatLockStatement(sha256(lock).slice(7), {
    lockfileVersion: 1,
    digestScheme: 1,
    path: plain.replaceAll(/[\\/]/g, ''),
    repository: { uri: plain, id: plain },
    serial: 1,
    previous: null,
    policy: { path: plain.replaceAll(/[\\/]/g, ''), sha256: 'a'.repeat(64) },
    servers: { [HOSTILE]: Object.values(parseLock(lock).servers)[0]?.digest ?? 'mcl1:' },
    tool: { name: 'mcp-lock', version: plain },
  })
  const bundle = makeBundle(sigstore, { keys, certificate }, payload, { rekor: 1, tsa: true })
  await repository.write({ 'mcp.lock.sigstore.json': JSON.stringify(bundle) })
  return project
}

const FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'markdown']

test('in every report', async (t) => {
  const project = await forged(t)
  const { issuer } = project.sigstore.issuers.user
  const policies: readonly (readonly Json[])[] = [[{ issuer, subject: SUBJECT }], [], [{ issuer: 'https://x.example', subject: HOSTILE }]]
  for (const signers of policies) {
    await project.policy(signers)
    const lines = [
      ...FORMATS.map((format) => `verify --offline --format ${format}`),
      'show signature',
      'show signature --format json',
      'trust show',
      'run notes',
    ]
    for (const line of lines) {
      const { stdout, stderr } = await project.run(line)
      const said = stdout + stderr
      assert.doesNotMatch(said, /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]|\u{e0041}/u, line)
      assert.doesNotMatch(said, /##\w*\[/, line)
      assert.doesNotMatch(said, line.includes('github') ? /^::error file=x/m : /^\s*::/m, line)
      if (line.includes('junit')) assert.doesNotMatch(said, /<(?:img|script)/, line)
      if (line === 'show signature') assert.doesNotMatch(said, /would trust/)
    }
  }
})

test('no line to copy holds what its signer chose to look like its end', async (t) => {
  const project = await forged(t, 'https://issuer.example', 1)
  await project.policy([])
  const { stdout } = await project.run('verify --offline')
  assert.match(stdout, /SIGNER_UNTRUSTED/)
  assert.doesNotMatch(stdout, /would trust them/)
})
