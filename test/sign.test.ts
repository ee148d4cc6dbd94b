/** `mcp-lock sign` as far as nobody is asked: which services, which identity, which words. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { identityOfToken } from '../core/identity/from-token.ts'
import { mismatches } from '../core/identity/match.ts'
import { formatLock } from '../core/lock/lockfile.ts'
import { selectIssuer, selectServices, type Need } from '../core/signing/select-services.ts'
import { parseSigningConfig, publicGoodSigning } from '../core/signing/signing-config.ts'
import { lockOf, pinOf } from './pins.ts'
import { exits, run, temporary, writeFiles } from './world.ts'

const NOW = Date.UTC(2026, 10, 26)
const KEYLESS: Need = { certificate: true, logs: 1, timestamps: 1, logVersions: [1, 2] }

type Entry = { readonly url: string; readonly version?: number; readonly start?: string; readonly end?: string; readonly operator?: string }

function service({ url, version = 1, start = '2025-01-01T00:00:00Z', end, operator = 'one' }: Entry): object {
  return { url, majorApiVersion: version, validFor: { start, ...(end === undefined ? {} : { end }) }, operator }
}

function config(
  logs: readonly Entry[],
  rekorTlogConfig: object = { selector: 'ANY' },
  timestamps: readonly Entry[] = [{ url: 'https://tsa.test/x' }],
): string {
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service({ url: 'https://ca.test' })],
    oidcUrls: [service({ url: 'https://oidc.test' })],
    rekorTlogUrls: logs.map(service),
    rekorTlogConfig,
    tsaUrls: timestamps.map(service),
    tsaConfig: { selector: 'ANY' },
  })
}

function logsOf(text: string, need = KEYLESS): string[] {
  return selectServices(parseSigningConfig(text), need, NOW).logs.map(({ url, version }) => `${url.host} v${version}`)
}

test('the public good instance: Rekor v1 and a timestamp authority', () => {
  const { authority, logs, timestamps } = selectServices(publicGoodSigning(), KEYLESS, NOW)
  assert.equal(authority?.url.href, 'https://fulcio.sigstore.dev/')
  assert.deepEqual(
    [...logs, ...timestamps].map(({ url }) => url.href),
    ['https://rekor.sigstore.dev/', 'https://timestamp.sigstore.dev/api/v1/timestamp'],
  )
  assert.equal(selectIssuer(publicGoodSigning(), NOW), 'https://oauth2.sigstore.dev/auth')
})

test('of the services that are valid now, the highest version, then the newest; one of each operator', () => {
  const [old, recent, future] = ['2021-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z']
  const v1 = { url: 'https://v1.test', start: recent }
  const v2 = { url: 'https://v2.test', version: 2, start: old }
  const all = { selector: 'ALL' }
  assert.deepEqual(logsOf(config([v1, v2])), ['v2.test v2'])
  assert.deepEqual(logsOf(config([v1, { ...v2, start: future }])), ['v1.test v1'])
  assert.deepEqual(logsOf(config([v1, { ...v2, end: recent }])), ['v1.test v1'])
  assert.deepEqual(logsOf(config([v1, { ...v2, version: 3 }])), ['v1.test v1'])
  assert.deepEqual(
    logsOf(
      config([
        { ...v2, url: 'https://older.test' },
        { ...v2, start: recent },
      ]),
    ),
    ['v2.test v2'],
  )
  assert.deepEqual(logsOf(config([v1, v2], all)), ['v2.test v2'])
  assert.deepEqual(logsOf(config([v1, { ...v2, operator: 'two' }], all)), ['v2.test v2', 'v1.test v1'])
  assert.deepEqual(logsOf(config([v1, { ...v2, operator: 'two' }], { selector: 'EXACT', count: 2 })), ['v2.test v2', 'v1.test v1'])
  assert.deepEqual(logsOf(config([v1, v2]), { ...KEYLESS, logVersions: [1] }), ['v1.test v1'])
})

test('what would not make a signature that verifies is refused', () => {
  const [v1, v2] = [{ url: 'https://v1.test' }, { url: 'https://v2.test', version: 2 }]
  const three = ['a', 'b', 'c'].map((operator) => ({ ...v1, operator }))
  const cases: readonly (readonly [text: string, need?: Need])[] = [
    [config([])],
    [config([{ ...v1, end: '2026-01-01T00:00:00Z' }])],
    [config([v2], { selector: 'ANY' }, [])],
    [config([v1], { selector: 'EXACT', count: 2 })],
    [config(three, { selector: 'ALL' })],
    [config([v1]), { ...KEYLESS, logs: 2 }],
    [config([v1]), { ...KEYLESS, timestamps: 3 }],
    [config([v2]), { ...KEYLESS, logVersions: [1] }],
    [config([v1]).replace('caUrls', 'otherUrls')],
  ]
  for (const [text, need] of cases) assert.throws(() => logsOf(text, need), isInvalid, text)
})

test('a signing config v0.1 names addresses alone', () => {
  const text = JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.1+json',
    caUrl: 'https://ca.test',
    oidcUrl: 'https://oidc.test/auth',
    tlogUrls: ['https://log.test'],
    tsaUrls: ['https://tsa.test'],
  })
  assert.deepEqual(logsOf(text), ['log.test v1'])
  assert.equal(selectIssuer(parseSigningConfig(text), NOW), 'https://oidc.test/auth')
})

test('a malformed signing config is a typed error', () => {
  const good = config([{ url: 'https://v1.test' }])
  const changes: readonly (readonly [from: string, to: string])[] = [
    ['signingconfig.v0.2', 'signingconfig.v0.9'],
    ['"majorApiVersion":1', '"majorApiVersion":"1"'],
    ['"majorApiVersion":1', '"majorApiVersion":0'],
    ['"start":"2025-01-01T00:00:00Z"', '"begin":"x"'],
    ['"start":"2025-01-01T00:00:00Z"', '"start":"yesterday"'],
    ['https://v1.test', 'file:///etc/passwd'],
    ['https://v1.test', 'https://user:pass@v1.test'],
    ['https://v1.test', 'https://v1.test?x=1'],
    ['https://v1.test', 'v1.test'],
    ['"selector":"ANY"', '"selector":"SOME"'],
    ['"selector":"ANY"', '"selector":"EXACT"'],
    ['"caUrls":[', '"caUrls":{"a":['],
    ['{', '[{'],
  ]
  for (const [from, to] of changes) {
    assert.ok(good.includes(from))
    assert.throws(() => parseSigningConfig(good.replace(from, to)), isInvalid, to)
  }
  for (const text of ['', '[]', 'null', '{}', `{"a":"${'x'.repeat(300_000)}"}`, '['.repeat(9_000)])
    assert.throws(() => parseSigningConfig(text), isInvalid)
})

function isInvalid(error: unknown): boolean {
  return error instanceof LockError && error.code === 'SIGNING_CONFIG_INVALID'
}

test('the identity that a certificate will name', () => {
  const iss = 'https://issuer.test'
  const called = 'acme/ci/.github/workflows/sign.yml@refs/tags/v1'
  const github = {
    iss,
    sub: 'repo:acme/tools',
    job_workflow_ref: called,
    workflow_ref: 'acme/tools/.github/workflows/lock.yml@refs/heads/main',
    repository: 'acme/tools',
    repository_id: '42',
    ref: 'refs/heads/main',
  }
  const signer = { github: 'acme/tools', workflow: '.github/workflows/lock.yml', ref: 'refs/heads/main', issuer: iss }
  const reusable = { ...signer, signerWorkflow: `https://github.com/${called}` }
  assert.deepEqual(mismatches(reusable, identityOfToken(github, [])), [])
  assert.equal(mismatches(signer, identityOfToken(github, []))[0]?.claim, 'subject')
  // Another GitHub is known by its issuer.
  const own = { ...signer, server: 'https://github.acme.test', signerWorkflow: `https://github.acme.test/${called}` }
  assert.deepEqual(mismatches(own, identityOfToken(github, [own])), [])

  const subjects: readonly (readonly [claims: { readonly [name: string]: string | boolean }, subject: string, repository?: string])[] = [
    [{ sub: 'a', email: 'dev@example.com', email_verified: true }, 'dev@example.com'],
    [{ sub: 'spiffe://acme/x' }, 'spiffe://acme/x'],
    [
      { ci_config_ref_uri: 'git.acme.test/a/b//.gitlab-ci.yml@refs/heads/main', project_path: 'a/b' },
      'https://git.acme.test/a/b//.gitlab-ci.yml@refs/heads/main',
      'https://git.acme.test/a/b',
    ],
    [{ organization_slug: 'acme', pipeline_slug: 'tools' }, 'https://buildkite.com/acme/tools'],
    [
      {
        'oidc.circleci.com/project-id': 'p',
        'oidc.circleci.com/pipeline-definition-id': 'd',
        'oidc.circleci.com/vcs-origin': 'https://github.com/a/b',
      },
      'https://circleci.com/api/v2/projects/p/pipeline-definitions/d',
      'https://github.com/a/b',
    ],
  ]
  for (const [claims, subject, repository] of subjects) {
    const identity = identityOfToken({ iss, ...claims }, [])
    assert.deepEqual([identity.issuer, identity.subject, identity.claims.sourceRepositoryUri], [iss, subject, repository])
  }
  assert.equal(identityOfToken({ iss, email: 'a@b', federated_claims: { connector_id: 'https://up.test' } }, []).issuer, 'https://up.test')
})

test('--help teaches, and contradictions are refused', async (t) => {
  const folder = await temporary(t)
  const pair = generateKeyPairSync('ed25519')
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  await writeFiles(folder, {
    'mcp.lock': formatLock(lockOf({ notes: pinOf('Keeps notes.') })),
    'mcp-lock.yaml': JSON.stringify({ repository: 'https://github.com/acme/tools', signers: [{ key: pem }] }),
    'key.pem': pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  })
  exits(await run(folder, ['sign', '--help']), 0, /mcp-lock sign --key key\.pem/, /id-token: write/, /--key-command/)
  exits(await run(folder, ['sign', 'notes']), 2)
  exits(await run(folder, ['sign', '--key-command', 'kms']), 2, /USAGE.*--key PUBLIC\.pem/)
  exits(await run(folder, ['sign', '--repository', 'https://github.com/acme/other', '--key', 'key.pem']), 2, /USAGE.*--repository/)
  exits(await run(folder, ['sign', '--global']), 2, /USAGE.*bound to a repository/)
  exits(
    await run(folder, ['sign', '--yes'], { answers: [] }),
    2,
    /USAGE.*keys alone.*`mcp-lock sign --key FILE`.*\n {2}see `mcp-lock sign --help`/,
  )
  await writeFiles(folder, { 'none/mcp.lock': formatLock(lockOf({ notes: pinOf('Keeps notes.') })), 'none/mcp-lock.yaml': '{}' })
  exits(await run(join(folder, 'none'), ['sign', '--yes']), 2, /IDENTITY_TOKEN_MISSING.*SIGSTORE_ID_TOKEN/)
  exits(await run(folder, ['sign', '--key', 'key.pem', '--repository', 'https://github.com/acme/tools']), 0, /nothing becomes public/)
  exits(await run(folder, ['sign', '--key', 'key.pem']), 0, /nothing to do/)
})
