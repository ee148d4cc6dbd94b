/** The store for several replicas: PostgreSQL. Who appends holds the row of the head; the others wait, and read it anew. */
import { nameKey } from '../core/registry/index.ts'
import { decide, wantedBy, type Batch, type Before, type Wanted } from './batch.ts'
import { openPostgres, type Ask } from './postgres-database.ts'
import { CHANNEL, listen } from './postgres-listener.ts'
import { afterOf, toListed, toLogged, toLookAlike, type VersionRow } from './rows.ts'
import type { Head, LastStatus, Listed, LookAlike, Opening, Page, ServedRecord, Store } from './store.ts'

export type PostgresOptions = Opening & {
  /** `postgres://user@host/database`; what it leaves open is taken from `PGHOST`, `PGPASSWORD` and so on. */
  readonly url: string
  /** The most connections at once; one more listens. */
  readonly connections?: number
}

/**
 * Connects and, where it is older, migrates the database.
 * @throws LockError `DATABASE_NEWER`, `DATABASE_MISSING`, `DATABASE_UNUSABLE`, `REGISTRY_BUSY`
 */
export async function postgresStore({ url, connections = 10, ...opening }: PostgresOptions): Promise<Store> {
  const database = await openPostgres(url, connections, opening)
  const ask: Ask = (text, values) => database.ask(text, values?.map(findable))
  const listeners = new Set<() => void>()
  let stopListening: (() => Promise<void>) | null = null
  const changed = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    append: (writes, judge) =>
      database.transaction(async (within) => {
        const batch = decide(writes, await readBefore(within, wantedBy(writes)), judge)
        if (batch.records.length > 0) await write(within, batch)
        return { outcomes: batch.outcomes, head: batch.head }
      }),
    head: async () => one(await ask<Head>('select size, root from head')),
    tile: async (level, index) =>
      (await ask<{ bytes: Uint8Array }>('select bytes from tiles where level = $1 and idx = $2', [level, index]))[0]?.bytes ?? null,
    records: async (from, to) =>
      (await ask<{ record: Uint8Array }>('select record from records where idx >= $1 and idx < $2 order by idx', [from, to])).map(
        ({ record }) => record,
      ),
    object: async (digest) => (await ask<{ bytes: Uint8Array }>('select bytes from objects where digest = $1', [digest]))[0]?.bytes ?? null,
    logged: async (name) => (await readLogged(ask, name)).map(toLogged),
    served: (name) =>
      ask<ServedRecord>(
        `select idx as index, record, bytes as bundle from records left join objects on digest = bundle
         where scope = $1 or scope is null order by idx`,
        [nameKey(name)],
      ),
    list: (page) => list(ask, page),
    versions: async (name) =>
      (await ask<VersionRow>('select * from versions where name_key = $1 order by idx desc', [nameKey(name)])).map(toListed),
    lookAlikes: async (digest) =>
      (
        await ask<LookAlike>(
          `select digests.name, version, kind, subject from digests join versions using (name_key, version)
           where digest = $1 order by idx, kind, subject limit 1000`,
          [digest],
        )
      ).map(toLookAlike),
    lastStatus: async (known) => {
      // One statement, for one moment.
      const rows = await ask<Head & Omit<LastStatus, 'head'>>(
        'select epoch, case when epoch <> $1 then status end as text, size, root from epochs, head',
        [known],
      )
      const { epoch, text, size, root } = one(rows)
      return { epoch, text, head: { size, root } }
    },
    keepStatus: async (epoch, text) =>
      (await ask('update epochs set epoch = $1, status = $2 where epoch = $1 - 1 returning epoch', [epoch, text])).length > 0,
    remember: async (log) => {
      await ask('insert into log (verifier) values ($1) on conflict do nothing', [log])
      return one(await ask<{ verifier: string }>('select verifier from log')).verifier
    },
    watch: (listener) => {
      listeners.add(listener)
      stopListening ??= listen(database.config, changed)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      listeners.clear()
      await stopListening?.()
      await database.close()
    },
  }
}

type LoggedRow = Parameters<typeof toLogged>[0]

function readLogged(ask: Ask, name: string | null): Promise<LoggedRow[]> {
  const columns = 'select idx, record, payload, identity, bundle from records'
  return name === null
    ? ask(`${columns} where is_control order by idx`)
    : ask(`${columns} where scope = $1 or scope is null order by idx`, [nameKey(name)])
}

async function readBefore(ask: Ask, { keys, scopes, tiles }: Wanted): Promise<Before> {
  // One after the other on the server, without waiting in between: each is a statement of its own, so that those after
  // the lock see what its last holder wrote.
  const [heads, known, records, found] = await Promise.all([
    ask<Head>('select size, root from head for update'),
    ask<Before['known'][number]>('select key, idx from records where key = any($1)', [keys]),
    ask<Before['records'][number]>(
      'select idx, scope, payload, identity from records where scope = any($1) or scope is null order by idx',
      [scopes],
    ),
    ask<Before['tiles'][number]>(
      `select level, idx as index, bytes from tiles join (
         select * from unnest($1::int[], $2::bigint[])
         union select level, (select size from head) >> (8 * (level + 1)) from generate_series(0, 6) as levels (level)
       ) as wanted (level, idx) using (level, idx)`,
      [tiles.map(({ level }) => level), tiles.map(({ index }) => index)],
    ),
  ])
  return { head: one(heads), known, records, tiles: found }
}

async function write(ask: Ask, { records, objects, versions, digests, latest, touched, tiles, head }: Batch): Promise<void> {
  const [, , , , , , , heads] = await Promise.all([
    ask(
      `insert into records select * from unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[], $5::bytea[], $6::bytea[],
       $7::text[], $8::text[])`,
      columns(records, ['idx', 'key', 'scope', 'isControl', 'record', 'payload', 'identity', 'bundle']),
    ),
    ask('insert into objects select * from unnest($1::text[], $2::bytea[]) on conflict do nothing', columns(objects, ['digest', 'bytes'])),
    ask(
      `insert into versions select name_key, version, name, manifest, idx, metadata, false, received, received
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[])
       as new (name_key, version, name, manifest, idx, metadata, received)`,
      columns(versions, ['nameKey', 'version', 'name', 'manifest', 'idx', 'metadata', 'received']),
    ),
    ask(
      'insert into digests select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])',
      columns(digests, ['digest', 'nameKey', 'name', 'version', 'kind', 'subject']),
    ),
    ask(
      `update versions set is_latest = (versions.version = new.version), updated = new.received
       from unnest($1::text[], $2::text[], $3::bigint[]) as new (name_key, version, received)
       where versions.name_key = new.name_key and (is_latest or versions.version = new.version)`,
      columns(latest, ['nameKey', 'version', 'received']),
    ),
    ask(
      `update versions set updated = new.received
       from unnest($1::text[], $2::text[], $3::bigint[]) as new (name_key, version, received)
       where versions.name_key = new.name_key and (new.version is null or versions.version = new.version)`,
      columns(touched, ['nameKey', 'version', 'received']),
    ),
    ask(
      `insert into tiles select * from unnest($1::int[], $2::bigint[], $3::bytea[])
       on conflict (level, idx) do update set bytes = excluded.bytes`,
      columns(tiles, ['level', 'index', 'bytes']),
    ),
    ask<{ size: number }>('update head set size = $1, root = $2 where size = $3 returning size', [
      head.size,
      head.root,
      head.size - records.length,
    ]),
    ask('select pg_notify($1, $2)', [CHANNEL, String(head.size)]),
  ])
  one(heads)
}

/** Rows as one array a column. */
function columns<Row, Key extends keyof Row>(rows: readonly Row[], keys: readonly Key[]): Row[Key][][] {
  return keys.map((key) => rows.map((row) => row[key]))
}

async function list(ask: Ask, { search, after, limit, updatedSince = 0, latestOnly }: Page): Promise<Listed[]> {
  const { key, version } = afterOf(after)
  const rows = await ask<VersionRow>(
    `select * from versions where (name_key, version) > ($1, $2) and ($3 = '' or strpos(name_key, $3) > 0)
     and updated >= $4 and (not $5 or is_latest) order by name_key, version limit $6`,
    [key, version, nameKey(search), updatedSince, latestOnly, limit],
  )
  return rows.map(toListed)
}

/** PostgreSQL has no text with U+0000; nothing that is kept has U+FFFD, so what has either is not found. */
function findable<T>(value: T): T | string {
  return typeof value === 'string' ? value.replaceAll('\0', '\u{fffd}') : value
}

function one<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error('the database has lost its head')
  return row
}
