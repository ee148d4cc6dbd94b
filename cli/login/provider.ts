/** An OpenID provider, by openid-client, over the user's network. */
import type { Configuration, CustomFetchOptions } from 'openid-client'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import type { World } from '../world/world.ts'
import { askProvider, interrupted, isPrivate } from './provider-http.ts'

export type Provider = {
  /** Of its issuer. */
  readonly host: string
  readonly configuration: Configuration
  /** Runs what asks it. @throws LockError `LOGIN_FAILED`, `INTERRUPTED`, and what `Network` throws */
  readonly asked: <T>(work: () => Promise<T>) => Promise<T>
}

/**
 * Asks for its endpoints (OpenID Connect Discovery §4). The signatures of its tokens are verified.
 * @throws LockError `LOGIN_FAILED`, `INTERRUPTED`, and what `Network` throws
 */
export async function discover(issuer: string, clientId: string, world: World): Promise<Provider> {
  const url = URL.parse(issuer)
  if (url === null || !isPrivate(url)) throw failed(`the issuer \`${displaySafe(issuer, 200)}\` is no address of HTTPS`)
  const client = await import('openid-client')
  const asked: Provider['asked'] = (work) => wording(url.host, world, work)
  const configuration = await asked(() =>
    client.discovery(url, clientId, undefined, client.None(), {
      [client.customFetch]: (address, options) => fetchFrom(address, options, world),
      // The library says what is insecure by its name; `fetchFrom` allows it on this machine only.
      execute: [client.enableNonRepudiationChecks, ...(url.protocol === 'http:' ? [client.allowInsecureRequests] : [])],
    }),
  )
  // The library compares them as addresses, and a certificate names an issuer by its text.
  const said = configuration.serverMetadata().issuer
  if (said !== issuer) throw failed(`expected the issuer \`${displaySafe(issuer, 200)}\`, got \`${displaySafe(said, 200)}\``)
  return { host: url.host, configuration, asked }
}

/**
 * The beginning of a line that asks somebody to sign in at an address. A provider can send people to another one and take
 * what that one answers, so it says who gets it.
 */
export function whose(host: string, address: URL): string {
  const [by, at] = [host, address.host].map((name) => `\`${displaySafe(name, 200)}\``)
  const warning = by === at ? '' : `  ! ${by} has you sign in at ${at}, and gets your identity from there: go on only if you know it\n`
  return `${warning}  sign in with ${by}`
}

async function fetchFrom(address: string, { method, headers, body }: CustomFetchOptions, world: World): Promise<Response> {
  const url = URL.parse(address)
  if (url === null || !isPrivate(url)) throw failed(`the provider names \`${displaySafe(address, 200)}\`, which is no address of HTTPS`)
  // A code is spent by the first answer, seen or not.
  const form = body instanceof URLSearchParams ? { body: body.toString() } : {}
  const answer = await askProvider(url, { method, headers, ...form }, method === 'GET', world)
  return new Response(answer.body.length === 0 ? null : answer.body, { status: answer.status, headers: [...answer.headers] })
}

async function wording<T>(host: string, world: World, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (world.signal.aborted) throw interrupted()
    for (let inner: unknown = error; inner instanceof Error; inner = inner.cause) if (inner instanceof LockError) throw inner
    // Without the cause, which holds what was sent and answered.
    throw failed(`\`${host}\`: ${await words(error)}`)
  }
}

/** What is known to hold nothing of a request or an answer: codes of OAuth, and the library's own sentences. */
async function words(error: unknown): Promise<string> {
  const { AuthorizationResponseError, ClientError, ResponseBodyError } = await import('openid-client')
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return `refused${/^[a-z_]{1,40}$/.test(error.error) ? `: ${error.error}` : ''}`
  if (!(error instanceof ClientError)) return 'an answer that was not expected'
  const { cause } = error
  const inner = cause instanceof Error && cause.name === 'OperationProcessingError' ? cause.message : ''
  return inner === '' || inner === error.message ? error.message : `${error.message}: ${inner}`
}

function failed(message: string): LockError {
  return new LockError('LOGIN_FAILED', message)
}
