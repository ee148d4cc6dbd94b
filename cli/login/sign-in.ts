/** A person signs in: with the browser of this machine, or with any other by a code. */
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import type { World } from '../world/world.ts'
import { hasBrowser, openBrowser } from './browser.ts'
import { openCallback } from './callback.ts'
import { deviceToken } from './device.ts'
import { discover, whose, type Provider } from './provider.ts'
import { isPrivate } from './provider-http.ts'

/** How long somebody may take, in milliseconds. */
const PATIENCE = 120_000
const MAX_ADDRESS = 4_000
const SCOPE = 'openid email'

/**
 * The token of whom the provider signed in.
 * @throws LockError `LOGIN_FAILED`, `INTERRUPTED`, and what `Network` throws
 */
export async function signIn(issuer: string, clientId: string, world: World, patience = PATIENCE): Promise<string> {
  const provider = await discover(issuer, clientId, world)
  const canOpen = hasBrowser(world)
  const hasDevices = provider.configuration.serverMetadata().device_authorization_endpoint !== undefined
  return !canOpen && hasDevices ? deviceToken(provider, SCOPE, world) : browserToken(provider, canOpen, patience, world)
}

/** The code flow (OpenID Connect Core §3.1) with PKCE (RFC 7636). */
async function browserToken({ host, configuration, asked }: Provider, canOpen: boolean, patience: number, world: World): Promise<string> {
  const client = await import('openid-client')
  const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()]
  await using callback = await openCallback(state)
  const url = await asked(async () =>
    client.buildAuthorizationUrl(configuration, {
      redirect_uri: callback.redirect,
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }),
  )
  if (!isPrivate(url) || url.href.length > MAX_ADDRESS)
    throw new LockError('LOGIN_FAILED', 'the provider names no usable address to sign in at')
  await invite(host, url, callback.redirect, canOpen, world)
  const answer = await callback.answer(patience, world.signal)
  const answered = new URL(callback.redirect)
  answered.search = answer.search
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
  const tokens = await asked(() => client.authorizationCodeGrant(configuration, answered, checks))
  return tokens.id_token ?? ''
}

/** Shows the address; opens it where somebody says so. */
async function invite(host: string, url: URL, redirect: string, canOpen: boolean, world: World): Promise<void> {
  const { stderr, terminal } = world
  stderr(`${whose(host, url)} at\n${displaySafe(url.href)}\n`)
  if (!canOpen) return stderr(`  in a browser that reaches ${new URL(redirect).origin} of this machine\n`)
  const reply = (await terminal?.ask('  open it in the browser? [y/N] ')) ?? ''
  if (!/^y(?:es)?$/i.test(reply.trim())) return stderr('  waiting for you to open it yourself\n')
  stderr((await openBrowser(url, world)) ? '  waiting for the browser\n' : '  no browser could be started: open the address yourself\n')
}
