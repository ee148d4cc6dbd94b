/** Signing in with the browser of another machine, by a code (RFC 8628), bound to this one by PKCE. */
import { setTimeout } from 'node:timers/promises'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import type { World } from '../world/world.ts'
import { whose, type Provider } from './provider.ts'
import { interrupted, isPrivate } from './provider-http.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
/** Seconds: what the provider may ask us to wait for at most, and between two questions where it does not say. */
const PATIENCE = 600
const INTERVAL = 5

/** @throws LockError `LOGIN_FAILED`, `INTERRUPTED`, and what `Network` throws */
export async function deviceToken({ host, configuration, asked }: Provider, scope: string, world: World): Promise<string> {
  const client = await import('openid-client')
  const code_verifier = client.randomPKCECodeVerifier()
  const code_challenge = await client.calculatePKCECodeChallenge(code_verifier)
  const start = { scope, code_challenge, code_challenge_method: 'S256' }
  const device = await asked(() => client.initiateDeviceAuthorization(configuration, start))
  const url = URL.parse(device.verification_uri)
  if (url === null || !isPrivate(url)) throw new LockError('LOGIN_FAILED', 'the provider names no usable address to sign in at')
  world.stderr(`${whose(host, url)} at ${displaySafe(url.href, 300)} on any machine, with the code ${displaySafe(device.user_code, 40)}\n`)
  const end = performance.now() + Math.min(device.expires_in, PATIENCE) * 1_000
  for (let interval = device.interval ?? INTERVAL; performance.now() < end;) {
    await setTimeout(Math.min(interval, PATIENCE) * 1_000, undefined, { signal: world.signal }).catch(() => {
      throw interrupted()
    })
    const form = { device_code: device.device_code, code_verifier }
    const token = await asked(async () => {
      const tokens = await client.genericGrantRequest(configuration, GRANT, form).catch((error: unknown) => {
        if (!(error instanceof client.ResponseBodyError)) throw error
        if (error.error === 'slow_down') interval += INTERVAL
        else if (error.error !== 'authorization_pending') throw error
        return null
      })
      return tokens === null ? null : (tokens.id_token ?? '')
    })
    if (token !== null) return token
  }
  throw new LockError('LOGIN_FAILED', 'nobody signed in while the code was good')
}
