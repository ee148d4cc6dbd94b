/** `verify`: the signature of a lock, without a trust base. */
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { EMPTY_LOCK, formatLock } from '../core/lock/lockfile.ts'
import { lockOf, pinOf } from './pins.ts'
import { policyOf, REPOSITORY, signedBundle, signingKey, type Said } from './key-signature.ts'
import { exits, run, temporary, writeFiles, type Run } from './world.ts'

const KEY = signingKey()
const OTHER = signingKey()
const LOCK = formatLock(EMPTY_LOCK)
const POLICY = policyOf([KEY])
const BUNDLE = 'mcp.lock.sigstore.json'

type Files = { readonly [path: string]: string }

async function verified(t: TestContext, files: Files, ...flags: readonly string[]): Promise<Run> {
  const folder = await temporary(t)
  await writeFiles(folder, { 'mcp.lock': LOCK, 'key.pem': KEY.pem, 'other.pem': OTHER.pem, ...files })
  return run(folder, ['verify', '--offline', ...flags])
}

const signed = (said: Said = {}, key = KEY): string => signedBundle(LOCK, POLICY, key, said)

test('unsigned: only where the policy names signers, or the command line asks', async (t) => {
  exits(await verified(t, {}), 0)
  exits(await verified(t, { 'mcp-lock.yaml': POLICY }), 4, /signature: unsigned \(SIGNATURE_MISSING\)/, /mcp-lock sign/)
  exits(await verified(t, {}, '--require-signature'), 4, /SIGNATURE_MISSING/)
  exits(await verified(t, {}, '--signer', 'key.pem', '--repository', REPOSITORY), 4, /SIGNATURE_MISSING/)
  exits(await verified(t, { 'mcp-lock.yaml': `repository: ${REPOSITORY}\n` }), 0)
})

test('signed by a signer of the policy', async (t) => {
  const files = { 'mcp-lock.yaml': POLICY, [BUNDLE]: signed() }
  exits(await verified(t, files), 0)
  exits(await verified(t, files, '--require-signature', '--repository', REPOSITORY), 0)
  exits(
    await verified(t, { ...files, 'mcp-lock.yaml': policyOf([OTHER, KEY]), [BUNDLE]: signedBundle(LOCK, policyOf([OTHER, KEY]), KEY) }),
    0,
  )
})

test('each reason has a finding of its own, with what was observed and what is expected', async (t) => {
  const policy = { 'mcp-lock.yaml': POLICY }
  const cases: readonly (readonly [why: string, files: Files, ...said: RegExp[]])[] = [
    ['another key', { ...policy, [BUNDLE]: signed({}, OTHER) }, /SIGNER_UNTRUSTED/, /by the key sha256:[0-9a-f]{64}; expected sha256:/],
    [
      'another file',
      { ...policy, [BUNDLE]: signedBundle(formatLock(lockOf({ notes: pinOf('a') })), POLICY, KEY) },
      /SIGNATURE_OTHER_FILE.*it signs sha256:.*the lock is sha256:/,
    ],
    [
      'another repository',
      { ...policy, [BUNDLE]: signed({ repository: { uri: 'https://github.com/acme/fork' } }) },
      /SIGNATURE_OTHER_REPOSITORY/,
      /signed for https:\/\/github\.com\/acme\/fork, expected https:\/\/github\.com\/acme\/tools/,
    ],
    [
      'another path',
      { ...policy, [BUNDLE]: signed({ path: 'apps/web/mcp.lock' }) },
      /SIGNATURE_OTHER_PATH.*apps\/web\/mcp\.lock.*at mcp\.lock/,
    ],
    ['another policy', { 'mcp-lock.yaml': `${POLICY}minimumReleaseAge: 1 days\n`, [BUNDLE]: signed() }, /SIGNATURE_OTHER_POLICY/],
    ['no policy then', { ...policy, [BUNDLE]: signed({ policy: null }) }, /SIGNATURE_OTHER_POLICY.*with no policy/],
    ['another statement', { ...policy, [BUNDLE]: signed({ servers: { notes: `mcl1:${'a'.repeat(64)}` } }) }, /STATEMENT_INVALID/],
    ['no bundle', { ...policy, [BUNDLE]: '{}' }, /BUNDLE_INVALID/],
    ['a huge one', { ...policy, [BUNDLE]: ' '.repeat(100_000) }, /BUNDLE_INVALID/],
  ]
  for (const [why, files, ...said] of cases) {
    const { stdout } = exits(await verified(t, files), 4, ...said)
    assert.equal(stdout.match(/\([A-Z_]+\)/g)?.length, 1, `${why}: ${stdout}`)
  }
})

test('a bundle of somebody whom nobody has declared', async (t) => {
  exits(await verified(t, { [BUNDLE]: signed() }), 4, /SIGNER_UNTRUSTED/)
  exits(await verified(t, { 'mcp-lock.yaml': `repository: ${REPOSITORY}\n`, [BUNDLE]: signed() }), 4, /SIGNER_UNTRUSTED/)
})

test('--signer stands in the place of the signers of the policy', async (t) => {
  const byOther = { 'mcp-lock.yaml': POLICY, [BUNDLE]: signed({}, OTHER) }
  exits(await verified(t, byOther, '--signer', 'other.pem'), 0)
  exits(await verified(t, byOther, '--signer', 'key.pem'), 4, /SIGNER_UNTRUSTED/)
  exits(await verified(t, { 'mcp-lock.yaml': POLICY, [BUNDLE]: signed() }, '--signer', 'other.pem'), 4, /SIGNER_UNTRUSTED/)
  const elsewhere = 'https://github.com/acme/fork'
  exits(await verified(t, byOther, '--signer', 'other.pem', '--repository', elsewhere), 4, /SIGNATURE_OTHER_REPOSITORY/)
  const ofElsewhere = { [BUNDLE]: signedBundle(LOCK, null, OTHER, { repository: { uri: elsewhere } }) }
  exits(await verified(t, ofElsewhere, '--signer', 'other.pem', '--repository', elsewhere), 0)
})

test('flags that contradict each other say what to write', async (t) => {
  exits(await verified(t, {}, '--issuer', 'https://accounts.google.com'), 2, /USAGE.*--signer/)
  exits(await verified(t, {}, '--signer', 'key.pem'), 2, /--repository URL/)
  exits(await verified(t, {}, '--signer', 'me@acme.example', '--repository', REPOSITORY), 2, /--issuer URL/)
  exits(await verified(t, {}, '--signer', 'gone.pem', '--repository', REPOSITORY), 2, /FILE_UNREADABLE.*gone\.pem/)
  exits(await verified(t, {}, '--repository', 'github.com/acme/tools'), 2, /--repository https/)
})

test('what cannot be read is no signature, and nothing goes on', async (t) => {
  const folder = await temporary(t)
  await writeFiles(folder, { 'mcp.lock': LOCK, 'mcp-lock.yaml': POLICY })
  await mkdir(join(folder, BUNDLE))
  exits(await run(folder, ['verify', '--offline']), 2, /FILE_UNREADABLE.*no regular file/)
  const root = { 'mcp-lock.yaml': `${POLICY}sigstore: { trustedRoot: gone.json }\n`, [BUNDLE]: signed() }
  exits(await verified(t, root), 2, /no trusted root `gone\.json`/)
  exits(await verified(t, { ...root, 'gone.json': '{}' }), 4, /TRUSTED_ROOT_INVALID.*gone\.json/)
  exits(
    await verified(t, { 'mcp-lock.yaml': POLICY, [BUNDLE]: signed(), 'root.json': '{}' }, '--trusted-root', 'root.json'),
    4,
    /TRUSTED_ROOT_INVALID/,
  )
})
