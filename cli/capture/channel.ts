/** JSON-RPC 2.0 over some wire: questions matched with answers, each received value in stored form. */
import { LockError } from '../../core/errors.ts'
import { isObject, member, type Json, type JsonObject } from '../../core/json.ts'

export type Answer = { readonly result: Json } | { readonly error: { readonly code: number; readonly message: string } }

/** One way to carry messages. `send` rejects when the message, or its answer over HTTP, cannot be carried. */
export type Wire = {
  readonly send: (message: JsonObject) => Promise<void> | void
  /** Told which revision the handshake settled on, where the wire has to say it with every message. */
  readonly agree?: (protocolVersion: string) => void
  readonly close: () => Promise<void>
}

export type Handlers = {
  /** The result for a request of the server's, or null to answer that the method is unknown. */
  readonly onRequest: (method: string) => Json | null
  readonly onNotification: (method: string) => void
}

type Pending = { readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void }

const METHOD_NOT_FOUND = -32601
/** Requests that a server may make in one session: each costs an answer. */
const MAX_ASKED = 1_000

export class Channel {
  readonly #pending = new Map<number, Pending>()
  readonly #handlers: Handlers
  #wire: Wire | null = null
  #failure: unknown
  #next = 0
  #asked = 0

  constructor(handlers: Handlers) {
    this.#handlers = handlers
  }

  attach(wire: Wire): this {
    this.#wire = wire
    return this
  }

  request(method: string, params: JsonObject): Promise<Answer> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      this.#pending.set(id, { resolve, reject })
      this.#send({ jsonrpc: '2.0', id, method, params }).catch((error: unknown) => {
        this.#pending.delete(id)
        reject(error)
      })
    })
  }

  async notify(method: string): Promise<void> {
    await this.#send({ jsonrpc: '2.0', method })
  }

  /** Whether the question with this id is still open. */
  awaits(id: Json | undefined): boolean {
    return typeof id === 'number' && this.#pending.has(id)
  }

  agree(protocolVersion: string): void {
    this.#wire?.agree?.(protocolVersion)
  }

  /** A message from the server. What nobody asked for is passed over. */
  receive(message: Json): void {
    if (Array.isArray(message)) return message.forEach((item: Json) => this.receive(item))
    const id = member(message, 'id')
    const method = member(message, 'method')
    if (typeof method === 'string') {
      if (id === undefined) this.#handlers.onNotification(method)
      else if (typeof id === 'string' || typeof id === 'number') this.#reply(id, method)
      return
    }
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined
    if (pending === undefined || typeof id !== 'number') return
    this.#pending.delete(id)
    const answer = readAnswer(message)
    if (answer === null) pending.reject(new LockError('ANSWER_MALFORMED', 'expected either a result or an error'))
    else pending.resolve(answer)
  }

  /** Ends every question with this error, and those to come. */
  fail(error: unknown): void {
    this.#failure ??= error
    for (const { reject } of this.#pending.values()) reject(this.#failure)
    this.#pending.clear()
  }

  async close(): Promise<void> {
    this.fail(new LockError('SERVER_EXITED', 'the session is closed'))
    await this.#wire?.close()
  }

  #reply(id: string | number, method: string): void {
    if (++this.#asked > MAX_ASKED) return this.fail(new LockError('ANSWER_TOO_LARGE', `more than ${MAX_ASKED} requests to the client`))
    const result = this.#handlers.onRequest(method)
    const answer: JsonObject = result === null ? { error: { code: METHOD_NOT_FOUND, message: 'Method not found' } } : { result }
    this.#send({ jsonrpc: '2.0', id, ...answer }).catch((error: unknown) => this.fail(error))
  }

  async #send(message: JsonObject): Promise<void> {
    if (this.#wire === null) throw new Error('no wire is attached')
    await this.#wire.send(message)
  }
}

function readAnswer(message: Json): Answer | null {
  const result = member(message, 'result')
  const error = member(message, 'error')
  if (result !== undefined) return error === undefined ? { result } : null
  const code = member(error, 'code')
  const text = member(error, 'message')
  if (!isObject(error) || typeof code !== 'number' || !Number.isSafeInteger(code)) return null
  return { error: { code, message: typeof text === 'string' ? text : '' } }
}
