/** A record of a registry's log: one accepted statement, by digests (FORMATS, log record). At most 4 KB. */
import { canonicalize, sha256 } from '../json/digest.ts'
import { LockError } from '../codes/errors.ts'
import { parseStrictBytes, type Json } from '../json/json.ts'
import { closed, fit, literal, text } from '../json/shape.ts'
import type { Identity } from '../identity/identity.ts'
import { digestOf } from './history.ts'
import { SHA256, SIGNER, signerId, type SignerId } from './signer-id.ts'
import type { Statement } from './statements.ts'

export type LogRecord = {
  readonly v: 1
  readonly kind: 'manifest' | 'control'
  readonly action?: string
  readonly name?: string
  readonly version?: string
  /** Of the manifest's bytes. */
  readonly manifest?: `sha256:${string}`
  /** Of the DSSE payload. */
  readonly statement: `sha256:${string}`
  /** Of the bundle's bytes. */
  readonly bundle: `sha256:${string}`
  readonly signer: SignerId
}

const MAX_BYTES = 4096

/** The record of a statement. @param payload what was signed @param bundle its bytes */
export function recordOf(statement: Statement, identity: Identity, payload: Uint8Array, bundle: Uint8Array): LogRecord {
  return {
    v: 1,
    kind: statement.kind,
    ...aboutOf(statement),
    statement: sha256(payload),
    bundle: sha256(bundle),
    signer: signerId(identity),
  }
}

/** One signer's statement is one record: a digest of the payload's and of who signed it. */
export function recordKey({ statement, signer }: LogRecord): string {
  return sha256(`${statement} ${canonicalize(signer)}`)
}

function aboutOf(statement: Statement): Pick<LogRecord, 'action' | 'name' | 'version' | 'manifest'> {
  if (statement.kind === 'manifest') {
    const { name, version } = statement.predicate
    return { name, version, manifest: digestOf(statement) }
  }
  const { action, target } = statement.predicate
  switch (target.kind) {
    case 'manifest':
      return { action, name: target.name, version: target.version, manifest: target.digest }
    case 'version':
      return { action, name: target.name, version: target.version }
    case 'name':
      return { action, name: target.name }
    case 'all':
    case 'signer':
      return { action }
  }
}

/** The leaf: RFC 8785. @throws LockError `RECORD_INVALID` where it would be longer than a record may be */
export function formatRecord(record: LogRecord): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(canonicalize(record as unknown as Json)) // plain data, all of it JSON
  if (bytes.length > MAX_BYTES) throw new LockError('RECORD_INVALID', `expected at most ${MAX_BYTES} bytes, got ${bytes.length}`)
  return bytes
}

const TEXT = text(/^[^\0-\x1f\x7f]{1,512}$/)
const shape = closed(
  { v: literal(1), kind: literal('manifest', 'control'), statement: SHA256, bundle: SHA256, signer: SIGNER },
  { action: TEXT, name: TEXT, version: TEXT, manifest: SHA256 },
)

/** The mirror of `formatRecord`, and as strict: other bytes are no record. @throws LockError `RECORD_INVALID` */
export function parseRecord(bytes: Uint8Array): LogRecord {
  if (bytes.length > MAX_BYTES) throw new LockError('RECORD_INVALID', `expected at most ${MAX_BYTES} bytes, got ${bytes.length}`)
  const value = LockError.as('RECORD_INVALID', () => parseStrictBytes(bytes))
  fit(shape, value, 'RECORD_INVALID', 'the record')
  if (canonicalize(value) !== Buffer.from(bytes).toString()) throw new LockError('RECORD_INVALID', 'it is not in canonical form')
  return value as unknown as LogRecord // its shape was checked
}
