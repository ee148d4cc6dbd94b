/** Reading the surface off a connection that a host already holds: its messages are seen, never changed. */
import { LockError } from '../codes/errors.ts'
import { storeValue, type Json } from '../json/json.ts'
import { LISTS, LIST_NAMES, readSurface, type Listing, type ListName, type Pages, type Surface } from './surface.ts'

/** What of an MCP SDK's transport is needed (`@modelcontextprotocol/client` and `/sdk` both have it). */
export type Transport = {
  onmessage?: ((message: never, extra?: never) => void) | undefined
  send(message: never, options?: never): Promise<void>
}

export type Recording = {
  /**
   * The surface of all that was answered so far. Lists that the host did not ask for are absent, so
   * compare only after it has listed everything that it uses.
   * @throws LockError `ANSWER_MALFORMED` before the handshake, and what `readSurface` throws
   */
  readonly surface: () => Surface
}

type Asked = { readonly method: string; readonly cursor: boolean; readonly uri: string | null }

const HANDSHAKES = ['initialize', 'server/discover'] as const
/** Only what the surface is made of: a host's other traffic is not looked at. */
const RECORDED: ReadonlySet<string> = new Set([
  ...HANDSHAKES,
  ...LIST_NAMES.map((name) => LISTS[name].method),
  'skills/list',
  'resources/read',
])

/**
 * Watches a transport. Call it before the client connects. The SDK has parsed the messages by then:
 * duplicate keys are gone and large numbers rounded, which a raw capture would have refused or kept.
 */
export function recordTransport(transport: Transport): Recording {
  const recorder = new Recorder()
  const send = transport.send.bind(transport)
  transport.send = (message, options) => {
    recorder.sent(message)
    return send(message, options)
  }
  const original = transport.onmessage
  let handler = original
  const inHand = new Set<unknown>()
  const watched: NonNullable<Transport['onmessage']> = (message, extra) => {
    // An SDK's client puts a handler of its own, and calls from there the one that it found, which is this.
    if (inHand.has(message)) return original?.(message, extra)
    inHand.add(message)
    try {
      recorder.received(message)
      handler?.(message, extra)
    } finally {
      inHand.delete(message)
    }
  }
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    enumerable: true,
    get: () => watched,
    set: (next: Transport['onmessage']) => {
      handler = next
    },
  })
  return { surface: () => recorder.surface() }
}

class Recorder {
  readonly #asked = new Map<unknown, Asked>()
  readonly #pages = new Map<string, Json[] | { readonly failed: number }>()
  #handshake: Listing['handshake'] | null = null
  #failure: unknown

  sent(message: unknown): void {
    const { id, method, params } = fields(message)
    if (typeof method !== 'string' || id === undefined || !RECORDED.has(method)) return
    const { cursor, uri } = fields(params)
    this.#asked.set(id, { method, cursor: cursor !== undefined, uri: typeof uri === 'string' ? uri : null })
  }

  /** Never throws: the host's own handler comes next. */
  received(message: unknown): void {
    const { id, result, error } = fields(message)
    const asked = this.#asked.get(id)
    if (asked === undefined || (result === undefined && error === undefined)) return
    this.#asked.delete(id)
    try {
      this.#keep(asked, result, error)
    } catch (failure) {
      this.#failure ??= failure
    }
  }

  #keep({ method, cursor, uri }: Asked, result: unknown, error: unknown): void {
    const handshake = HANDSHAKES.find((name) => name === method)
    if (handshake !== undefined && result !== undefined) this.#handshake = { method: handshake, result: storeValue(result) }
    const key = method === 'resources/read' ? `ui ${uri}` : method
    const before = this.#pages.get(key)
    if (result !== undefined) {
      this.#pages.set(key, [...(cursor && Array.isArray(before) ? before : []), storeValue(result)])
      return
    }
    const { code } = fields(error)
    if (!Number.isSafeInteger(code)) throw new LockError('ANSWER_MALFORMED', `${method}: expected an error with a code`)
    this.#pages.set(key, { failed: Number(code) })
  }

  surface(): Surface {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#handshake === null) throw new LockError('ANSWER_MALFORMED', 'the handshake was not recorded')
    const lists: { [name in ListName]?: Pages } = {}
    for (const name of LIST_NAMES) {
      const pages = this.#pagesOf(LISTS[name].method)
      if (pages !== undefined) lists[name] = pages
    }
    const skills = this.#pagesOf('skills/list')
    const ui = [...this.#pages.keys()]
      .filter((key) => key.startsWith('ui ui://'))
      .map((key) => [key.slice('ui '.length), this.#pagesOf(key) as Pages])
    return readSurface({ handshake: this.#handshake, lists, ...(skills === undefined ? {} : { skills }), ui: Object.fromEntries(ui) })
  }

  #pagesOf(key: string): Pages | undefined {
    const pages = this.#pages.get(key)
    return Array.isArray(pages) ? { pages } : pages
  }
}

function fields(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown }) : {}
}
