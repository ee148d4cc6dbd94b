/** A SQLite database: opened, migrated, its statements, transactions and patience. */
import { existsSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { LockError } from '../core/codes/errors.ts'
import { displaySafe } from '../core/text.ts'
import { patiently } from './patiently.ts'
import { MIGRATIONS } from './sqlite-schema.ts'
import type { Opening } from './store.ts'

/** @throws LockError `DATABASE_NEWER`, `DATABASE_MISSING`, `DATABASE_UNUSABLE`, `REGISTRY_BUSY` */
export function openSqlite(path: string, { create = true }: Opening = {}): DatabaseSync {
  const shown = `\`${displaySafe(path, 300)}\``
  if (!create && !existsSync(path)) throw new LockError('DATABASE_MISSING', `there is no ${shown}`)
  let db: DatabaseSync | null = null
  try {
    db = new DatabaseSync(path, { timeout: 10_000 })
    if (!create && versionOf(db) === 0) throw new LockError('DATABASE_MISSING', `${shown} has nothing of a registry`)
    // FULL: in write-ahead mode, NORMAL can lose what was answered when the power fails.
    db.exec('pragma journal_mode = wal; pragma synchronous = full')
    migrate(db)
    // SQLite waits by blocking the process: from here on only for moments; `inTurn` waits for more.
    db.exec('pragma busy_timeout = 20')
    return db
  } catch (cause) {
    db?.close()
    if (!(cause instanceof Error) || cause instanceof LockError) throw cause
    if (isBusy(cause)) throw new LockError('REGISTRY_BUSY', 'the database does not answer', { cause })
    throw new LockError('DATABASE_UNUSABLE', `${shown}: ${cause.message}`, { cause })
  }
}

/** Forward only. The version is read again within the transaction: another process may migrate at the same time. */
function migrate(db: DatabaseSync): void {
  while (versionOf(db) !== MIGRATIONS.length) {
    transaction(db, () => {
      const version = versionOf(db)
      if (version > MIGRATIONS.length)
        throw new LockError('DATABASE_NEWER', `the database is of version ${version}, this program knows ${MIGRATIONS.length}`)
      const next = MIGRATIONS[version]
      if (next !== undefined) db.exec(`${next}; pragma user_version = ${version + 1}`)
    })
  }
}

function versionOf(db: DatabaseSync): number {
  const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: number } // SQLite's own
  return version
}

export type Sql = <Row>(text: string) => {
  readonly get: (...values: SQLInputValue[]) => Row | undefined
  readonly all: (...values: SQLInputValue[]) => Row[]
  readonly run: (...values: SQLInputValue[]) => void
}

/** Statements, each prepared once. */
export function statements(db: DatabaseSync): Sql {
  const prepared = new Map<string, StatementSync>()
  return <Row>(text: string) => {
    const statement = prepared.get(text) ?? db.prepare(text)
    prepared.set(text, statement)
    return {
      get: (...values) => statement.get(...values) as Row | undefined, // as the table has it
      all: (...values) => statement.all(...values) as Row[], // as the table has it
      run: (...values) => void statement.run(...values),
    }
  }
}

export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('begin immediate')
  try {
    const result = work()
    db.exec('commit')
    return result
  } catch (error) {
    // Some failures have ended it already.
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}

/** Waits for other processes, and lets this one go on meanwhile. @throws LockError `REGISTRY_BUSY` */
export function inTurn<T>(work: () => T): Promise<T> {
  return patiently(async () => work(), isBusy)
}

/** SQLITE_BUSY, whatever the reason; nothing was written then. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 5
}
