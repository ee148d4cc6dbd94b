/** The client of the sigstore-conformance suite signs, on the loopback, and verifies what it signed. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { parseBundle } from '../../core/signing/index.ts'
import { startSigstore } from '../sigstore/sigstore.ts'
import { temporary, writeFiles } from '../world.ts'

const CLIENT = join(import.meta.dirname, '../conformance-client')
const ARTIFACT = 'an artifact\n'

for (const rekor of [1, 2] as const) {
  for (const isStatement of [false, true]) {
    test(`Rekor v${rekor}, ${isStatement ? 'a statement' : 'a file'}`, { skip: process.platform === 'win32' }, async (t) => {
      await using sigstore = await startSigstore()
      const folder = await temporary(t)
      const sha256 = createHash('sha256').update(ARTIFACT).digest('hex')
      const statement = {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'a.txt', digest: { sha256 } }],
        predicateType: 'https://example.com/p',
        predicate: {},
      }
      await writeFiles(folder, {
        'a.txt': ARTIFACT,
        'statement.json': JSON.stringify(statement),
        'root.json': JSON.stringify(sigstore.trustedRoot),
        'config.json': JSON.stringify(sigstore.signingConfig({ rekor, tsa: true })),
      })
      const client = (...words: string[]) => promisify(execFile)(CLIENT, words, { cwd: folder })
      const [flags, file] = isStatement ? [['--in-toto'], 'statement.json'] : [[], 'a.txt']
      const token = sigstore.issuers.user.token()
      const root = ['--trusted-root', 'root.json']
      await client(
        'sign-bundle',
        ...flags,
        '--identity-token',
        token,
        '--bundle',
        'b.json',
        ...root,
        '--signing-config',
        'config.json',
        file,
      )
      const { bundle, version } = parseBundle(await readFile(join(folder, 'b.json'), 'utf8'))
      assert.deepEqual([version, bundle.content.$case], ['0.3', isStatement ? 'dsseEnvelope' : 'messageSignature'])
      const identity = ['--certificate-identity', 'dev@example.com', '--certificate-oidc-issuer', sigstore.issuers.user.issuer]
      const verify = (artifact: string) => client('verify-bundle', '--bundle', 'b.json', ...identity, ...root, artifact)
      await verify('a.txt')
      await verify(`sha256:${sha256}`)
      await assert.rejects(verify('config.json'), { code: 1 })
    })
  }
}
