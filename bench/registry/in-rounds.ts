/** Two servers asked in turn, and what they answer in a time. */
import { median } from '../pairs.ts'
import type { Child } from './child.ts'
import type { Load, Loaded, LoadQuestions } from './load.ts'

const CONNECTIONS = 50
const ANSWERS = 3_000
const ROUNDS = 11
/** Until both are compiled. */
const WARM = 15_000

export type Share = {
  /** Of answers in a time. */
  readonly ratio: number
  /** Of answers in a time of its processor, which is what a busy machine leaves comparable. */
  readonly processor: number
  readonly subject: Figures
  readonly base: Figures
}
type Figures = Pick<Loaded, 'perSecond' | 'p99'>
type Measured = Figures & { /** Of the server, for an answer, in milliseconds. */ readonly processor: number }

export type Asked = Pick<Load, 'port' | 'requests'> & { readonly server: Pick<Child, 'ask'>; readonly status: string }

export async function inRounds(loads: Child<LoadQuestions>, subject: Asked, base: Asked): Promise<Share> {
  const pairs: (readonly [Measured, Measured])[] = []
  for (const one of [subject, base]) await ask(loads, one, WARM)
  for (let round = 0; round < ROUNDS; round++) pairs.push([await ask(loads, subject, ANSWERS), await ask(loads, base, ANSWERS)])
  return {
    ratio: median(pairs.map(([one, other]) => one.perSecond / other.perSecond)),
    processor: median(pairs.map(([one, other]) => other.processor / one.processor)),
    subject: figures(pairs.map(([one]) => one)),
    base: figures(pairs.map(([, other]) => other)),
  }
}

function figures(loaded: readonly Figures[]): Figures {
  return { perSecond: median(loaded.map(({ perSecond }) => perSecond)), p99: median(loaded.map(({ p99 }) => p99)) }
}

async function ask(loads: Child<LoadQuestions>, { server, port, requests, status }: Asked, count: number): Promise<Measured> {
  const before = await server.ask('processor')
  const loaded = await loads.ask('load', { port, requests, connections: CONNECTIONS, count })
  const statuses = Object.keys(loaded.statuses)
  if (statuses.join() !== status) throw new Error(`${requests[0]} was answered by ${JSON.stringify(loaded.statuses)}`)
  return { ...loaded, processor: ((await server.ask('processor')) - before) / (loaded.statuses[status] ?? 0) }
}
