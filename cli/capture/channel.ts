/** JSON-RPC 2.0 over some wire: questions matched with answers, each received value in stored form. */
import { LockError } from '../../core/codes/errors.ts'
import { isArray, isObject, member, type Json, type JsonObject } from '../../core/json/json.ts'

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

  /**
   * A message from the server. Clients differ in what they do with an answer that nobody asked for, a
   * second one, one in a batch or one with other members, so that one of them could be told what we are
   * not: all of these end the session.
   * @throws LockError `ANSWER_MALFORMED`
   */
  receive(message: Json): void {
    try {
      this.#receive(message)
    } catch (error) {
      this.fail(error)
      throw error
    }
  }

  #receive(message: Json): void {
    if (isArray(message)) {
      if (message.some((item) => isObject(item)))
        throw new LockError('ANSWER_MALFORMED', 'a batch of messages, which clients read differently')
      return
    }
    const id = member(message, 'id')
    const method = member(message, 'method')
    if (typeof method === 'string') {
      if (id === undefined) this.#handlers.onNotification(method)
      else if (typeof id === 'string' || typeof id === 'number') this.#reply(id, method)
      return
    }
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined
    const answer = readAnswer(message)
    if (answer === null && pending === undefined) return
    if (answer === null) throw new LockError('ANSWER_MALFORMED', 'expected either a result or an error')
    if (pending === undefined || typeof id !== 'number') {
      // An error without an id is how some servers refuse what they cannot read.
      if ('error' in answer) return
      throw new LockError('ANSWER_MALFORMED', 'an answer to a question that was not asked, or was answered before')
    }
    this.#pending.delete(id)
    pending.resolve(answer)
  }

  /** Ends every question with this error, and those to come. */
  fail(error: unknown): void {
    this.#failure ??= error
    for (const { reject } of this.#pending.values()) reject(this.#failure)
    this.#pending.clear()
  }

  /** @throws the failure of a session that was told something it must not be told; its end alone is none */
  assertSound(): void {
    const failure = this.#failure
    if (failure instanceof LockError && failure.code !== 'SERVER_EXITED') throw failure
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

/**
 * A result or an error with exactly the members of JSON-RPC 2.0; null for what is no answer at all.
 * @throws LockError `ANSWER_MALFORMED`
 */
function readAnswer(message: Json): Answer | null {
  const result = member(message, 'result')
  const error = member(message, 'error')
  if (!isObject(message) || (result === undefined && error === undefined)) return null
  const known = Object.keys(message).every((key) => key === 'jsonrpc' || key === 'id' || key === 'result' || key === 'error')
  if (!known || message['jsonrpc'] !== '2.0' || (result !== undefined && error !== undefined)) {
    throw new LockError('ANSWER_MALFORMED', 'expected `jsonrpc`, `id` and either `result` or `error`, and nothing else')
  }
  if (result !== undefined) return { result }
  const code = member(error, 'code')
  const text = member(error, 'message')
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) throw new LockError('ANSWER_MALFORMED', 'expected an error with a code')
  return { error: { code, message: typeof text === 'string' ? text : '' } }
}
