/**
 * Whether somebody serves an embedded store. A server goes on with a database that was moved or deleted under it, so that
 * a lock on the database itself would say nothing: it is on an empty file beside it, and ends with whoever holds it.
 */
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LockError } from '../../core/codes/errors.ts'

/** Any number of servers hold it together. @returns what lets go of it */
export function holdServed(database: string): () => void {
  const db = new DatabaseSync(fileOf(database), { timeout: 10_000 })
  // Reading takes a lock that is kept to the end of the transaction.
  db.exec('begin; select count(*) from sqlite_schema')
  return () => {
    if (db.isOpen) db.close()
  }
}

/** No server starts until `work` is done. @throws LockError `DATABASE_SERVED` */
export async function whileNotServed<T>(database: string, work: () => Promise<T>): Promise<T> {
  const db = new DatabaseSync(fileOf(database), { timeout: 0 })
  try {
    db.exec('begin exclusive')
  } catch (cause) {
    db.close()
    throw new LockError('DATABASE_SERVED', 'a registry that was started with this database still runs', { cause })
  }
  return work().finally(() => db.close())
}

/** Hidden: whoever moves `registry.db*` away leaves it where it is. */
function fileOf(database: string): string {
  return join(dirname(database), `.${basename(database)}-served`)
}
