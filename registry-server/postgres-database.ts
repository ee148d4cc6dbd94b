/** A PostgreSQL database: a bounded pool, migrations, transactions, and which failures pass. */
import type { ClientBase, ClientConfig, Pool, PoolClient, QueryResult } from 'pg'
import { LockError } from '../core/codes/errors.ts'
import { patiently } from './patiently.ts'
import { MIGRATIONS } from './postgres-schema.ts'
import type { Opening } from './store.ts'

type Value = string | number | boolean | Uint8Array | null

/** Asks; several questions at once go out without waiting for each other, and are answered in order. */
export type Ask = <Row>(text: string, values?: readonly (Value | readonly Value[])[]) => Promise<Row[]>

export type Database = {
  /** One question, asked again where the connection was lost. @throws LockError `REGISTRY_BUSY` */
  readonly ask: Ask
  /** `work` may run several times, and is committed once or not at all. @throws LockError `REGISTRY_BUSY` */
  readonly transaction: <T>(work: (ask: Ask) => Promise<T>) => Promise<T>
  /** Whose connection it is, for one beside the pool. */
  readonly config: ClientConfig
  readonly close: () => Promise<void>
}

/** @throws LockError `DATABASE_NEWER`, `DATABASE_MISSING`, `DATABASE_UNUSABLE`, `REGISTRY_BUSY` */
export async function openPostgres(url: string, connections: number, { create = true }: Opening = {}): Promise<Database> {
  const { default: pg } = await import('pg')
  const config: ClientConfig = {
    connectionString: url,
    application_name: 'mcp-lock-registry',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // Who holds the log and is not heard of any more, lets go of it.
    lock_timeout: 5_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 10_000,
    query_timeout: 40_000,
    // 64-bit numbers as numbers: none of ours is above 2^53.
    types: { getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) as never }, // by oid
  }
  const pool = new pg.Pool({ ...config, max: connections, pipeline: true, onConnect: (client) => durable(client) as unknown as void }) // it is awaited
  // A connection that breaks is replaced; whoever used it hears of it as the failure of a question.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const database = {
    ask: <Row>(text: string, values: readonly (Value | readonly Value[])[] = []) =>
      patiently(async () => rowsOf<Row>(await pool.query(text, [...values])), isPassing),
    transaction: <T>(work: (ask: Ask) => Promise<T>) => patiently(() => transact(pool, work), isPassing),
    config,
    close: () => pool.end(),
  }
  try {
    await database.transaction((ask) => migrate(ask, create))
    return database
  } catch (error) {
    await pool.end()
    if (!(error instanceof Error) || error instanceof LockError) throw error
    throw new LockError('DATABASE_UNUSABLE', `PostgreSQL: ${error.message}`, { cause: error })
  }
}

/** What was answered is on disk, whatever the database's default. */
function durable(client: ClientBase): Promise<unknown> {
  return client.query("select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'")
}

async function transact<T>(pool: Pool, work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  const asked: Promise<unknown>[] = []
  const ask: Ask = <Row>(text: string, values: readonly (Value | readonly Value[])[] = []) => {
    const rows = client.query(text, [...values]).then((result) => rowsOf<Row>(result))
    asked.push(rows)
    rows.catch(() => {})
    return rows
  }
  try {
    // Each statement sees what was committed before it: after the lock, all that its last holder wrote.
    void ask('begin isolation level read committed')
    const result = await work(ask)
    // Not before all is well: PostgreSQL would answer the commit of what has failed by a rollback, and no error.
    await Promise.all(asked)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    await undo(client, asked)
    throw await firstFailure(asked, error)
  }
}

async function undo(client: PoolClient, asked: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(asked)
  try {
    await client.query('rollback')
    client.release()
  } catch {
    client.release(true)
  }
}

/** The questions after one that failed fail too, for that reason alone. */
async function firstFailure(asked: readonly Promise<unknown>[], otherwise: unknown): Promise<unknown> {
  const settled = await Promise.allSettled(asked)
  const failed = settled.find((one) => one.status === 'rejected')
  return failed === undefined ? otherwise : failed.reason
}

function rowsOf<Row>({ rows }: QueryResult): Row[] {
  return rows as Row[] // as the table has it
}

/** Only one program at a time. */
const MIGRATING = 6_360_241

async function migrate(ask: Ask, create: boolean): Promise<void> {
  await ask('select pg_advisory_xact_lock($1)', [MIGRATING])
  await ask('create table if not exists migrations (version int primary key, applied timestamptz not null default now())')
  const [row] = await ask<{ version: number }>('select coalesce(max(version), 0) as version from migrations')
  const version = row?.version ?? 0
  if (version === 0 && !create) throw new LockError('DATABASE_MISSING', 'the database of PostgreSQL has nothing of a registry')
  if (version > MIGRATIONS.length)
    throw new LockError('DATABASE_NEWER', `the database is of version ${version}, this program knows ${MIGRATIONS.length}`)
  for (const [i, text] of MIGRATIONS.entries()) {
    if (i < version) continue
    // Several statements in one text go without values.
    await ask(text)
    await ask('insert into migrations (version) values ($1)', [i + 1])
  }
}

/** Connection lost or refused, server restarting, too many connections, timeouts; deadlocks and conflicts. */
const PASSING =
  /^(?:08...|57014|57P0[123]|53300|55P03|25P03|40001|40P01|ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOENT|EAI_AGAIN)$/
/** What pg says without a code. */
const LOST = /^(?:Connection terminated|Client has encountered a connection error|Client was closed|timeout e|Query read timeout)/

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return PASSING.test(code) || (code === '' && LOST.test(error.message))
}
