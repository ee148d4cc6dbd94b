/** What a write becomes in tables, the same in every store. */
import { formatRecord, nameKey, parseStatement, recordKey, type Accepted, type Manifest } from '../core/registry/index.ts'
import type { Identity } from '../core/identity/identity.ts'
import { entriesOf, LIST_NAMES } from '../core/surface/surface.ts'
import type { Listed, Logged, LookAlike, Write } from './store.ts'

/** The name that a record is about; null: about everything. */
export function scopeOf({ record }: Pick<Write, 'record'>): string | null {
  return record.name === undefined ? null : nameKey(record.name)
}

export type StoredRecord = {
  readonly idx: number
  readonly key: string
  readonly scope: string | null
  readonly isControl: boolean
  readonly record: Uint8Array
  readonly payload: Uint8Array
  readonly identity: string
  readonly bundle: string
}

/** @throws LockError as `formatRecord` */
export function toStored(write: Write, idx: number): StoredRecord {
  const { payload, identity, record } = write
  return {
    idx,
    key: recordKey(record),
    scope: scopeOf(write),
    isControl: record.kind === 'control',
    record: formatRecord(record),
    payload,
    identity: JSON.stringify(identity),
    bundle: record.bundle,
  }
}

export type SignedRow = Pick<StoredRecord, 'idx' | 'payload' | 'identity'>

export function toAccepted({ idx, payload, identity }: SignedRow): Accepted {
  return { index: idx, identity: JSON.parse(identity) as Identity, statement: parseStatement(payload) } // as `toStored` wrote it
}

export function toLogged(row: SignedRow & Pick<StoredRecord, 'record' | 'bundle'>): Logged {
  return { ...toAccepted(row), record: row.record, bundle: row.bundle as Logged['bundle'] } // a digest, as it was written
}

/** A version as it is written; whether it is the latest is said apart. */
export type NewVersion = {
  readonly idx: number
  readonly nameKey: string
  readonly version: string
  readonly name: string
  readonly manifest: string
  readonly metadata: string
  readonly received: number
}

export type VersionRow = Pick<Listed, 'name' | 'version' | 'manifest' | 'published' | 'updated'> & {
  readonly metadata: string
  /** A boolean, or 0 and 1. */
  readonly is_latest: boolean | number
}

export function toListed({ name, version, manifest, metadata, is_latest, published, updated }: VersionRow): Listed {
  const isLatest = is_latest === true || is_latest === 1
  return { name, version, manifest, metadata: JSON.parse(metadata) as Listed['metadata'], isLatest, published, updated } // as `decide` wrote it
}

/** Where the next page begins. */
export function cursorOf({ name, version }: Pick<Listed, 'name' | 'version'>): string {
  return `${nameKey(name)} ${version}`
}

/** The mirror of `cursorOf`; neither names nor versions have spaces. */
export function afterOf(cursor: string): { readonly key: string; readonly version: string } {
  const [key = '', version = ''] = cursor.split(' ')
  return { key, version }
}

/** `subject` as JSON: names of tools may have characters that a database does not take. */
export type DigestRow = { readonly digest: string; readonly kind: LookAlike['kind']; readonly subject: string }

/** The digests under which somebody may ask who serves the same. */
export function digestsOf({ surface }: Manifest): DigestRow[] {
  const rows: DigestRow[] = [{ digest: surface.digest, kind: 'surface', subject: '""' }]
  for (const list of LIST_NAMES) {
    for (const [key, { digest, parts }] of Object.entries(entriesOf(surface[list]) ?? {})) {
      const subject = JSON.stringify(`${list}/${key}`)
      rows.push({ digest, kind: 'definition', subject })
      if (parts?.description !== undefined) rows.push({ digest: parts.description, kind: 'description', subject })
      if (parts?.inputSchema !== undefined) rows.push({ digest: parts.inputSchema, kind: 'inputSchema', subject })
    }
  }
  return rows
}

export function toLookAlike({ name, version, kind, subject }: LookAlike): LookAlike {
  return { name, version, kind, subject: JSON.parse(subject) as string } // as `digestsOf` wrote it
}
