/** What a write becomes in tables, the same in every store. */
import { canonicalize } from '../core/json/digest.ts'
import { formatRecord, nameKey, parseStatement, signerId, type Manifest } from '../core/registry/index.ts'
import type { Identity } from '../core/identity/identity.ts'
import { entriesOf, LIST_NAMES } from '../core/surface/surface.ts'
import type { Logged, LookAlike, Write } from './store.ts'

/** One signer's statement is one record: the payload's digest and who signed it. */
export function recordKey({ record, identity }: Pick<Write, 'record' | 'identity'>): string {
  return `${record.statement} ${canonicalize(signerId(identity))}`
}

/** The name that a record is about; null: about everything. */
export function scopeOf({ record }: Pick<Write, 'record'>): string | null {
  return record.name === undefined ? null : nameKey(record.name)
}

export type StoredRecord = {
  readonly idx: number
  readonly record: Uint8Array
  readonly payload: Uint8Array
  readonly identity: string
  readonly bundle: string
}

export function toStored(write: Write, idx: number): StoredRecord {
  const { payload, identity, record } = write
  return { idx, record: formatRecord(record), payload, identity: JSON.stringify(identity), bundle: record.bundle }
}

export function toLogged({ idx, record, payload, identity, bundle }: StoredRecord): Logged {
  return {
    index: idx,
    record,
    bundle: bundle as Logged['bundle'], // a digest, as it was written
    identity: JSON.parse(identity) as Identity, // as `toStored` wrote it
    statement: parseStatement(payload),
  }
}

export type Digested = { readonly digest: string } & Pick<LookAlike, 'kind' | 'subject'>

/** The digests under which somebody may ask who serves the same. */
export function digestsOf({ surface }: Manifest): Digested[] {
  const rows: Digested[] = [{ digest: surface.digest, kind: 'surface', subject: '' }]
  for (const list of LIST_NAMES) {
    for (const [key, { digest, parts }] of Object.entries(entriesOf(surface[list]) ?? {})) {
      const subject = `${list}/${key}`
      rows.push({ digest, kind: 'definition', subject })
      if (parts?.description !== undefined) rows.push({ digest: parts.description, kind: 'description', subject })
      if (parts?.inputSchema !== undefined) rows.push({ digest: parts.inputSchema, kind: 'inputSchema', subject })
    }
  }
  return rows
}
