/** What the Sigstore of the tests refuses, and what it does on demand. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes, sign, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pem, sha256 } from './sigstore/certificate.ts'
import { altered, drop, dropAfterwards, hang, status } from './sigstore/disturbances.ts'
import type { Claims } from './sigstore/identity.ts'
import { newKeys, p256 } from './sigstore/keys.ts'
import { startSigstore, type Sigstore } from './sigstore/sigstore.ts'

const post = (url: string, body: unknown, signal?: AbortSignal): Promise<Response> =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), ...(signal === undefined ? {} : { signal }) })

const member = (value: unknown, ...names: readonly string[]): unknown =>
  names.reduce((within, name) => Object.entries(Object(within)).find(([key]) => key === name)?.[1], value)

/** What Fulcio answers to a token; the proof of possession is over `challenge`. */
function certificateFor({ url }: Sigstore, token: string, challenge: string, signal?: AbortSignal): Promise<Response> {
  const { publicKey, privateKey } = p256()
  const content = publicKey.export({ format: 'pem', type: 'spki' })
  const proofOfPossession = sign('sha256', Buffer.from(challenge), privateKey).toString('base64')
  const publicKeyRequest = { publicKey: { algorithm: 'ECDSA', content }, proofOfPossession }
  return post(`${url}/fulcio/api/v2/signingCert`, { credentials: { oidcIdentityToken: token }, publicKeyRequest }, signal)
}

async function certificatesFor(sigstore: Sigstore, token: string, challenge: string): Promise<string[]> {
  const chain = member(
    await (await certificateFor(sigstore, token, challenge)).json(),
    'signedCertificateEmbeddedSct',
    'chain',
    'certificates',
  )
  assert.ok(Array.isArray(chain))
  return chain.map(String)
}

test('Fulcio refuses a token that is expired, for others, forged, of a stranger, and a key that the caller does not have', async () => {
  await using sigstore = await startSigstore()
  const { ci, user } = sigstore.issuers
  const subject = String(ci.claims['sub'])
  const [header = '', payload = '', signature = ''] = ci.token().split('.')
  const other = Buffer.from(JSON.stringify({ ...claimsOf(payload), repository: 'acme/other' })).toString('base64url')
  const bad: { readonly [flaw: string]: readonly [token: string, challenge: string] } = {
    expired: [ci.token({ exp: Math.floor(Date.now() / 1_000) - 1 }), subject],
    'another audience': [ci.token({ aud: 'npm' }), subject],
    'altered claims': [[header, other, signature].join('.'), subject],
    'no signature': [[header, payload, ''].join('.'), subject],
    'the key of another issuer': [ci.token({ iss: user.issuer }), subject],
    'an unknown issuer': [ci.token({ iss: 'https://issuer.test' }), subject],
    'no token': ['x', subject],
    'proof over another subject': [ci.token(), 'repo:acme/other'],
    'an e-mail that is not verified': [user.token({ email_verified: false }), 'dev@example.com'],
  }
  for (const [flaw, [token, challenge]] of Object.entries(bad))
    assert.equal((await certificateFor(sigstore, token, challenge)).status, 400, flaw)
  assert.equal((await certificateFor(sigstore, ci.token(), subject)).status, 200)
})

function claimsOf(payload: string): Claims {
  const claims: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return claims
}

test('certificates have the profile of Fulcio', async () => {
  await using sigstore = await startSigstore()
  const { user, ci } = sigstore.issuers
  const federated = user.token({ federated_claims: { connector_id: 'https://accounts.example' } })
  const [person = '', intermediate = '', root = ''] = await certificatesFor(sigstore, federated, 'dev@example.com')
  const certificate = new X509Certificate(person)
  assert.equal(certificate.subjectAltName, 'email:dev@example.com')
  assert.ok(certificate.raw.includes('https://accounts.example'))
  assert.ok(!certificate.raw.includes(user.issuer))
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.3'])
  assert.equal(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom), 600_000)
  assert.ok(certificate.verify(new X509Certificate(intermediate).publicKey))
  assert.ok(new X509Certificate(intermediate).verify(new X509Certificate(root).publicKey))

  const workload = await certificatesFor(
    sigstore,
    user.token({ email: undefined, sub: 'spiffe://acme.test/build' }),
    'spiffe://acme.test/build',
  )
  assert.equal(new X509Certificate(workload[0] ?? '').subjectAltName, 'URI:spiffe://acme.test/build')

  const [workflow = ''] = await certificatesFor(sigstore, ci.token({ environment: 'release' }), String(ci.claims['sub']))
  const { raw } = new X509Certificate(workflow)
  const arc = (number: number): Buffer => Buffer.from([0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xbf, 0x30, 0x01, number, 0x04])
  assert.deepEqual(
    Array.from({ length: 24 }, (_, index) => index + 1).filter((number) => !raw.includes(arc(number))),
    [7],
  )
  assert.ok(raw.includes(Buffer.concat([arc(5), Buffer.from('\x0aacme/tools')])), '.1.5 is raw')
  assert.ok(raw.includes(Buffer.concat([arc(23), Buffer.from('\x09\x0c\x07release')])), '.1.23 is DER')

  await using direct = await startSigstore({ intermediate: false })
  assert.equal(direct.trustedRoot.certificateAuthorities[0]?.certChain.certificates.length, 1)
})

test(
  'OpenSSL accepts certificates and timestamps',
  { skip: spawnSync('openssl', ['version']).status === 0 ? false : 'no openssl' },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'sigstore-'))
    t.after(() => rmSync(folder, { recursive: true }))
    await using sigstore = await startSigstore()
    const [leaf = '', intermediate = '', root = ''] = await certificatesFor(sigstore, sigstore.issuers.user.token(), 'dev@example.com')
    const digest = sha256('signed')
    const [tsa = '', tsaRoot = ''] = sigstore.tsa.chain.map(pem)
    const request = { artifactHash: digest.toString('base64'), hashAlgorithm: 'sha256', certificates: true, nonce: 200 }
    const files = { leaf, intermediate, root, tsa, tsaRoot, token: sigstore.tsa.timestamp(request, Date.now()) }
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    const openssl = (...words: readonly string[]): string => {
      const { stdout, stderr } = spawnSync('openssl', words, { cwd: folder, encoding: 'utf8' })
      return stdout + stderr
    }
    assert.match(openssl('verify', '-x509_strict', '-CAfile', 'root', '-untrusted', 'intermediate', 'leaf'), /leaf: OK/)
    const check = ['ts', '-verify', '-in', 'token', '-CAfile', 'tsaRoot', '-untrusted', 'tsa', '-digest']
    assert.match(openssl(...check, digest.toString('hex')), /Verification: OK/)
    assert.match(openssl(...check, sha256('other').toString('hex')), /Verification: FAILED/)
  },
)

test('a person signs in through the browser, and a code is good once, with its verifier', async () => {
  await using sigstore = await startSigstore()
  const { user } = sigstore.issuers
  const configuration: unknown = await (await fetch(`${user.issuer}/.well-known/openid-configuration`)).json()
  assert.equal(member(configuration, 'issuer'), user.issuer)
  const verifier = randomBytes(32).toString('base64url')
  const authorize = async (changes = {}): Promise<URLSearchParams> => {
    const asked = new URLSearchParams({
      response_type: 'code',
      client_id: 'sigstore',
      redirect_uri: 'http://localhost:1/callback',
      scope: 'openid email',
      state: 'a state',
      nonce: 'a nonce',
      code_challenge: sha256(verifier).toString('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    })
    const answer = await fetch(`${String(member(configuration, 'authorization_endpoint'))}?${asked}`, { redirect: 'manual' })
    return new URL(answer.headers.get('location') ?? '').searchParams
  }
  const exchange = async (code: string, changes = {}): Promise<Response> =>
    fetch(String(member(configuration, 'token_endpoint')), {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: 'http://localhost:1/callback',
        client_id: 'sigstore',
        code_verifier: verifier,
        ...changes,
      }),
    })
  const back = await authorize()
  assert.equal(back.get('state'), 'a state')
  const granted = await exchange(back.get('code') ?? '')
  const claims = claimsOf(String(member(await granted.json(), 'id_token')).split('.')[1] ?? '')
  assert.deepEqual([claims['nonce'], claims['email'], claims['iss']], ['a nonce', 'dev@example.com', user.issuer])
  assert.equal((await exchange(back.get('code') ?? '')).status, 400)
  assert.equal((await exchange((await authorize()).get('code') ?? '', { code_verifier: 'another' })).status, 400)
  assert.equal((await authorize({ code_challenge_method: 'plain' })).get('error'), 'invalid_request')
})

test("GitHub's endpoint gives a token for the audience, to its bearer", async () => {
  await using sigstore = await startSigstore()
  const environment = sigstore.issuers.ci.actionsEnvironment({ ref: 'refs/heads/other' })
  const ask = (bearer: string): Promise<Response> =>
    fetch(`${environment.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=sigstore`, { headers: { authorization: `Bearer ${bearer}` } })
  assert.equal((await ask('another')).status, 401)
  const claims = claimsOf(String(member(await (await ask(environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN)).json(), 'value')).split('.')[1] ?? '')
  assert.deepEqual([claims['aud'], claims['ref'], claims['repository']], ['sigstore', 'refs/heads/other', 'acme/tools'])
})

test('services fail as often as asked, and each request is recorded', async () => {
  await using sigstore = await startSigstore()
  const keys = (): Promise<Response> => fetch(`${sigstore.issuers.user.issuer}/keys`)
  sigstore.disturb('user', status(429, { 'retry-after': '1' }), 2)
  sigstore.disturb('user', drop, 1)
  sigstore.disturb(
    'user',
    altered((body) => body.replace('RS256', 'none')),
    1,
  )
  const answers = [await keys(), await keys()]
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get('retry-after')]),
    [
      [429, '1'],
      [429, '1'],
    ],
  )
  await assert.rejects(keys())
  assert.match(await (await keys()).text(), /none/)
  assert.match(await (await keys()).text(), /RS256/)
  assert.deepEqual(
    sigstore.requests,
    Array.from({ length: 5 }, () => ({ service: 'user', method: 'GET', path: '/keys' })),
  )

  sigstore.disturb('fulcio', hang, 1)
  const { ci } = sigstore.issuers
  await assert.rejects(certificateFor(sigstore, ci.token(), String(ci.claims['sub']), AbortSignal.timeout(20)), { name: 'TimeoutError' })
})

test('an entry whose answer was lost is there under its place when it is sent again', async () => {
  await using sigstore = await startSigstore({ keys: newKeys() })
  const entries = `${sigstore.url}/rekor1/api/v1/log/entries`
  const entry = { apiVersion: '0.0.1', kind: 'hashedrekord', spec: { data: 'x' } }
  sigstore.disturb('rekor1', dropAfterwards, 1)
  await assert.rejects(post(entries, entry))
  const again = await post(entries, entry)
  assert.equal(again.status, 409)
  const place = again.headers.get('location') ?? ''
  const found: unknown = await (await fetch(`${sigstore.url}/rekor1${place}`)).json()
  assert.equal(member(found, place.split('/').at(-1) ?? '', 'verification', 'inclusionProof', 'treeSize'), 1)
  assert.equal((await fetch(`${entries}/0`)).status, 404)
})
