/**
 * The process that asks. Sockets of its own and no HTTP client: a client costs as much as the server that it asks, and
 * would measure itself.
 */
import { connect } from 'node:net'
import { answering } from './child.ts'

export type Load = {
  readonly port: number
  /** Whole requests, in turn. */
  readonly requests: readonly string[]
  readonly connections: number
  /** Of answers. */
  readonly count: number
}

export type Loaded = {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p99: number
  /** How many answers had which status. */
  readonly statuses: { readonly [status: string]: number }
}

const questions = { load }
export type LoadQuestions = typeof questions
answering(questions)

/** Each connection asks again as soon as it is answered. */
async function load({ port, requests, connections, count }: Load): Promise<Loaded> {
  const latencies: number[] = []
  const statuses: { [status: string]: number } = {}
  const start = performance.now()
  let next = 0
  const take = (): string | undefined => (next < count ? requests[next++ % requests.length] : undefined)
  await Promise.all(
    Array.from({ length: connections }, () =>
      askInTurn(port, take, (status, took) => {
        statuses[status] = (statuses[status] ?? 0) + 1
        latencies.push(took)
      }),
    ),
  )
  const seconds = (performance.now() - start) / 1000
  const sorted = Float64Array.from(latencies).toSorted()
  return { perSecond: sorted.length / seconds, p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN, statuses }
}

function askInTurn(port: number, take: () => string | undefined, answered: (status: string, took: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let sent = 0
    /** Of the answer that is coming; bytes that are missing, once its head is there. */
    let head = ''
    let missing: number | null = null
    const ask = (): void => {
      const request = take()
      if (request === undefined) {
        socket.end()
        resolve()
        return
      }
      sent = performance.now()
      socket.write(request)
    }
    socket.on('connect', ask)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed a connection')))
    socket.on('data', (chunk) => {
      if (missing === null) {
        const text = head + chunk.toString('latin1')
        const end = text.indexOf('\r\n\r\n')
        if (end < 0) {
          head = text
          return
        }
        const length = lengthOf(text, end)
        missing = end + 4 + length - text.length
        head = text.slice(0, 12)
      } else missing -= chunk.length
      if (missing > 0) return
      answered(head.slice(9, 12), performance.now() - sent)
      head = ''
      missing = null
      ask()
    })
  })
}

/** 304 has no body; all others say how long theirs is. */
function lengthOf(text: string, end: number): number {
  const [, length] = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, end + 2)) ?? []
  if (length === undefined && !text.startsWith('304', 9)) throw new Error(`an answer without a length: ${text.slice(0, 300)}`)
  return Number(length ?? '0')
}
