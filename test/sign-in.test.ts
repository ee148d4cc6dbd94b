/** Signing in at an OpenID provider: a "browser" follows the address that is shown. */
import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { askProvider } from '../cli/login/provider-http.ts'
import { signIn as signInAt } from '../cli/login/sign-in.ts'
import { Authority, InterceptingProxy } from './authority.ts'
import { failed, login, sigstoreFor, worldOf, type Outcome, type Settings } from './login.ts'
import { altered, hang, status } from './sigstore/disturbances.ts'
import type { Disturbance } from './sigstore/loopback.ts'
import type { Sigstore } from './sigstore/sigstore.ts'
import { temporary } from './world.ts'

const DESKTOP = { DISPLAY: ':0' }
const JSON_TYPE = { 'content-type': 'application/json' }

/** What somebody does with the address that is shown. */
type Browser = (address: URL) => Promise<unknown>
const browse: Browser = (address) => fetch(address)

/** Signs in where a person does not have a browser opened, and opens the address in their own. */
async function signIn(sigstore: Sigstore, browser: Browser = browse, settings: Settings = {}): Promise<Outcome> {
  let visit: Promise<unknown> = Promise.resolve()
  const onSaid = (text: string): void => {
    const address = /^http\S+$/m.exec(text)?.[0]
    if (address !== undefined) visit = browser(new URL(address))
  }
  const { issuer, secrets } = sigstore.issuers.user
  const outcome = await login({ issuer }, { env: DESKTOP, answers: ['n'], onSaid, ...settings }, secrets)
  await visit
  return outcome
}

/** Where the provider sends the browser to. */
async function redirectOf(address: URL): Promise<URL> {
  const response = await fetch(address, { redirect: 'manual' })
  return new URL(response.headers.get('location') ?? '')
}

test('a person signs in', async (t) => {
  const sigstore = await sigstoreFor(t)
  const pages: Response[] = []
  const outcome = await signIn(sigstore, async (address) => pages.push(await fetch(address)))
  assert.equal(outcome.error, null)
  assert.equal(outcome.token?.claims['email'], 'dev@example.com')
  assert.match(outcome.said, /^ {2}sign in with `127\.0\.0\.1:\d+` at\nhttp:\S+\n {2}open it in the browser\? \[y\/N\] {3}waiting for you/)
  assert.match(outcome.said, new RegExp(`identity from \`${new URL(sigstore.url).host}\`\n$`))
  const [page] = pages
  assert.match(page?.headers.get('content-security-policy') ?? '', /^default-src 'none';/)
  assert.equal(page?.headers.get('content-type'), 'text/plain; charset=utf-8')
  assert.equal(page.headers.get('cache-control'), 'no-store')
})

test('a provider that has people sign in with another one is named beforehand', async (t) => {
  const sigstore = await sigstoreFor(t)
  const elsewhere: Disturbance = (honest) => ({
    ...honest(),
    body: String(honest().body).replaceAll(/("(?:authorization_endpoint|verification_uri)":"http:\/\/)127\.0\.0\.1/g, '$1localhost'),
  })
  const host = new URL(sigstore.url).host
  const [own, other] = [host, host.replace('127.0.0.1', 'localhost')].map((name) => `\`${name}\``)
  const warning = `  ! ${own} has you sign in at ${other}, and gets your identity from there: go on only if you know it\n  sign in with ${own} at`
  for (const env of [DESKTOP, { BROWSER: 'none' }]) {
    sigstore.disturb('user', elsewhere, 2)
    const { said } = await signIn(sigstore, browse, { env })
    assert.ok(said.startsWith(warning), said)
  }
})

test('what the browser shows repeats nothing, whatever the answer', async (t) => {
  const sigstore = await sigstoreFor(t)
  const pages: string[] = []
  await signIn(sigstore, async (address) => pages.push(await (await fetch(address)).text()))
  const refused = await signIn(sigstore, async (address) => {
    const redirect = await redirectOf(address)
    redirect.searchParams.delete('code')
    redirect.searchParams.set('error', 'access_denied')
    redirect.searchParams.set('error_description', '<script>alert(1)</script>')
    pages.push(await (await fetch(redirect)).text())
  })
  failed(refused, 'LOGIN_FAILED', /refused: access_denied$/)
  assert.equal(pages[0], pages[1])
})

test('a browser is opened where somebody says so, and gets the address whole', async (t) => {
  const sigstore = await sigstoreFor(t)
  const folder = await temporary(t)
  const opener = join(folder, 'xdg-open')
  await writeFile(opener, `#!${process.execPath}\nfetch(process.argv[2])\n`)
  await chmod(opener, 0o755)
  const nobody: Browser = () => Promise.resolve()
  const opened = await signIn(sigstore, nobody, { env: { ...DESKTOP, PATH: folder }, answers: ['y'], platform: 'linux' })
  assert.equal(opened.error, null)
  assert.match(opened.said, /waiting for the browser/)
  const without = await signIn(sigstore, browse, { env: { ...DESKTOP, PATH: '' }, answers: ['yes'], platform: 'linux' })
  assert.equal(without.error, null)
  assert.match(without.said, /no browser could be started: open the address yourself/)
})

test('where a browser would not be the own, the address or a code is shown and nobody asked', async (t) => {
  const sigstore = await sigstoreFor(t)
  const withoutDevices: Disturbance = (honest) => ({
    ...honest(),
    body: String(honest().body).replace('device_authorization_endpoint', 'other'),
  })
  for (const env of [{ ...DESKTOP, BROWSER: '' }, { ...DESKTOP, BROWSER: 'none' }, { ...DESKTOP, SSH_CONNECTION: 'a b' }, {}]) {
    const device = await signIn(sigstore, browse, { env, answers: [], platform: 'linux' })
    assert.equal(device.error, null)
    assert.equal(device.token?.claims['email'], 'dev@example.com')
    assert.match(
      device.said,
      /^ {2}sign in with `127\.0\.0\.1:\d+` at http:\S+\/device on any machine, with the code ABCD-EFGH\n {2}identity from/,
    )
    sigstore.disturb('user', withoutDevices, 1)
    const printed = await signIn(sigstore, browse, { env, answers: [], platform: 'linux' })
    assert.equal(printed.error, null)
    assert.match(printed.said, /\n {2}in a browser that reaches http:\/\/localhost:\d+ of this machine\n {2}identity from/)
  }
})

test('whatever else comes to the callback is refused, and waited on', async (t) => {
  const sigstore = await sigstoreFor(t)
  const outcome = await signIn(sigstore, async (address) => {
    const redirect = await redirectOf(address)
    const altered = (change: (url: URL) => void): URL => {
      const url = new URL(redirect)
      change(url)
      return url
    }
    const statuses = await Promise.all(
      [
        fetch(altered((url) => (url.pathname = '/'))),
        fetch(altered((url) => (url.pathname = '/auth/callback/'))),
        fetch(altered((url) => url.searchParams.delete('state'))),
        fetch(altered((url) => url.searchParams.set('state', 'another'))),
        fetch(altered((url) => url.searchParams.append('state', 'another'))),
        fetch(altered((url) => url.searchParams.delete('code'))),
        fetch(redirect, { method: 'POST' }),
        fetch(redirect, { method: 'HEAD' }),
      ].map(async (answer) => (await answer).status),
    )
    assert.deepEqual(statuses, [404, 404, 400, 400, 400, 400, 400, 400])
    await fetch(redirect)
  })
  assert.equal(outcome.error, null)
})

/** What of the answers' parts is altered, and what is said of it. */
const configuration = (change: object): Disturbance => altered((body) => JSON.stringify({ ...JSON.parse(body), ...change }))
for (const [title, disturb, said] of [
  ['names another issuer', configuration({ issuer: 'http://127.0.0.1/other' }), /issuer/],
  [
    'names its issuer otherwise',
    altered((body) => body.replace('"issuer":"http:', '"issuer":"HTTP:')),
    /expected the issuer `http:\S+`, got `HTTP:/,
  ],
  [
    'gives its endpoints no encryption',
    configuration({ token_endpoint: 'http://example.com/' }),
    /`http:\/\/example\.com\/`, which is no address of HTTPS/,
  ],
  ['sends a person elsewhere without encryption', configuration({ authorization_endpoint: 'http://example.com/' }), /no usable address/],
  ['sends a person to a program', configuration({ authorization_endpoint: 'file:///bin/sh' }), /127\.0\.0\.1/],
  ['has no discovery', status(404), /unexpected HTTP response/],
  ['redirects', status(302, { location: 'https://elsewhere.test/' }), /unexpected HTTP response/],
  ['fails', status(500), /answered 500/],
  ['answers no JSON', altered(() => 'no JSON'), /LOGIN|pars|response/],
] as const) {
  test(`a provider that ${title}`, async (t) => {
    const sigstore = await sigstoreFor(t)
    sigstore.disturb('user', disturb, title === 'fails' ? 3 : 1)
    failed(await signIn(sigstore), 'LOGIN_FAILED', said)
  })
}

const honestly: Disturbance = (honest) => honest()

/** The answers after those of discovery and of the page where a person signs in. */
for (const [title, disturbances, said] of [
  ['refuses the code', [status(400, JSON_TYPE, '{"error":"invalid_grant","error_description":"sesame"}')], /refused: invalid_grant$/],
  ['refuses it in other words', [status(400, JSON_TYPE, '{"error":"sesame sesame"}')], /refused$/],
  ['fails', [status(500)], /answered 500/],
  ['redirects', [status(307, { location: 'https://elsewhere.test/' })], /unexpected HTTP response/],
  ['answers too much', [altered(() => 'x'.repeat(300_000))], /more than 262144 bytes/],
  ['gives no identity', [altered((body) => body.replace('id_token', 'other'))], /id_token/],
  ['alters the signature', [altered((body) => body.replace(/.....(?="\})/, 'AAAAA'))], /signature/],
  ['has no keys', [honestly, altered(() => '{"keys":[]}')], /key/],
] as const) {
  test(`a provider that, asked for the token, ${title}`, async (t) => {
    const sigstore = await sigstoreFor(t)
    for (const disturbance of [honestly, honestly, ...disturbances]) sigstore.disturb('user', disturbance, 1)
    const outcome = await signIn(sigstore)
    failed(outcome, 'LOGIN_FAILED', said)
    assert.doesNotMatch(`${outcome.error?.message}${outcome.said}`, /sesame/)
  })
}

/** The address that a person opens is not quite the one that was shown. */
const opening =
  (name: string, value: string): Browser =>
  (address) => {
    address.searchParams.set(name, value)
    return fetch(address)
  }
for (const [title, name, value, said] of [
  ['a token with another nonce', 'nonce', 'another', /nonce/],
  ['a code for another verifier', 'code_challenge', 'another', /refused: invalid_grant/],
] as const)
  test(`a sign-in that ends with ${title}`, async (t) =>
    failed(await signIn(await sigstoreFor(t), opening(name, value)), 'LOGIN_FAILED', said))

for (const [title, claims, code, said] of [
  ['for another audience', { aud: 'another' }, 'LOGIN_FAILED', /"aud"/],
  ['of another issuer', { iss: 'https://elsewhere.test' }, 'LOGIN_FAILED', /"iss"/],
  ['that has expired', { exp: 1_000_000_000 }, 'LOGIN_FAILED', /"exp"|expired/],
  ['of an address that is not verified', { email_verified: false }, 'IDENTITY_TOKEN_INVALID', /has not verified the e-mail/],
] as const) {
  test(`a sign-in that ends with a token ${title}`, async (t) => {
    const sigstore = await sigstoreFor(t)
    sigstore.issuers.user.claims = { ...sigstore.issuers.user.claims, ...claims }
    failed(await signIn(sigstore), code, said)
  })
}

test('nobody signs in, and Ctrl-C ends the wait', async (t) => {
  const sigstore = await sigstoreFor(t)
  const { issuer } = sigstore.issuers.user
  const world = worldOf({ env: DESKTOP, answers: [''] }, () => {})
  await assert.rejects(signInAt(issuer, 'sigstore', world, 20), { code: 'LOGIN_FAILED', message: 'nobody signed in within 0.02 seconds' })
  for (const env of [DESKTOP, { BROWSER: 'none' }]) {
    const interrupt = new AbortController()
    const onSaid = (text: string): void => {
      if (/waiting|code/.test(text)) setTimeout(() => interrupt.abort(), 10)
    }
    const outcome = await login({ issuer }, { env, answers: [''], signal: interrupt.signal, onSaid })
    failed(outcome, 'INTERRUPTED')
  }
})

test('a provider that does not answer', async (t) => {
  const sigstore = await sigstoreFor(t)
  sigstore.disturb('user', hang)
  const world = worldOf({}, () => {})
  const url = new URL(sigstore.issuers.user.issuer)
  await assert.rejects(askProvider(url, {}, false, world, 20), { code: 'LOGIN_FAILED', message: /took longer than 0\.02 seconds/ })
})

test('an issuer that is none', async () => {
  for (const issuer of ['http://issuer.test', 'file:///etc/passwd', 'issuer'])
    failed(await login({ issuer }, { env: DESKTOP, answers: [] }), 'LOGIN_FAILED', /is no address of HTTPS/)
})

test('a code for another machine that nobody enters, or somebody refuses', async (t) => {
  const sigstore = await sigstoreFor(t)
  const attempt = (...disturbances: readonly Disturbance[]): Promise<Outcome> => {
    for (const disturbance of [honestly, ...disturbances]) sigstore.disturb('user', disturbance, 1)
    return signIn(sigstore, browse, { env: { BROWSER: 'none' }, answers: [] })
  }
  const changed = (change: object): Disturbance => altered((body) => JSON.stringify({ ...JSON.parse(body), ...change }))
  failed(await attempt(changed({ expires_in: 0.005 })), 'LOGIN_FAILED', /nobody signed in while the code was good/)
  failed(await attempt(honestly, status(400, JSON_TYPE, '{"error":"access_denied"}')), 'LOGIN_FAILED', /refused: access_denied$/)
  failed(await attempt(changed({ verification_uri: 'javascript:alert(1)' })), 'LOGIN_FAILED', /no usable address/)
  failed(await attempt(status(500)), 'LOGIN_FAILED', /answered 500/)
})

test('through a proxy with its own authority', async (t) => {
  const issuer = 'https://oauth.test/dex'
  const sigstore = await sigstoreFor(t, { issuers: { user: issuer } })
  const inside = `${sigstore.url}/user`
  const authority = new Authority()
  const proxy = await InterceptingProxy.start(authority, async (request, response) => {
    const { method = '', headers, url = '' } = request
    const sent = {
      method,
      headers: { 'content-type': headers['content-type'] ?? '' },
      ...(method === 'POST' ? { body: Buffer.concat(await request.toArray()) } : {}),
    }
    const answer = await fetch(url.replace('/dex', inside), sent)
    response.writeHead(answer.status, JSON_TYPE).end((await answer.text()).replaceAll(inside, issuer))
  })
  t.after(() => proxy.close())
  const env = { ...DESKTOP, HTTPS_PROXY: proxy.host, NODE_EXTRA_CA_CERTS: await authority.file(await temporary(t)) }
  const outcome = await signIn(sigstore, (address) => fetch(address.href.replace(issuer, inside)), { env })
  assert.equal(outcome.error, null)
  assert.match(outcome.said, /identity from `oauth\.test`/)
  assert.ok(proxy.asked.length > 0)
  const { NODE_EXTRA_CA_CERTS: _, ...untrusting } = env
  failed(await signIn(sigstore, browse, { env: untrusting }), 'TLS_UNTRUSTED')
})
