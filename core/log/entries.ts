/** Entry bundles (C2SP tlog-tiles): up to 256 records, each behind its length in two bytes. */
import { LockError } from '../codes/errors.ts'
import { TILE_WIDTH } from './tile.ts'

/** A leaf's most bytes. */
const MAX_RECORD = 65_535
/** A bundle's. */
export const MAX_ENTRIES = TILE_WIDTH * (2 + MAX_RECORD)

export function formatEntries(records: readonly Uint8Array[]): Buffer<ArrayBuffer> {
  return Buffer.concat(
    records.flatMap((record) => {
      if (record.length > MAX_RECORD) throw new LockError('LOG_MALFORMED', `a record of ${record.length} bytes`)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(record.length)
      return [length, record]
    }),
  )
}

/** The mirror of `formatEntries`. @throws LockError `LOG_MALFORMED` */
export function parseEntries(bytes: Uint8Array): Uint8Array[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const records: Uint8Array[] = []
  for (let at = 0; at < buffer.length;) {
    const start = at + 2
    const end = start <= buffer.length ? start + buffer.readUInt16BE(at) : Infinity
    if (end > buffer.length || records.length === TILE_WIDTH)
      throw new LockError('LOG_MALFORMED', 'an entry bundle that ends within an entry')
    records.push(buffer.subarray(start, end))
    at = end
  }
  return records
}
