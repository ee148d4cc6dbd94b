/** Kills replicas of a registry at random moments of a load, and counts. `node registry-crashes.ts 100` does it on both stores. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sqliteDatabase } from '../registry-databases.ts'
import { POSTGRES_MISSING, startPostgres } from './postgres.ts'
import { audit, nothingSeen, observe, publish, type Seen } from './registry-load.ts'
import { replica, type Storage } from './registry-process.ts'

const CLIENTS = 16

/** Says what was counted; fails where anything was lost, doubled or forked. */
export async function crash(kills: number, storage: Storage, count: number): Promise<string> {
  const replicas = Array.from({ length: count }, () => replica(storage))
  const seen = nothingSeen()
  const over = new AbortController()
  const isOver = (): boolean => over.signal.aborted
  try {
    await Promise.all(replicas.map((one) => one.start()))
    let next = 0
    const publishing = Array.from({ length: CLIENTS }, async () => {
      // Some do it again until they are answered, some give up.
      while (!isOver()) await publish(next++, replicas, seen, isOver, () => Math.random() < 0.2)
    })
    const observing = observe(replicas, seen, isOver)
    const killing = (async () => {
      for (let i = 0; i < kills && !isOver(); i++) {
        await answers(Math.random() * 60, seen, isOver)
        await sleep(Math.random() * 20)
        const one = replicas[Math.floor(Math.random() * count)]
        await one?.kill()
        await one?.start()
      }
    })()
    const all = [...publishing, observing, killing]
    const done = Promise.all(all)
    // A client that fails ends it at once.
    await Promise.race([killing, done]).catch(() => {})
    over.abort()
    await Promise.allSettled(all)
    await done
    const { records, late } = await audit(replicas[0]?.url() ?? '', seen)
    return [
      `${kills} kills of ${count} replica${count === 1 ? '' : 's'}`,
      `${seen.answered.size} publications answered, all there and proven`,
      `${seen.unanswered.size} without an answer, ${late} of them there`,
      `${records} records, none twice`,
      `${seen.heads.size} heads shown, all of one log`,
    ].join('; ')
  } finally {
    over.abort()
    await Promise.all(replicas.map((one) => one.kill()))
  }
}

/** In the midst of the load, however fast the machine is. */
async function answers(more: number, { answered }: Seen, isOver: () => boolean): Promise<void> {
  const until = answered.size + more
  while (answered.size < until && !isOver()) await sleep(1)
}

export async function crashSqlite(kills: number): Promise<string> {
  const { file, drop } = await sqliteDatabase()
  try {
    return `SQLite: ${await crash(kills, { kind: 'sqlite', file }, 1)}`
  } finally {
    await drop()
  }
}

export async function crashPostgres(kills: number): Promise<string> {
  await using postgres = await startPostgres()
  const { url } = await postgres.create()
  return `PostgreSQL: ${await crash(kills, { kind: 'postgres', url }, 2)}`
}

if (process.argv[1] === import.meta.filename) {
  const kills = Number(process.argv[2] ?? '100')
  console.log(await crashSqlite(kills))
  console.log(POSTGRES_MISSING ?? (await crashPostgres(kills)))
}
