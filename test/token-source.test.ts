/** Identity tokens that nobody has to sign in for: which source is taken, and what is refused of each. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { failed, login, sigstoreFor } from './login.ts'
import { altered, drop, status } from './sigstore/disturbances.ts'
import { temporary } from './world.ts'

const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: object, header: object = { alg: 'RS256' }): string => `${json(header)}.${json(claims)}.c2lnbmF0dXJl`
const NOW = Date.UTC(2026, 10, 26)
const GOOD = { iss: 'https://issuer.test', sub: 'me', aud: 'sigstore', exp: NOW / 1_000 + 600 }

const fromVariable = (token: string) => login({}, { env: { SIGSTORE_ID_TOKEN: token }, now: () => NOW }, [token])

test('what is named comes before what is found', async (t) => {
  const { issuers } = await sigstoreFor(t)
  const cwd = await temporary(t)
  await writeFile(join(cwd, 'token'), `\n ${issuers.user.token({ sub: 'file' })} \r\n`)
  const actions = { ...issuers.ci.actionsEnvironment(), GITHUB_ACTIONS: 'true', CI: 'true' }
  const env = { ...actions, SIGSTORE_ID_TOKEN: `${issuers.user.token({ sub: 'variable' })}\n` }
  const file = await login({ tokenFile: 'token' }, { cwd, env, answers: [] })
  assert.equal(file.token?.claims['sub'], 'file')
  assert.equal(file.said, '  identity from `token`\n')
  const variable = await login({}, { env, answers: [] })
  assert.equal(variable.token?.claims['sub'], 'variable')
  assert.equal(variable.said, '  identity from SIGSTORE_ID_TOKEN\n')
  const found = await login({}, { env: { ...actions, SIGSTORE_ID_TOKEN: ' ' }, answers: [] })
  assert.equal(found.token?.claims['repository'], 'acme/tools')
  assert.equal(found.token.claims['aud'], 'sigstore')
  assert.equal(found.said, '  identity from GitHub Actions\n')
})

test('a token file that is not there, or no token', async (t) => {
  const cwd = await temporary(t)
  await writeFile(join(cwd, 'large'), 'x'.repeat(40_000))
  await writeFile(join(cwd, 'key'), '-----BEGIN PRIVATE KEY-----')
  failed(await login({ tokenFile: 'none' }, { cwd }), 'FILE_UNREADABLE', /no token file .*none`/)
  failed(await login({ tokenFile: 'large' }, { cwd }), 'FILE_UNREADABLE', /32768 bytes/)
  failed(await login({ tokenFile: 'key' }, { cwd }, ['PRIVATE KEY']), 'IDENTITY_TOKEN_INVALID', /^`key`: expected a JSON Web Token/)
})

test('nothing shows a token, and it is there where it is asked for', async () => {
  const raw = jwt(GOOD)
  const { token } = await fromVariable(raw)
  assert.equal(token?.raw, raw)
  assert.deepEqual(Object.keys(token), ['claims'])
})

const { aud: _aud, ...WITHOUT_AUDIENCE } = GOOD
for (const [title, token, said] of [
  ['of two parts', `${json({})}.${json(GOOD)}`, /three parts/],
  ['of four parts', `${jwt(GOOD)}.x`, /three parts/],
  ['without a signature', `${json({})}.${json(GOOD)}.`, /three parts/],
  ['of another alphabet', jwt(GOOD).replace('.', '.+/'), /three parts/],
  ['whose claims are no object', `${json({})}.${json([])}.c2lnbmF0dXJl`, /three parts/],
  ['whose claims are there twice', `${json({})}.${Buffer.from('{"sub":"a","sub":"b"}').toString('base64url')}.c2lnbmF0dXJl`, /three parts/],
  ['that is too long', jwt({ ...GOOD, more: 'x'.repeat(20_000) }), /more than 16384 characters/],
  ['without an issuer', jwt({ ...GOOD, iss: '' }), /`iss`/],
  ['without a subject', jwt({ ...GOOD, sub: 1 }), /`sub`/],
  [
    'for another audience',
    jwt({ ...GOOD, aud: ['https://a.test', 'sigstore2'] }),
    /expected the audience `sigstore`, got `https:\/\/a\.test`, `sigstore2`/,
  ],
  ['for nobody', jwt(WITHOUT_AUDIENCE), /got none/],
  ['without an end', jwt({ ...GOOD, exp: '1' }), /`exp`/],
  ['that has expired', jwt({ ...GOOD, exp: NOW / 1_000 }), /expired at 2026-11-26T00:00:00Z, and the clock here says 2026-11-26T00:00:00Z/],
  ['of an address that nobody verified', jwt({ ...GOOD, email: 'me@example.com' }), /has not verified the e-mail/],
  ['of an address that is not verified', jwt({ ...GOOD, email: 'me@example.com', email_verified: false }), /has not verified the e-mail/],
] as const) {
  test(`a token ${title} is refused`, async () => failed(await fromVariable(token), 'IDENTITY_TOKEN_INVALID', /^SIGSTORE_ID_TOKEN: /, said))
}

test('a token for several audiences, and one whose booleans are texts', async () => {
  const several = await fromVariable(jwt({ ...GOOD, aud: ['other', 'sigstore'] }))
  assert.equal(several.error, null)
  assert.equal((await fromVariable(jwt({ ...GOOD, email: 'me@example.com', email_verified: 'true' }))).error, null)
})

test('without a token each place says what it needs, and nobody is asked', async () => {
  for (const [env, said] of [
    [{ GITHUB_ACTIONS: 'true', CI: 'true' }, /GitHub Actions.*`permissions: \{ contents: read, id-token: write \}`/],
    [{ GITLAB_CI: 'true', CI: 'true' }, /GitLab.*`id_tokens: \{ SIGSTORE_ID_TOKEN: \{ aud: sigstore \} \}`/],
    [{ CI: 'true' }, /this job has no identity.*SIGSTORE_ID_TOKEN.*--identity-token-file/],
  ] as const) {
    const outcome = await login({}, { env, answers: [] })
    failed(outcome, 'IDENTITY_TOKEN_MISSING', said)
    assert.equal(outcome.said, '')
  }
  failed(await login({}, { env: { CI: 'false' } }), 'IDENTITY_TOKEN_MISSING', /no terminal.*SIGSTORE_ID_TOKEN.*--identity-token-file/)
})

test("GitHub's service may fail and be asked again", async (t) => {
  const sigstore = await sigstoreFor(t)
  const env = sigstore.issuers.ci.actionsEnvironment()
  const secrets = [env.ACTIONS_ID_TOKEN_REQUEST_TOKEN]
  sigstore.disturb('ci', status(503), 1)
  sigstore.disturb('ci', drop, 1)
  assert.equal((await login({}, { env }, secrets)).error, null)
  assert.equal(sigstore.requests.length, 3)
  sigstore.disturb('ci', status(500), 3)
  failed(await login({}, { env }, secrets), 'LOGIN_FAILED', /answered 500/)
  assert.equal(sigstore.requests.length, 6)
})

test("what GitHub's service does not give", async (t) => {
  const sigstore = await sigstoreFor(t)
  const env = sigstore.issuers.ci.actionsEnvironment()
  const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = env
  for (const [disturbance, code, said] of [
    [status(403), 'IDENTITY_TOKEN_MISSING', /answered 403.*id-token: write/],
    [status(404), 'LOGIN_FAILED', /answered 404/],
    [status(302, { location: 'https://elsewhere.test/' }), 'LOGIN_FAILED', /answered 302/],
    [altered(() => '{"count":1}'), 'LOGIN_FAILED', /without a token/],
    [altered(() => 'no JSON'), 'LOGIN_FAILED', /without a token/],
    [altered(() => '{"value":"no token"}'), 'IDENTITY_TOKEN_INVALID', /GitHub Actions: expected a JSON Web Token/],
    [altered(() => 'x'.repeat(300_000)), 'LOGIN_FAILED', /more than 262144 bytes/],
  ] as const) {
    sigstore.disturb('ci', disturbance, 3)
    failed(await login({}, { env }, [bearer]), code, said)
    while (sigstore.requests.length % 3 !== 0) await login({}, { env })
  }
  failed(await login({}, { env: { ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'other' } }), 'IDENTITY_TOKEN_MISSING', /answered 401/)
  failed(await login({}, { env: { ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a b' } }), 'LOGIN_FAILED', /no bearer/)
  failed(await login({}, { env: { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: 'http://example.com/' } }, [bearer]), 'LOGIN_FAILED', /HTTPS/)
  failed(await login({}, { env: { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:2/' } }, [bearer]), 'CONNECTION_REFUSED')
})

test('Ctrl-C ends it while it waits', async (t) => {
  const sigstore = await sigstoreFor(t)
  const env = sigstore.issuers.ci.actionsEnvironment()
  const interrupt = new AbortController()
  sigstore.disturb('ci', () => {
    interrupt.abort()
    return 'hang'
  })
  failed(await login({}, { env, signal: interrupt.signal }, [env.ACTIONS_ID_TOKEN_REQUEST_TOKEN]), 'INTERRUPTED')
})
