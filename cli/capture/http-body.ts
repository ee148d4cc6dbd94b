/** Reading what a server sends over HTTP, within the limits of a session. */
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Response } from 'undici'
import { LockError } from '../../core/codes/errors.ts'
import type { Limits } from './limits.ts'

/** The bytes a server may still send in this session, after decompression. */
export class Budget {
  readonly #limits: Limits
  #total = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  take(bytes: number, ofMessage: number): void {
    this.#total += bytes
    if (ofMessage > this.#limits.message) throw new LockError('ANSWER_TOO_LARGE', `a body of more than ${this.#limits.message} bytes`)
    if (this.#total > this.#limits.total) throw new LockError('ANSWER_TOO_LARGE', `more than ${this.#limits.total} bytes in one session`)
  }
}

export function isStream(response: Response): boolean {
  return /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')
}

export async function readBody(response: Response, budget: Budget): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    budget.take(chunk.length, size)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Whether clients take an event for a message: one without a name, or named so (MCP transports). */
export function isMessage({ event }: EventSourceMessage): boolean {
  return event === undefined || event === '' || event === 'message'
}

/** Hands over every event that has data, until the stream ends. */
export async function pumpEvents(response: Response, budget: Budget, onEvent: (event: EventSourceMessage) => void): Promise<void> {
  let held = 0
  const parser = createParser({
    onEvent: (event) => {
      held = 0
      if (event.data !== '') onEvent(event)
    },
  })
  const decode = utf8Decoder()
  for await (const chunk of response.body ?? []) {
    held += chunk.length
    budget.take(chunk.length, held)
    parser.feed(decode(chunk))
  }
  decode(null)
}

/** Decodes piece by piece, null being the end. */
function utf8Decoder(): (chunk: Uint8Array | null) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return (chunk) => {
    try {
      return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch (cause) {
      throw new LockError('JSON_NOT_UTF8', 'an event stream that is not UTF-8', { cause })
    }
  }
}
