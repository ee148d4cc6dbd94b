/** Why a host was not reached, told apart by the codes of Node, undici and npm. */
import type { Code } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import { own } from '../../core/json/json.ts'

/** A connection to a proxy that failed. */
export class ProxyFailure extends Error {
  /** Host and port, never what stands before them. */
  readonly proxy: string

  constructor(proxy: string, cause: unknown) {
    super(`no connection to the proxy ${proxy}`, { cause })
    this.proxy = proxy
  }
}

const TLS =
  /^(?:CERT_|CRL_|ERR_SSL_|ERR_TLS_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|HOSTNAME_MISMATCH$|INVALID_CA$|PATH_LENGTH_EXCEEDED$|EPROTO$)/
const NAMES: { readonly [code: string]: Code } = {
  ENOTFOUND: 'HOST_NOT_FOUND',
  EAI_AGAIN: 'HOST_NOT_FOUND',
  ECONNREFUSED: 'CONNECTION_REFUSED',
  ETIMEDOUT: 'SERVER_TIMEOUT',
  UND_ERR_CONNECT_TIMEOUT: 'SERVER_TIMEOUT',
  UND_ERR_PRX_TLS: 'PROXY_FAILED',
  UND_ERR_PRX_CONN: 'PROXY_FAILED',
}

/** The code of ours that says what one of Node's means for a connection; null where it says nothing particular. */
export function connectionCode(code: string): Code | null {
  return TLS.test(code) ? 'TLS_UNTRUSTED' : (own(NAMES, code) ?? null)
}

/**
 * Runs what talks to `url`. LockErrors stay as they are, and so does everything once `signal` is aborted.
 * @throws LockError for whatever else fails: the code by what failed, `SERVER_UNREACHABLE` where that is not known
 */
export async function reaching<T>(url: URL, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof LockError || signal.aborted) throw cause
    throw failureOf(url, cause)
  }
}

/** Only codes and hosts are said: the texts of such errors repeat addresses and headers. */
function failureOf(url: URL, cause: unknown): LockError {
  let proxy: string | null = null
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error instanceof ProxyFailure) ({ proxy } = error)
    const status = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(error.message)?.[1]
    if (status !== undefined) return new LockError('PROXY_FAILED', `the proxy answered ${status} for \`${url.host}\``, { cause })
    const code = codeOf(error)
    if (code === null) continue
    if (proxy !== null) return new LockError('PROXY_FAILED', `the proxy \`${proxy}\`, on the way to \`${url.host}\`: ${code}`, { cause })
    return new LockError(connectionCode(code) ?? 'SERVER_UNREACHABLE', `\`${url.host}\`: ${code}`, { cause })
  }
  const why = 'the request cannot be made; its address, headers or proxy are not usable'
  return new LockError(proxy === null ? 'SERVER_UNREACHABLE' : 'PROXY_FAILED', `\`${proxy ?? url.host}\`: ${why}`, { cause })
}

/** Of several addresses of one host that all failed, the first one's. */
function codeOf(error: Error): string | null {
  if (error instanceof AggregateError) for (const one of error.errors) if (one instanceof Error) return codeOf(one)
  return 'code' in error && typeof error.code === 'string' && error.code !== 'UND_ERR_ABORTED' ? error.code : null
}
