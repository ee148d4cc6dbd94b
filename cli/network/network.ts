/** HTTP as the user's environment wants it: through its proxies, trusting its authorities too, waiting where it is told to. */
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { Agent, Dispatcher, RequestInit, Response } from 'undici'
import { LockError } from '../../core/codes/errors.ts'
import type { Environment } from '../world/environment.ts'
import { ProxyFailure, reaching } from './failure.ts'

export type Network = {
  /**
   * One request; redirects are not followed. Waits as `Retry-After` says after a 429, as long as that ends before `until`.
   * @param until milliseconds of `performance.now()`
   * @throws LockError `HOST_NOT_FOUND`, `CONNECTION_REFUSED`, `PROXY_FAILED`, `TLS_UNTRUSTED`, `RATE_LIMITED`,
   * `SERVER_TIMEOUT`, `SERVER_UNREACHABLE`; what `signal` gives once it is aborted
   */
  readonly request: (url: URL, init: RequestInit, signal: AbortSignal, until: number) => Promise<Response>
}

const networks = new WeakMap<Environment, Promise<Network>>()

/** The network of an environment; asked for twice, it is the same one with its open connections. */
export function networkOf(env: Environment): Promise<Network> {
  const known = networks.get(env)
  if (known !== undefined) return known
  const opened = openNetwork(env)
  networks.set(env, opened)
  return opened
}

async function openNetwork(env: Environment): Promise<Network> {
  const { fetch } = await import('undici')
  const dispatcher = await openDispatcher(env)
  return {
    request: async (url, init, signal, until) => {
      for (let waits = 0; ; waits++) {
        const response = await reaching(url, signal, () => fetch(url, { ...init, redirect: 'manual', signal, dispatcher }))
        if (response.status !== 429) return response
        await response.body?.cancel().catch(() => {})
        await setTimeout(patience(response, waits, until), undefined, { signal })
      }
    },
  }
}

const MAX_WAITS = 3

/** Milliseconds to wait. @throws LockError `RATE_LIMITED` where that is unknown, too long or was too often */
function patience(response: Response, waits: number, until: number): number {
  const wait = retryAfter(response.headers.get('retry-after'), Date.now())
  const host = URL.parse(response.url)?.host ?? 'it'
  if (wait === null) throw new LockError('RATE_LIMITED', `\`${host}\` answered 429 and does not say how long to wait`)
  const asked = `\`${host}\` answered 429 and asks to wait ${Math.ceil(wait / 1_000)} seconds`
  if (waits >= MAX_WAITS) throw new LockError('RATE_LIMITED', `${asked}, for the ${waits + 1}th time`)
  if (performance.now() + wait >= until) throw new LockError('RATE_LIMITED', `${asked}, which is longer than it may take`)
  return wait
}

/** Milliseconds from `now` on, by a number of seconds or a date (RFC 9110 §10.2.3); null for anything else. */
export function retryAfter(text: string | null, now: number): number | null {
  if (text === null) return null
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1_000
  const date = text.endsWith('GMT') ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

async function openDispatcher(env: Environment): Promise<Dispatcher> {
  const { Client, EnvHttpProxyAgent, Pool } = await import('undici')
  const proxies = proxiesOf(env)
  const tls = await trust(env)
  const isProxy = (origin: URL): boolean =>
    [proxies.httpProxy, proxies.httpsProxy].some((text) => URL.parse(text)?.origin === origin.origin)
  // A session has a time limit of its own, above all of these.
  const connect = { ...tls, timeout: 0, allowH2: false }
  const factory = (origin: string | URL, options: object): Dispatcher => {
    const settings: Agent.Options = options
    const own =
      isProxy(new URL(origin)) && typeof settings.connect === 'function' ? { ...settings, connect: telling(settings.connect) } : settings
    return settings.connections === 1 ? new Client(origin, own) : new Pool(origin, own)
  }
  return new EnvHttpProxyAgent({
    ...proxies,
    factory,
    clientFactory: (origin, options) => factory(origin, options),
    connect,
    requestTls: connect,
    proxyTls: connect,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

/** Marks what fails on the way to a proxy, so that it is not taken for a failure of what lies behind it. */
function telling(connect: Extract<NonNullable<Agent.Options['connect']>, (...args: never[]) => unknown>): typeof connect {
  return (options, callback) =>
    connect(options, (...[error, socket]) =>
      error === null ? callback(null, socket) : callback(new ProxyFailure(options.host ?? options.hostname, error), null),
    )
}

/** As undici reads them, lower case first; '' for none, so that it does not look for them itself. @throws LockError `PROXY_FAILED` */
function proxiesOf(env: Environment) {
  const named = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? ''
  const proxy = (name: string): string => {
    const value = named(name)
    const text = value === '' || /^[a-z0-9]+:\/\//i.test(value) ? value : `http://${value}`
    if (text !== '' && URL.parse(text) === null) throw new LockError('PROXY_FAILED', `\`${name}\` is not the address of a proxy`)
    return text
  }
  return { httpProxy: proxy('HTTP_PROXY'), httpsProxy: proxy('HTTPS_PROXY'), noProxy: named('NO_PROXY') }
}

/** The variables by which a user names authorities of their own: Node's, and the one of most other programs. */
const AUTHORITIES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']

/** Node's own authorities and those of the environment. A file that cannot be read adds none, as with Node. */
async function trust(env: Environment): Promise<{ readonly ca?: string[] }> {
  const files = [...new Set(AUTHORITIES.map((name) => env[name] ?? ''))].filter((file) => file !== '')
  if (files.length === 0) return {}
  const { getCACertificates } = await import('node:tls')
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  return { ca: [...getCACertificates('default'), ...texts.filter((text) => text !== '')] }
}
