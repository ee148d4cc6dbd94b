/** The queue in SQLite, in the file of the embedded store. */
import { DatabaseSync } from 'node:sqlite'
import { inTurn, transaction } from '../sqlite-database.ts'
import type { Delivery, DeliveryQueue } from './queue.ts'

const TABLES = `
  create table if not exists delivery_cursors (target text primary key, next integer not null) strict, without rowid;
  create table if not exists deliveries (
    target text not null, idx integer not null, attempts integer not null, since integer not null, due integer not null,
    primary key (target, idx)
  ) strict, without rowid;
  create index if not exists due_deliveries on deliveries (target, due, idx);
`

/** @param path a file, or `:memory:` */
export function sqliteDeliveries(path: string): DeliveryQueue {
  const db = new DatabaseSync(path, { timeout: 10_000 })
  // As the store has it: what was given up or done is on disk, and from here on `inTurn` waits.
  db.exec(`pragma journal_mode = wal; pragma synchronous = full; ${TABLES}; pragma busy_timeout = 20`)
  const begin = db.prepare('insert or ignore into delivery_cursors values (?, ?)')
  const queue = db.prepare(`
    with recursive places (idx) as (
      select next from delivery_cursors where target = ?1 and next < ?2 union all select idx + 1 from places where idx + 1 < ?2
    )
    insert into deliveries select ?1, idx, 0, ?3, ?3 from places`)
  const move = db.prepare('update delivery_cursors set next = ?2 where target = ?1 and next < ?2')
  const take = db.prepare(`
    update deliveries set due = ?3, attempts = attempts + 1
    where target = ?1 and idx in (select idx from deliveries where target = ?1 and due <= ?2 order by due, idx limit ?4)
    returning idx as "index", attempts, since`)
  const later = db.prepare('update deliveries set due = ?3 where target = ?1 and idx = ?2')
  const done = db.prepare('delete from deliveries where target = ? and idx = ?')

  return {
    take: (target, { size, now, until, limit }) =>
      inTurn(() =>
        transaction(db, () => {
          begin.run(target, size)
          queue.run(target, size, now)
          move.run(target, size)
          return take.all(target, now, until, limit).map((row) => ({ ...row }) as unknown as Delivery) // as the statement returns it
        }),
      ),
    settle: (target, index, due) =>
      inTurn(() => {
        if (due === null) done.run(target, index)
        else later.run(target, index, due)
      }),
    close: async () => {
      if (db.isOpen) db.close()
    },
  }
}
