/** The embedded store: SQLite in one file, in write-ahead mode, every commit on disk before it is answered. */
import type { DatabaseSync } from 'node:sqlite'
import { edgeTiles, nameKey, rootOf, type TileBytes } from '../core/registry/index.ts'
import { decide, wantedBy, type Batch, type Before, type Wanted } from './batch.ts'
import { afterOf, toListed, toLogged, toLookAlike, type VersionRow } from './rows.ts'
import { inTurn, openSqlite, statements, transaction, type Sql } from './sqlite-database.ts'
import type { Head, LastStatus, Listed, Logged, LookAlike, Opening, Page, ServedRecord, Store } from './store.ts'
import { watchSize } from './watch-size.ts'

/**
 * Opens and, where it is older, migrates a database. Several processes may have the same file open.
 * @param path a file, or `:memory:`
 * @throws LockError `DATABASE_NEWER`, `DATABASE_MISSING`, `DATABASE_UNUSABLE`, `REGISTRY_BUSY`
 */
export function sqliteStore(path: string, opening: Opening = {}): Store {
  const db = openSqlite(path, opening)
  const sql = statements(db)
  const watched = watchSize(() => readHead(sql).size)
  return {
    append: async (writes, judge) => {
      const { outcomes, head, records } = await inTurn(() =>
        transaction(db, () => {
          const batch = decide(writes, readBefore(sql, wantedBy(writes)), judge)
          if (batch.records.length > 0) write(sql, batch)
          return batch
        }),
      )
      if (records.length > 0) watched.grown(head.size)
      return { outcomes, head }
    },
    head: () => inTurn(() => readHead(sql)),
    tile: (level, index) => inTurn(() => readTile(sql, level, index)),
    records: (from, to) =>
      inTurn(() =>
        sql<{ record: Uint8Array }>('select record from records where idx >= ? and idx < ? order by idx')
          .all(from, to)
          .map(({ record }) => record),
      ),
    object: (digest) => inTurn(() => sql<{ bytes: Uint8Array }>('select bytes from objects where digest = ?').get(digest)?.bytes ?? null),
    logged: (name) => inTurn(() => readLogged(sql, name)),
    served: (name) =>
      inTurn(() =>
        sql<ServedRecord>(
          `select idx as "index", record, bytes as bundle from records left join objects on digest = bundle
           where scope = ? or scope is null order by idx`,
        ).all(nameKey(name)),
      ),
    list: (page) => inTurn(() => list(sql, page)),
    versions: (name) =>
      inTurn(() => sql<VersionRow>('select * from versions where name_key = ? order by idx desc').all(nameKey(name)).map(toListed)),
    lookAlikes: (digest) =>
      inTurn(() =>
        sql<LookAlike>(
          `select digests.name, version, kind, subject from digests join versions using (name_key, version)
           where digest = ? order by idx, kind, subject limit 1000`,
        )
          .all(digest)
          .map(toLookAlike),
      ),
    lastStatus: (known) =>
      inTurn(() => {
        // One statement, for one moment.
        const row = sql<Partial<Head> & Omit<LastStatus, 'head'>>(
          'select epoch, iif(epoch = ?, null, status) as text, size, root from epochs left join head',
        ).get(known)
        return row === undefined ? neverEmpty('epochs') : { epoch: row.epoch, text: row.text, head: headOf(row) }
      }),
    keepStatus: (epoch, text) =>
      inTurn(() => sql('update epochs set epoch = ?1, status = ?2 where epoch = ?1 - 1 returning epoch').get(epoch, text) !== undefined),
    remember: (log) =>
      inTurn(() => {
        sql('insert or ignore into log values (1, ?)').run(log)
        return sql<{ verifier: string }>('select verifier from log').get()?.verifier ?? neverEmpty('log')
      }),
    watch: watched.watch,
    close: async () => {
      watched.close()
      closeOnce(db)
    },
  }
}

function readHead(sql: Sql): Head {
  return headOf(sql<Head>('select size, root from head').get() ?? {})
}

/** @param row without a head before the first record */
function headOf({ size, root }: { readonly [Member in keyof Head]?: Head[Member] | null }): Head {
  return { size: size ?? 0, root: root ?? rootOf(0, () => neverEmpty('the empty log')) }
}

function readTile(sql: Sql, level: number, index: number): Uint8Array | null {
  return sql<{ bytes: Uint8Array }>('select bytes from tiles where level = ? and idx = ?').get(level, index)?.bytes ?? null
}

function readLogged(sql: Sql, name: string | null): Logged[] {
  const columns = 'select idx, record, payload, identity, bundle from records'
  type Row = Parameters<typeof toLogged>[0]
  return name === null
    ? sql<Row>(`${columns} where is_control = 1 order by idx`).all().map(toLogged)
    : sql<Row>(`${columns} where scope = ? or scope is null order by idx`).all(nameKey(name)).map(toLogged)
}

function readBefore(sql: Sql, { keys, scopes, tiles }: Wanted): Before {
  const head = readHead(sql)
  return {
    head,
    known: sql<Before['known'][number]>('select key, idx from records where key in (select value from json_each(?))').all(
      JSON.stringify(keys),
    ),
    records: sql<Before['records'][number]>(
      `select idx, scope, payload, identity from records
       where scope in (select value from json_each(?)) or scope is null order by idx`,
    ).all(JSON.stringify(scopes)),
    tiles: [...tiles, ...edgeTiles(head.size)].flatMap(({ level, index }): TileBytes[] => {
      const bytes = readTile(sql, level, index)
      return bytes === null ? [] : [{ level, index, bytes }]
    }),
  }
}

function write(sql: Sql, { records, objects, versions, digests, latest, touched, tiles, head }: Batch): void {
  for (const { idx, key, scope, isControl, record, payload, identity, bundle } of records)
    sql('insert into records values (?, ?, ?, ?, ?, ?, ?, ?)').run(idx, key, scope, isControl ? 1 : 0, record, payload, identity, bundle)
  for (const { digest, bytes } of objects) sql('insert or ignore into objects values (?, ?)').run(digest, bytes)
  for (const row of versions)
    sql('insert into versions values (?, ?, ?, ?, ?, ?, 0, ?, ?)').run(
      row.nameKey,
      row.version,
      row.name,
      row.manifest,
      row.idx,
      row.metadata,
      row.received,
      row.received,
    )
  for (const { digest, nameKey: key, name, version, kind, subject } of digests)
    sql('insert into digests values (?, ?, ?, ?, ?, ?)').run(digest, key, name, version, kind, subject)
  for (const { nameKey: key, version, received } of latest)
    sql('update versions set is_latest = (version = ?2), updated = ?3 where name_key = ?1 and (is_latest = 1 or version = ?2)').run(
      key,
      version,
      received,
    )
  for (const { nameKey: key, version, received } of touched)
    sql('update versions set updated = ?3 where name_key = ?1 and (?2 is null or version = ?2)').run(key, version, received)
  for (const { level, index, bytes } of tiles) sql('insert or replace into tiles values (?, ?, ?)').run(level, index, bytes)
  sql('insert or replace into head values (1, ?, ?)').run(head.size, head.root)
}

function list(sql: Sql, { search, after, limit, updatedSince = 0, latestOnly }: Page): Listed[] {
  const { key, version } = afterOf(after)
  return sql<VersionRow>(
    `select * from versions where (name_key, version) > (?1, ?2) and (?3 = '' or instr(name_key, ?3) > 0)
     and updated >= ?4 and (?5 = 0 or is_latest = 1) order by name_key, version limit ?6`,
  )
    .all(key, version, nameKey(search), updatedSince, latestOnly ? 1 : 0, limit)
    .map(toListed)
}

function closeOnce(db: DatabaseSync): void {
  if (db.isOpen) db.close()
}

function neverEmpty(what: string): never {
  throw new Error(`nothing stands in ${what}`)
}
