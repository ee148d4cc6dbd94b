/** Kills replicas of a registry at random moments of a load, and counts. `node registry-crashes.ts 100` does it on both stores. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { postgresStore, sqliteStore, type Store } from '../../registry-server/index.ts'
import { sqliteDatabase } from '../registry-databases.ts'
import { POSTGRES_MISSING, startPostgres } from './postgres.ts'
import { audit, checkAgain, nothingSeen, observe, publish, type Seen } from './registry-load.ts'
import { replica, type Replica } from './registry-process.ts'

const CLIENTS = 16
/** In turn, what a kill is to hit. */
const AIMS = ['within', 'unshown', 'anywhere'] as const
const MOST_TRIES = 50

/** What is killed, and a look at it from beside. */
type Setting = {
  readonly replicas: readonly Replica[]
  readonly store: Store
  /** Whether one that is paused has begun what it has not committed. */
  readonly isWithin: (which: number) => Promise<boolean>
}

type Kills = { all: number; within: number; unshown: number; together: number }

/** Says what was counted; fails where anything was lost, doubled or forked. */
async function crash(count: number, { replicas, store, isWithin }: Setting): Promise<string> {
  const seen = nothingSeen()
  const kills: Kills = { all: 0, within: 0, unshown: 0, together: 0 }
  const over = new AbortController()
  const isOver = (): boolean => over.signal.aborted
  const isUnshown = async (): Promise<boolean> => (await store.head()).size > Math.max(0, ...seen.heads.keys())

  /** Looks at what is paused, and lets it go on for a moment, until it is where it shall be killed; in vain after some time. */
  async function kill(which: readonly number[], aim: (typeof AIMS)[number]): Promise<void> {
    const victims = which.map((i) => replicas[i] as Replica) // one of them each
    for (let tries = 0; ; tries++) {
      for (const one of victims) one.pause()
      // What was said is heard by now.
      await sleep(3)
      const at = { within: (await Promise.all(which.map(isWithin))).includes(true), unshown: await isUnshown(), anywhere: true }
      if (at[aim] || tries === MOST_TRIES || isOver()) {
        if (at.within) kills.within++
        if (at.unshown) kills.unshown++
        break
      }
      for (const one of victims) one.resume()
      await sleep(Math.random() * 4)
    }
    await Promise.all(victims.map((one) => one.kill()))
    kills.all += victims.length
    if (victims.length > 1) kills.together++
    await Promise.all(victims.map((one) => one.start()))
  }

  /** One that hangs within a transaction does not keep the others from theirs for good; when it wakes, it goes on. */
  async function hang(one: Replica, others: readonly Replica[]): Promise<void> {
    for (one.pause(); !(await isWithin(0)) && !isOver(); one.pause()) {
      one.resume()
      await sleep(Math.random() * 4)
    }
    await publish(next++, others, seen, isOver)
    one.resume()
    await publish(next++, [one], seen, isOver)
  }

  let next = 0
  try {
    await Promise.all(replicas.map((one) => one.start()))
    const publishing = Array.from({ length: CLIENTS }, async () => {
      // Some do it again until they are answered, some give up.
      while (!isOver()) await publish(next++, replicas, seen, isOver, () => Math.random() < 0.2)
    })
    const watching = [observe(replicas, seen, isOver), checkAgain(replicas, seen, isOver)]
    const killing = (async () => {
      for (let turn = 0; kills.all < count && !isOver(); turn++) {
        await answers(Math.random() * 30, seen, isOver)
        await sleep(Math.random() * 20)
        const isTogether = replicas.length > 1 && turn % 4 === 3
        const which = isTogether ? [...replicas.keys()] : [Math.floor(Math.random() * replicas.length)]
        await kill(which, AIMS[turn % AIMS.length] ?? 'anywhere')
      }
      const [one, ...others] = replicas
      if (one !== undefined && others.length > 0) await hang(one, others)
    })()
    const all = [...publishing, ...watching, killing]
    const done = Promise.all(all)
    // A client that fails ends it at once.
    await Promise.race([killing, done]).catch(() => {})
    over.abort()
    await Promise.allSettled(all)
    await done
    assert.ok(kills.within > 0, 'no kill was within a transaction')
    const { records, late } = await audit(replicas[0]?.url() ?? '', seen)
    return [
      `${kills.all} kills, ${kills.within} within a transaction, ${kills.unshown} after a commit whose head nobody was shown`,
      ...(replicas.length > 1 ? [`${kills.together} times all replicas at once, and one left hanging within a transaction`] : []),
      `${seen.answered.size} publications answered, all there and proven, ${seen.again} of them not before they were sent again`,
      `${seen.unanswered.size} without an answer, ${late} of them there`,
      `${records} records, none twice`,
      `${seen.heads.size} heads shown, all of one log`,
      `${seen.checks} checks by a client that remembers, none refused`,
    ].join('; ')
  } finally {
    over.abort()
    await Promise.all(replicas.map((one) => one.end()))
    await store.close()
  }
}

/** In the midst of the load, however fast the machine is. */
async function answers(more: number, { answered }: Seen, isOver: () => boolean): Promise<void> {
  const until = answered.size + more
  while (answered.size < until && !isOver()) await sleep(1)
}

export async function crashSqlite(kills: number): Promise<string> {
  const { file, drop } = await sqliteDatabase()
  const store = sqliteStore(file)
  const beside = new DatabaseSync(file, { timeout: 0 })
  /** Who is within a transaction has the lock. */
  const isLocked = (): boolean => {
    try {
      beside.exec('begin immediate; rollback')
      return false
    } catch {
      return true
    }
  }
  try {
    return `SQLite: ${await crash(kills, { replicas: [replica({ kind: 'sqlite', file })], store, isWithin: async () => isLocked() })}`
  } finally {
    beside.close()
    await drop()
  }
}

export async function crashPostgres(kills: number): Promise<string> {
  await using postgres = await startPostgres()
  const { url } = await postgres.create()
  const store = await postgresStore({ url, connections: 1 })
  const beside = new pg.Client({ connectionString: url })
  await beside.connect()
  const names = ['replica0', 'replica1']
  const isWithin = async (which: number): Promise<boolean> => {
    const { rows } = await beside.query(
      "select from pg_stat_activity where application_name = $1 and (state = 'idle in transaction' or wait_event_type = 'Lock')",
      [names[which]],
    )
    return rows.length > 0
  }
  const replicas = names.map((name) => replica({ kind: 'postgres', url: `${url}&application_name=${name}` }))
  try {
    return `PostgreSQL: ${await crash(kills, { replicas, store, isWithin })}`
  } finally {
    await beside.end()
  }
}

if (process.argv[1] === import.meta.filename) {
  const kills = Number(process.argv[2] ?? '100')
  console.log(await crashSqlite(kills))
  console.log(POSTGRES_MISSING ?? (await crashPostgres(kills)))
}
