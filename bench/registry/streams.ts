/** Five thousand clients that listen to the status: what each takes, and when the last has heard of an event. */
import type { Storage } from '../../test/e2e/registry-process.ts'
import { median } from '../pairs.ts'
import { atMost, row } from '../row.ts'
import { startChild } from './child.ts'
import type { ListenerQuestions } from './listeners.ts'
import type { ServerQuestions } from './server.ts'

const STREAMS = 5_000
const ROUNDS = 9

export async function streams(kind: string, storage: Storage): Promise<void> {
  await using server = startChild<ServerQuestions>(new URL('server.ts', import.meta.url))
  await using listeners = startChild<ListenerQuestions>(new URL('listeners.ts', import.meta.url))
  const { port } = await server.ask('open', { storage })
  // What the first ones load is not theirs.
  await listeners.ask('open', { port, count: 100 })
  const before = await server.ask('memory')
  await listeners.ask('open', { port, count: STREAMS })
  const each = ((await server.ask('memory')) - before) / STREAMS / 1024
  const delays: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const [at, last] = await Promise.all([server.ask('event', round), listeners.ask('heard', round + 2)])
    delays.push(last - at)
  }
  row(`${STREAMS} status streams, each, ${kind}`, each, atMost(60, 'KB'), '')
  row(`  an event at the last of them, ${kind}`, median(delays), atMost(250, 'ms'), `${Math.max(...delays).toFixed(0)} ms at most`)
}
