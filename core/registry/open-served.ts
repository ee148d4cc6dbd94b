/** Opening what a registry serves: each record is in the log, and is that of what somebody signed. */
import { LockError } from '../codes/errors.ts'
import { sha256 } from '../json/digest.ts'
import type { SignedHead } from '../log/checkpoint.ts'
import { checkProof } from '../log/proof.ts'
import { openEnvelope } from '../signing/envelope.ts'
import type { Accepted } from './history.ts'
import { nameKey } from './names.ts'
import { formatRecord, parseRecord, recordOf, type LogRecord } from './record.ts'
import { refuse, type Refusal } from './refusal.ts'
import type { RegistryTrust } from './registry-trust.ts'
import type { Served, ServedStatement } from './served.ts'
import { parseStatement } from './statements.ts'

/** `signed` is a refusal where nothing here can verify who signed it. */
export type OpenedStatement = { readonly index: number; readonly record: LogRecord; readonly signed: Accepted | Refusal }

export type Opened = {
  /** The one head in which all of it is proven; null where there is nothing. */
  readonly head: SignedHead | null
  readonly statements: readonly OpenedStatement[]
}

/**
 * @param name what all of it is about, but for what is about everything
 * @throws LockError `PROOF_INVALID`, `NOTE_INVALID`, `CHECKPOINT_UNTRUSTED`, `LOG_FORKED`, `RECORD_INVALID`, `STATEMENT_INVALID`,
 * and as `openEnvelope`
 */
export function openServed({ statements }: Pick<Served, 'statements'>, name: string, trust: RegistryTrust): Opened {
  let head: SignedHead | null = null
  let last = -1
  const opened: OpenedStatement[] = []
  for (const served of statements) {
    const { index, checkpoint } = checkProof(served.proof, Buffer.from(served.record), trust.log, trust.witnesses)
    if (index !== served.index || index <= last) throw new LockError('PROOF_INVALID', 'the records are not in the order of the log')
    head ??= checkpoint
    if (checkpoint.size !== head.size) throw new LockError('PROOF_INVALID', 'the records are proven in several heads')
    if (Buffer.compare(checkpoint.root, head.root) !== 0) throw new LockError('LOG_FORKED', `two heads of ${head.size} records`)
    last = index
    const statement = openStatement(served, trust)
    if (nameKey(statement.record.name ?? name) !== nameKey(name))
      throw new LockError('RECORD_INVALID', `record ${index} is about another name`)
    opened.push(statement)
  }
  return { head, statements: opened }
}

/** The record is made anew from what was signed: then every member of it agrees. */
export function openStatement(
  { index, record: text, bundle }: Omit<ServedStatement, 'proof'>,
  { bundles }: RegistryTrust,
): OpenedStatement {
  const record = parseRecord(Buffer.from(text))
  if (sha256(Buffer.from(bundle)) !== record.bundle) throw new LockError('RECORD_INVALID', `record ${index} is that of another bundle`)
  const envelope = openKnown(bundle, bundles)
  if (envelope === null)
    return { index, record, signed: refuse('SIGNER_UNTRUSTED', 'it is signed with a key of nobody whom the policy names') }
  const { identity, payload } = envelope
  const statement = parseStatement(payload)
  if (Buffer.compare(formatRecord(recordOf(statement, identity, payload, Buffer.from(bundle))), Buffer.from(text)) !== 0)
    throw new LockError('RECORD_INVALID', `record ${index} is not that of the statement in its bundle`)
  return { index, record, signed: { statement, identity, index } }
}

/** Null where it is signed with a key of nobody here: whoever it is does not count. */
function openKnown(bundle: string, trust: RegistryTrust['bundles']): ReturnType<typeof openEnvelope> | null {
  try {
    return openEnvelope(bundle, trust)
  } catch (error) {
    if (error instanceof LockError && error.code === 'SIGNER_UNTRUSTED') return null
    throw error
  }
}
