/**
 * The HTTP interface of a registry. Answers are bounded and have the right form when they come out of here; nothing of
 * what they say is checked, but that an object is the one of its digest.
 */
import type { RequestInit } from 'undici'
import { CODES, isCode, type Code } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import { canonicalize, sha256 } from '../../core/json/digest.ts'
import { member, parseStrictBytes, type Json } from '../../core/json/json.ts'
import { arrayOf, fits, having, literal, nullOr, size, text, type Check } from '../../core/json/shape.ts'
import type { RegistryPolicy } from '../../core/policy/registry-policy.ts'
import { MAX_ENTRIES, MAX_MANIFEST, tilePath, type Served, type Submission, type Tile } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'
import { exchange, type Answer, type Bounds } from '../network/exchange.ts'
import type { Network } from '../network/network.ts'

export type Listing = { readonly name: string; readonly version: string }
type Match = Listing & { readonly kind: 'definition' | 'description' | 'inputSchema' | 'surface'; readonly subject: string }
type Page<Item> = { readonly items: readonly Item[]; /** Null where there is no more. */ readonly next: string | null }

export type RegistryApi = {
  readonly url: URL
  /** With the record that the log has of it. @throws LockError with the code by which the registry refuses it */
  readonly submit: (submission: Submission) => Promise<Proven & { readonly isNew: boolean }>
  /** A version, or `latest`, with all that proves it, as text: what is kept is what was checked. */
  readonly version: (name: string, version: string) => Promise<string>
  readonly versions: (name: string) => Promise<readonly Listing[]>
  readonly search: (words: string, cursor: string | null) => Promise<Page<Listing>>
  /** A page may be empty and not be the last. */
  readonly pending: (cursor: string | null) => Promise<Page<Listing>>
  readonly manifest: (digest: string) => Promise<Uint8Array>
  readonly closure: (digest: string) => Promise<string>
  readonly bundle: (digest: string) => Promise<string>
  /** Who serves what has this digest. */
  readonly matches: (digest: string) => Promise<readonly Match[]>
  readonly status: () => Promise<string>
  readonly checkpoint: () => Promise<string>
  readonly tile: (tile: Tile, kind?: 'hashes' | 'entries') => Promise<Uint8Array>
}

export type ApiOptions = {
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
  /** Milliseconds that one request may take. */
  readonly timeout?: number
}

const TIMEOUT = 20_000
const MAX_SMALL = 4 * 1024 * 1024
const MAX_SERVED = 64 * 1024 * 1024

/** Each method throws LockError `MCP_REGISTRY_UNREACHABLE` where there is no answer of a registry, `INTERRUPTED`, else the code of the refusal. */
export function registryApi(
  { url: address }: Pick<RegistryPolicy, 'url'>,
  network: Network,
  { signal, timeout = TIMEOUT }: ApiOptions,
): RegistryApi {
  const url = new URL(`${address.replace(/\/$/, '')}/`)
  const ask = (path: string, most: number, init: RequestInit = {}): Promise<Answer> =>
    request(new URL(path, url), init, { signal, timeout, most }, network)
  const bytes = async (path: string, most: number): Promise<Uint8Array> => (await ask(path, most)).body
  const words = async (path: string, most: number): Promise<string> => decode(await bytes(path, most))
  const json = async (path: string, check: Check): Promise<Json> => parse(await bytes(path, MAX_SMALL), check, path)
  const object = async (kind: string, digest: string): Promise<Uint8Array> => {
    const found = await bytes(`v1/${kind}/${encodeURIComponent(digest)}`, MAX_MANIFEST)
    if (sha256(found) !== digest) throw new LockError('MANIFEST_MISMATCH', `the registry serves other bytes than those of ${digest}`)
    return found
  }
  return {
    url,
    submit: async (submission) => {
      const init = { method: 'POST', body: JSON.stringify(submission), headers: { 'content-type': 'application/json' } }
      const { status, body } = await ask('v1/statements', MAX_SMALL, init)
      const answer = parse(body, having({ index: size, record: having({}), proof: TEXT }), 'v1/statements')
      const { index, record, proof } = answer as unknown as Proven & { readonly record: Json } // its form was checked
      return { isNew: status === 201, index, record: canonicalize(record), proof }
    },
    version: (name, version) => words(`v1/servers/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`, MAX_SERVED),
    versions: async (name) => {
      const answer = await json(`v1/servers/${encodeURIComponent(name)}/versions`, having({ versions: arrayOf(LISTING) }))
      return member(answer, 'versions') as unknown as readonly Listing[] // its form was checked
    },
    search: async (search, cursor) => {
      const query = new URLSearchParams({ search, ...(cursor === null ? {} : { cursor }) })
      return page(await json(`v1/servers?${query}`, having({ servers: arrayOf(LISTING), next: nullOr(TEXT) })), 'servers')
    },
    pending: async (cursor) => {
      const query = cursor === null ? '' : `?${new URLSearchParams({ cursor })}`
      return page(await json(`v1/pending${query}`, having({ pending: arrayOf(LISTING), next: nullOr(TEXT) })), 'pending')
    },
    manifest: (digest) => object('manifests', digest),
    closure: async (digest) => decode(await object('closures', digest)),
    bundle: async (digest) => decode(await object('bundles', digest)),
    matches: async (digest) => {
      const answer = await json(`v1/digests/${encodeURIComponent(digest)}`, having({ matches: arrayOf(MATCH) }))
      return member(answer, 'matches') as unknown as readonly Match[] // its form was checked
    },
    status: () => words('v1/status', MAX_SMALL),
    checkpoint: () => words('log/checkpoint', MAX_SMALL),
    tile: (tile, kind = 'hashes') => bytes(`log/${tilePath(tile, kind)}`, MAX_ENTRIES),
  }
}

const TEXT = text(/^[^]{1,65536}$/)
const NAMED = { name: text(/^.{1,300}$/), version: text(/^.{1,300}$/) }
const LISTING = having(NAMED)
const MATCH = having({ ...NAMED, kind: literal('definition', 'description', 'inputSchema', 'surface'), subject: text(/^[^]{0,4096}$/) })

/** A record as text. */
type Proven = { readonly index: number; readonly record: string; readonly proof: string }

/** What a registry answers for a version, of which nothing is checked yet. @throws LockError `MCP_REGISTRY_UNREACHABLE` */
export function parseServed(answer: string): Served {
  return parse(Buffer.from(answer), SERVED, 'a version') as unknown as Served // its form was checked
}

const WHOLE = text(/^[^]*$/)
const SERVED = having({
  ...NAMED,
  manifest: text(/^sha256:[0-9a-f]{64}$/),
  statements: arrayOf(having({ index: size, record: WHOLE, bundle: WHOLE, proof: WHOLE })),
  status: WHOLE,
})

function page(answer: Json, list: string): Page<Listing> {
  // Its form was checked.
  return { items: member(answer, list) as unknown as readonly Listing[], next: (member(answer, 'next') ?? null) as string | null }
}

async function request(url: URL, init: RequestInit, bounds: Bounds, network: Network): Promise<Answer> {
  const answer = await exchange(url, init, bounds, network).catch(notThere)
  if (answer.status === 200 || answer.status === 201) return answer
  throw refusal(url, answer)
}

/** Whatever kept it from answering: it is not there to be asked. */
function notThere(cause: unknown): never {
  if (cause instanceof LockError && (cause.exit === 3 || cause.code === 'ANSWER_TOO_LARGE')) throw unreachable(cause.message, cause)
  throw cause
}

const PROBLEM = having({ code: text(/^[A-Z_]{1,60}$/), detail: text(/^[^]{0,2000}$/) })

/** A refusal by a code of ours, as long as it is one that a registry has reason to say. */
function refusal(url: URL, { status, body }: Answer): LockError {
  const problem = status >= 400 && status < 500 ? strictly(body) : null
  if (problem !== null && fits(PROBLEM, problem)) {
    const { code, detail } = problem as unknown as { readonly code: string; readonly detail: string } // its form was checked
    if (isRefusal(code)) return new LockError(code, displaySafe(detail, 1000))
  }
  return unreachable(
    `\`${url.host}\` answered ${status}${status === 404 ? ': `url` is not the address of a registry, is its path right?' : ''}`,
  )
}

function isRefusal(code: string): code is Code {
  return isCode(code) && CODES[code].kind === 'failure' && (CODES[code].exit === 4 || CODES[code].exit === 2)
}

function parse(body: Uint8Array, check: Check, what: string): Json {
  const value = strictly(body)
  if (value === null || !fits(check, value)) throw unreachable(`\`${displaySafe(what, 300)}\` is not what a registry answers`)
  return value
}

function strictly(body: Uint8Array): Json | null {
  try {
    return parseStrictBytes(body)
  } catch (error) {
    if (error instanceof LockError) return null
    throw error
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw unreachable('the answer is not UTF-8', cause)
  }
}

function unreachable(message: string, cause?: unknown): LockError {
  return new LockError('MCP_REGISTRY_UNREACHABLE', message, { cause })
}
