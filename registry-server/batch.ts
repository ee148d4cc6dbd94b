/**
 * What a batch of writes becomes: decided in memory, after one reading of all that it needs, so that every store decides
 * alike and a database is asked twice however many writes there are.
 */
import { LockError } from '../core/codes/errors.ts'
import {
  addTo,
  grow,
  hashInTile,
  leafHash,
  recordKey,
  rootOf,
  tileOf,
  tilesFor,
  toHistory,
  type Accepted,
  type GrowingHistory,
  type History,
  type Hash,
  type TileBytes,
} from '../core/registry/index.ts'
import { scopeOf, toAccepted, toStored, type SignedRow, type StoredRecord } from './rows.ts'
import { listVersions, type Listing } from './listing.ts'
import type { Head, Judge, Outcome, Write } from './store.ts'

type Place = Pick<TileBytes, 'level' | 'index'>

export type Wanted = {
  /** Of records that may be there already. */
  readonly keys: readonly string[]
  /** Names whose records decide, with those about everything. */
  readonly scopes: readonly string[]
  /** What the heads that control statements saw are computed from. */
  readonly tiles: readonly Place[]
}

export function wantedBy(writes: readonly Write[]): Wanted {
  const sizes = new Set(writes.flatMap(({ statement }) => (statement.kind === 'control' ? [statement.predicate.seen.size] : [])))
  return {
    keys: [...new Set(writes.map(({ record }) => recordKey(record)))],
    scopes: [...new Set(writes.flatMap((write) => scopeOf(write) ?? []))],
    tiles: [...sizes].flatMap((size) => (size === 0 ? [] : tilesFor([{ start: 0, end: size }], size))),
  }
}

/** Read under the lock that keeps others from appending. */
export type Before = {
  readonly head: Head
  /** Of the records with one of the keys. */
  readonly known: readonly Pick<StoredRecord, 'key' | 'idx'>[]
  /** With one of the scopes or none, in the order of the log. */
  readonly records: readonly (SignedRow & Pick<StoredRecord, 'scope'>)[]
  /** Those wanted, and `edgeTiles` of the head, as far as they are there. */
  readonly tiles: readonly TileBytes[]
}

export type Batch = {
  readonly outcomes: readonly Outcome[]
  readonly head: Head
  readonly records: readonly StoredRecord[]
  readonly objects: readonly { readonly digest: string; readonly bytes: Uint8Array }[]
  /** New or longer than before. */
  readonly tiles: readonly TileBytes[]
} & Listing

export function decide(writes: readonly Write[], before: Before, judge: Judge): Batch {
  const { size } = before.head
  const known = new Map(before.known.map(({ key, idx }) => [key, idx]))
  const { about, add } = histories(before)
  const rootAt = rootsOf(before)
  const written: { readonly write: Write; readonly stored: StoredRecord }[] = []

  const outcomes = writes.map((write): Outcome => {
    const same = known.get(recordKey(write.record))
    if (same !== undefined) return { kind: 'same', index: same }
    const { statement, identity } = write
    const index = size + written.length
    const scope = scopeOf(write)
    const seenRoot = statement.kind === 'control' ? rootAt(statement.predicate.seen.size) : null
    const refusal = judge(write, { ...about(scope), size: index }, seenRoot)
    if (refusal !== null) return { kind: 'refused', refusal }
    const stored = storable(write, index)
    if (stored instanceof LockError) return { kind: 'refused', refusal: { code: stored.code, detail: stored.message } }
    written.push({ write, stored })
    known.set(stored.key, index)
    add(scope, { statement, identity, index })
    return { kind: 'accepted', index }
  })

  const records = written.map(({ stored }) => stored)
  const leaves = records.map(({ record }) => leafHash(record))
  const grown = leaves.length === 0 ? { ...before.head, tiles: [] } : grow(size, leaves, before.tiles)
  return {
    outcomes,
    head: { size: grown.size, root: grown.root },
    tiles: grown.tiles,
    records,
    objects: [...new Map(written.flatMap(({ write }) => objectsOf(write))).entries()].map(([digest, bytes]) => ({ digest, bytes })),
    ...listVersions(
      written.map(({ write, stored: { idx } }) => ({ write, idx })),
      (name) => about(name).publications.filter(({ index }) => index < size),
    ),
  }
}

type Histories = {
  /** All about a name and about everything; null: only about everything. */
  readonly about: (scope: string | null) => History
  readonly add: (scope: string | null, accepted: Accepted) => void
}

/** They grow with the batch: what is accepted counts for what comes after it. */
function histories({ head: { size }, records }: Before): Histories {
  const before = records.map((row) => ({ scope: row.scope, accepted: toAccepted(row) }))
  const opened = new Map<string | null, GrowingHistory>()
  const about = (scope: string | null): GrowingHistory => {
    const found = opened.get(scope)
    if (found !== undefined) return found
    const own = before.flatMap((one) => (one.scope === scope || one.scope === null ? [one.accepted] : []))
    const history = toHistory(size, own)
    opened.set(scope, history)
    return history
  }
  const add = (scope: string | null, accepted: Accepted): void => {
    before.push({ scope, accepted })
    for (const [of, history] of opened) if (scope === null || of === scope) addTo(history, accepted)
  }
  return { about, add }
}

/** A record that is too long is a fault of its own, and none of the batch. */
function storable(write: Write, index: number): StoredRecord | LockError {
  try {
    return toStored(write, index)
  } catch (error) {
    if (error instanceof LockError) return error
    throw error
  }
}

function rootsOf({ head, tiles }: Before): (size: number) => string | null {
  const bytesOf = new Map(tiles.map(({ level, index, bytes }) => [`${level}/${index}`, bytes]))
  return (size) => {
    if (size > head.size) return null
    const root: Hash = rootOf(size, (node) => {
      const { level, index } = tileOf(node, size)
      const bytes = bytesOf.get(`${level}/${index}`)
      if (bytes === undefined) throw new Error(`the database has no tile ${level}/${index}`)
      return hashInTile(node, bytes)
    })
    return Buffer.from(root).toString('base64')
  }
}

function objectsOf({ record, bundle, manifest, closure }: Write): [string, Uint8Array][] {
  const objects: [string, Uint8Array][] = [[record.bundle, bundle]]
  if (manifest === null) return objects
  const { source } = manifest.document
  if (record.manifest !== undefined) objects.push([record.manifest, manifest.bytes])
  if (closure !== null && 'package' in source && source.package.closure !== undefined) objects.push([source.package.closure, closure])
  return objects
}
