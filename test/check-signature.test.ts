/** `verify`: the signature of a lock, without a trust base. */
import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
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
  const here = ['--repository', REPOSITORY]
  exits(await verified(t, byOther, '--signer', 'other.pem', ...here), 0)
  exits(await verified(t, byOther, '--signer', 'key.pem', ...here), 4, /SIGNER_UNTRUSTED/)
  exits(await verified(t, { 'mcp-lock.yaml': POLICY, [BUNDLE]: signed() }, '--signer', 'other.pem', ...here), 4, /SIGNER_UNTRUSTED/)
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
  exits(await run(folder, ['verify', '--offline']), 4, /BUNDLE_INVALID.*no regular file/)
  await rm(join(folder, BUNDLE), { recursive: true })
  for (const bytes of [Buffer.alloc(1024 * 1024, ' '), Buffer.of(0xff)]) {
    await writeFile(join(folder, BUNDLE), bytes)
    exits(await run(folder, ['verify', '--offline']), 4, /BUNDLE_INVALID/)
    exits(await run(folder, ['verify', '--offline', '--require-signature']), 4, /BUNDLE_INVALID/)
  }
  const root = { 'mcp-lock.yaml': `${POLICY}sigstore: { trustedRoot: gone.json }\n`, [BUNDLE]: signed() }
  exits(await verified(t, root), 2, /no trusted root `gone\.json`/)
  exits(await verified(t, { ...root, 'gone.json': '{}' }), 4, /TRUSTED_ROOT_INVALID.*gone\.json/)
  exits(
    await verified(t, { 'mcp-lock.yaml': POLICY, [BUNDLE]: signed(), 'root.json': '{}' }, '--trusted-root', 'root.json'),
    4,
    /TRUSTED_ROOT_INVALID/,
  )
})

test('run starts nothing of a lock that is not signed as the policy demands', async (t) => {
  const folder = await temporary(t)
  const lock = formatLock(lockOf({ notes: pinOf('a', 'true') }))
  await writeFiles(folder, { 'mcp.lock': lock, '.mcp.json': '{"mcpServers": {"notes": {"command": "true"}}}' })
  exits(await run(folder, ['run', 'notes']), 0, /"command":"true"/)
  await writeFiles(folder, { 'mcp-lock.yaml': POLICY })
  const refused = exits(
    await run(folder, ['run', 'notes']),
    4,
    /`notes` cannot be trusted.*not started\n {2}signature: unsigned\n.*mcp-lock sign/,
  )
  assert.equal(refused.stdout, '')
  await writeFiles(folder, { [BUNDLE]: signedBundle(lock, POLICY, OTHER) })
  exits(await run(folder, ['run', 'notes']), 4, /signature: signed by somebody else: .*sha256:/)
  await writeFiles(folder, { [BUNDLE]: signedBundle(LOCK, POLICY, KEY) })
  exits(await run(folder, ['run', 'notes']), 4, /a signature of another file/)
  await writeFiles(folder, { [BUNDLE]: signedBundle(lock, POLICY, KEY) })
  exits(await run(folder, ['run', 'notes']), 0, /"command":"true"/)
})

test('every format says which file it is about, and servers are untrusted', async (t) => {
  const lock = formatLock(lockOf({ notes: pinOf('a', 'true') }))
  const files = {
    'mcp.lock': lock,
    '.mcp.json': '{"mcpServers": {"notes": {"command": "true"}}}',
    'mcp-lock.yaml': POLICY,
  }
  const bad = { ...files, [BUNDLE]: signedBundle(lock, POLICY, OTHER) }
  exits(
    await verified(t, bad),
    4,
    /– notes +untrusted/,
    /signature: signed by somebody else \(SIGNER_UNTRUSTED\)/,
    /→ if the signer is right/,
  )
  exits(
    await verified(t, bad, '--format', 'github'),
    4,
    /^::error file=mcp\.lock\.sigstore\.json,line=1,title=signed by somebody else::signature/m,
  )
  exits(await verified(t, files, '--format', 'github'), 4, /^::error file=mcp\.lock,line=1,title=unsigned::/m)
  exits(
    await verified(t, bad, '--format', 'junit'),
    4,
    /<testcase[^>]*name="the lock"[^]*signed by somebody else/,
    /<testcase name="notes"[^>]*>\s*<skipped message="untrusted"/,
  )
  exits(await verified(t, bad, '--format', 'markdown'), 4, /\*\*`signature`\*\* signed by somebody else/)
  const { stdout: sarif } = exits(await verified(t, bad, '--format', 'sarif'), 4)
  const [{ results }] = (JSON.parse(sarif) as { runs: [{ results: { ruleId: string; locations: unknown }[] }] }).runs
  const result = results.find(({ ruleId }) => ruleId === 'SIGNER_UNTRUSTED')
  assert.match(JSON.stringify(result?.locations), /"uri":"mcp\.lock\.sigstore\.json"/)
  const { stdout: json } = exits(await verified(t, bad, '--format', 'json'), 4)
  const [found] = (JSON.parse(json) as { locks: { servers: { notes: { status: string } }; findings: object[] }[] }).locks
  assert.equal(found?.servers.notes.status, 'untrusted')
  assert.partialDeepStrictEqual(found.findings, [{ code: 'SIGNER_UNTRUSTED', severity: 'high', subject: 'signature' }])
})
