/** The embedded store: SQLite in one file, in write-ahead mode, every commit on disk before it is answered. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { edgeTiles, grow, hashInTile, leafHash, nameKey, rootOf, tileOf, type Hash, type TileBytes } from '../core/registry/index.ts'
import { digestsOf, recordKey, scopeOf, toLogged, toStored, type StoredRecord } from './rows.ts'
import { MIGRATIONS } from './sqlite-schema.ts'
import type { Head, Judge, Listed, Logged, LookAlike, Outcome, Page, Store, Write } from './store.ts'
import { isNewer } from './versions.ts'

/** Opens and, where it is older, migrates a database. @param path a file, or `:memory:` */
export function sqliteStore(path: string): Store {
  const db = new DatabaseSync(path, { timeout: 5_000 })
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  migrate(db)
  const prepared = new Map<string, StatementSync>()
  const sql = (text: string): StatementSync => {
    const statement = prepared.get(text) ?? db.prepare(text)
    prepared.set(text, statement)
    return statement
  }
  const listeners = new Set<() => void>()

  const head = (): Head => {
    const row = sql('select size, root from head').get() as { size: number; root: Uint8Array } | undefined // as the table has it
    return row === undefined ? { size: 0, root: rootOf(0, noHash) } : { size: row.size, root: row.root }
  }
  const tile = (level: number, index: number): Uint8Array | null => {
    const row = sql('select bytes from tiles where level = ? and idx = ?').get(level, index) as { bytes: Uint8Array } | undefined // as the table has it
    return row?.bytes ?? null
  }
  const rootAt = (size: number): string | null => {
    if (size > head().size) return null
    const root = rootOf(size, (node) => {
      const { level, index } = tileOf(node, size)
      const bytes = tile(level, index)
      if (bytes === null) throw new Error(`the database has no tile ${level}/${index}`)
      return hashInTile(node, bytes)
    })
    return Buffer.from(root).toString('base64')
  }
  const logged = (name: string | null): Logged[] => {
    const columns = 'select idx, record, payload, identity, bundle from records'
    const rows =
      name === null
        ? sql(`${columns} where is_control = 1 order by idx`).all()
        : sql(`${columns} where scope = ? or scope is null order by idx`).all(nameKey(name))
    return rows.map((row) => toLogged(row as unknown as StoredRecord)) // as the table has it
  }

  function insert(write: Write, index: number): void {
    const { idx, record, payload, identity, bundle } = toStored(write, index)
    const isControl = write.statement.kind === 'control' ? 1 : 0
    sql('insert into records values (?, ?, ?, ?, ?, ?, ?, ?)').run(
      idx,
      recordKey(write),
      scopeOf(write),
      isControl,
      record,
      payload,
      identity,
      bundle,
    )
    keep(bundle, write.bundle)
    const { manifest } = write
    if (manifest === null) return
    keep(write.record.manifest ?? '', manifest.bytes)
    const { source } = manifest.document
    if (write.closure !== null && 'package' in source) keep(source.package.closure ?? '', write.closure)
    listVersion(write, manifest, index)
  }

  function keep(digest: string, bytes: Uint8Array): void {
    sql('insert or ignore into objects values (?, ?)').run(digest, bytes)
  }

  function listVersion(write: Write, { document, metadata }: NonNullable<Write['manifest']>, index: number): void {
    const { name, version } = document
    const key = nameKey(name)
    const known = sql('select 1 from versions where name_key = ? and version = ?').get(key, version)
    if (known !== undefined) return
    const latest = sql('select version from versions where name_key = ? and is_latest = 1').get(key) as { version: string } | undefined // as the table has it
    const isLatest = latest === undefined || isNewer(version, latest.version)
    if (isLatest) sql('update versions set is_latest = 0, updated = ? where name_key = ? and is_latest = 1').run(write.received, key)
    sql('insert into versions values (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      key,
      version,
      name,
      write.record.manifest ?? '',
      index,
      JSON.stringify(metadata),
      isLatest ? 1 : 0,
      write.received,
      write.received,
    )
    for (const { digest, kind, subject } of digestsOf(document))
      sql('insert into digests values (?, ?, ?, ?, ?, ?)').run(digest, key, name, version, kind, subject)
  }

  function append(writes: readonly Write[], judge: Judge): { outcomes: Outcome[]; head: Head } {
    const before = head()
    const leaves: Hash[] = []
    const outcomes = writes.map((write): Outcome => {
      const same = sql('select idx from records where key = ?').get(recordKey(write)) as { idx: number } | undefined // as the table has it
      if (same !== undefined) return { kind: 'same', index: same.idx }
      const size = before.size + leaves.length
      const { statement } = write
      const seenRoot = statement.kind === 'control' ? rootAt(statement.predicate.seen.size) : null
      const refusal = judge(write, { size, accepted: logged(write.record.name ?? null) }, seenRoot)
      if (refusal !== null) return { kind: 'refused', refusal }
      insert(write, size)
      leaves.push(leafHash(toStored(write, size).record))
      return { kind: 'accepted', index: size }
    })
    return { outcomes, head: leaves.length === 0 ? before : advance(before, leaves) }
  }

  function advance(before: Head, leaves: readonly Hash[]): Head {
    const edge = edgeTiles(before.size).flatMap(({ level, index }): TileBytes[] => {
      const bytes = tile(level, index)
      return bytes === null ? [] : [{ level, index, bytes }]
    })
    const { size, root, tiles } = grow(before.size, leaves, edge)
    for (const { level, index, bytes } of tiles) sql('insert or replace into tiles values (?, ?, ?)').run(level, index, bytes)
    sql('insert or replace into head values (1, ?, ?)').run(size, root)
    return { size, root }
  }

  return {
    append: (writes, judge) => {
      const done = transaction(db, () => append(writes, judge))
      if (done.outcomes.some(({ kind }) => kind === 'accepted')) for (const listener of listeners) listener()
      return Promise.resolve(done)
    },
    head: () => Promise.resolve(head()),
    tile: (level, index) => Promise.resolve(tile(level, index)),
    records: (from, to) =>
      Promise.resolve(
        sql('select record from records where idx >= ? and idx < ? order by idx')
          .all(from, to)
          .map((row) => (row as unknown as { record: Uint8Array }).record), // as the table has it
      ),
    object: (digest) => {
      const row = sql('select bytes from objects where digest = ?').get(digest) as { bytes: Uint8Array } | undefined // as the table has it
      return Promise.resolve(row?.bytes ?? null)
    },
    logged: (name) => Promise.resolve(logged(name)),
    list: (page) => Promise.resolve(list(sql, page)),
    versions: (name) =>
      Promise.resolve(sql('select * from versions where name_key = ? order by idx desc').all(nameKey(name)).map(toListed)),
    lookAlikes: (digest) =>
      Promise.resolve(
        sql('select name, version, kind, subject from digests where digest = ? order by name_key, version, subject limit 1000')
          .all(digest)
          .map((row) => ({ ...row }) as unknown as LookAlike), // as the table has it
      ),
    nextEpoch: () => {
      const row = sql('update epochs set epoch = epoch + 1 returning epoch').get() as { epoch: number } // as the table has it
      return Promise.resolve(row.epoch)
    },
    watch: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => Promise.resolve(db.close()),
  }
}

function list(sql: (text: string) => StatementSync, { search, after, limit, updatedSince = 0, latestOnly }: Page): Listed[] {
  const rows = sql(
    `select * from versions where (name_key, version) > (?, ?) and (? = '' or instr(name_key, ?) > 0) and updated >= ?
     and (? = 0 or is_latest = 1) order by name_key, version limit ?`,
  )
  const [key = '', version = ''] = after.split(' ')
  return rows.all(key, version, search, search.toLowerCase(), updatedSince, latestOnly ? 1 : 0, limit).map(toListed)
}

function toListed(row: object): Listed {
  const { name, version, manifest, metadata, is_latest, published, updated } = row as VersionRow // as the table has it
  return { name, version, manifest, metadata: JSON.parse(metadata) as Listed['metadata'], isLatest: is_latest === 1, published, updated }
}

type VersionRow = {
  readonly name: string
  readonly version: string
  readonly manifest: Listed['manifest']
  readonly metadata: string
  readonly is_latest: number
  readonly published: number
  readonly updated: number
}

function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('begin immediate')
  try {
    const result = work()
    db.exec('commit')
    return result
  } catch (error) {
    db.exec('rollback')
    throw error
  }
}

function migrate(db: DatabaseSync): void {
  const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: number } // SQLite's own
  if (version > MIGRATIONS.length) throw new Error(`the database is of version ${version}, this program knows ${MIGRATIONS.length}`)
  MIGRATIONS.slice(version).forEach((text, i) => {
    transaction(db, () => db.exec(`${text}; pragma user_version = ${version + i + 1}`))
  })
}

function noHash(): never {
  throw new Error('an empty log has no hashes')
}
