/** Talking to the services of a Sigstore: through the user's network, with patience, and never with a token in what is said. */
import { setTimeout } from 'node:timers/promises'
import type { RequestInit } from 'undici'
import type { Code } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import { member, parseStrictBytes, type Json } from '../../core/json/json.ts'
import { displaySafe } from '../../core/text.ts'
import { exchange, type Answer } from '../network/exchange.ts'
import { retryAfter, type Network } from '../network/network.ts'

export type Asking = {
  readonly network: Network
  /** Milliseconds that one answer may take. */
  readonly timeout: number
  readonly signal: AbortSignal
  /** What no answer may make us repeat. */
  readonly secrets: readonly string[]
  /** A line about a service that is asked again. */
  readonly say: (line: string) => void
}

/** A service as a person knows it. */
export type Named = { readonly name: 'Fulcio' | 'Rekor' | 'the timestamp authority'; readonly url: URL }

type Request = Pick<RequestInit, 'method' | 'body'> & { readonly type: string }

const ATTEMPTS = 4
const FIRST_WAIT = 250
const MAX_ANSWER = 256 * 1024
/** What no second attempt mends, and what has better words than ours. */
const FINAL: ReadonlySet<Code> = new Set(['TLS_UNTRUSTED', 'PROXY_FAILED'])
const OWN_WORDS: ReadonlySet<Code> = new Set([...FINAL, 'HOST_NOT_FOUND'])

/**
 * One question, asked again while the service fails: its answer of success, or of a status in `expected`.
 * @throws LockError `SIGNING_UNAVAILABLE`, `SIGNING_REFUSED`, `SIGNING_UNVERIFIED`, `INTERRUPTED`, and `HOST_NOT_FOUND`, `PROXY_FAILED`, `TLS_UNTRUSTED`
 */
export async function ask(service: Named, url: URL, request: Request, asking: Asking, expected: readonly number[] = []): Promise<Answer> {
  const who = `${service.name} at \`${url.host}\``
  const until = performance.now() + 3 * asking.timeout
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(url, request, asking)
    if ('status' in outcome) {
      if ((outcome.status >= 200 && outcome.status < 300) || expected.includes(outcome.status)) return outcome
      throw new LockError('SIGNING_REFUSED', `${who} answered ${outcome.status}${words(outcome.body, asking.secrets)}`)
    }
    const { trouble, code } = outcome
    const said = trouble.includes(url.host) ? `${service.name}: ${trouble}` : `${who}: ${trouble}`
    if (FINAL.has(code)) throw new LockError(code, said)
    const wait = outcome.wait ?? FIRST_WAIT * 2 ** (attempt - 1) * (1 + Math.random() / 2)
    if (attempt === ATTEMPTS || performance.now() + wait >= until)
      throw new LockError(OWN_WORDS.has(code) ? code : 'SIGNING_UNAVAILABLE', said)
    asking.say(`  ${said}; asking again\n`)
    await setTimeout(wait, undefined, { signal: asking.signal }).catch((cause: unknown) => {
      throw interrupted(cause)
    })
  }
}

/** An answer's JSON. @throws LockError `SIGNING_UNVERIFIED` */
export function jsonOf(body: Uint8Array, service: Named): Json {
  try {
    return parseStrictBytes(body)
  } catch {
    throw malformed(service, 'no JSON')
  }
}

export function malformed({ name, url }: Named, got: string): LockError {
  return new LockError('SIGNING_UNVERIFIED', `${name} at \`${url.host}\` answered ${got}`)
}

/** An address below that of a service. */
export function below({ url }: { readonly url: URL }, path: string): URL {
  return new URL(`${url.href.replace(/\/+$/, '')}${path}`)
}

type Trouble = { readonly trouble: string; readonly code: Code; readonly wait: number | null }

async function once(url: URL, { type, ...init }: Request, { network, timeout, signal }: Asking): Promise<Answer | Trouble> {
  const headers = { 'content-type': type, accept: type === 'application/json' ? type : '*/*' }
  try {
    const answer = await exchange(url, { ...init, headers }, { signal, timeout, most: MAX_ANSWER }, network)
    if (answer.status < 500 && answer.status !== 408) return answer
    const wait = retryAfter(answer.headers.get('retry-after'), Date.now())
    return { trouble: `status ${answer.status}`, code: 'SIGNING_UNAVAILABLE', wait }
  } catch (error) {
    if (!(error instanceof LockError)) throw error
    if (error.code === 'INTERRUPTED') throw interrupted(error)
    return { trouble: error.message, code: error.code, wait: null }
  }
}

/** What a service says of its refusal, without what nobody may read. */
function words(body: Buffer, secrets: readonly string[]): string {
  const text = messageOf(body)
  const known = secrets.flatMap((secret) => [secret, ...secret.split('.')]).filter((part) => part.length >= 8)
  const kept = known.reduce((rest, part) => rest.replaceAll(part, '…'), text).trim()
  return kept === '' ? '' : `: ${displaySafe(kept, 300)}`
}

function messageOf(body: Buffer): string {
  try {
    const message = member(parseStrictBytes(body), 'message')
    return typeof message === 'string' ? message : ''
  } catch {
    return body.toString('utf8')
  }
}

function interrupted(cause: unknown): LockError {
  return new LockError('INTERRUPTED', 'stopped while signing; nothing was written', { cause })
}
