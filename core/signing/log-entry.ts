/** What @sigstore/verify does not look at in an entry of a log. */
import type { TransparencyLogEntry, TrustedRoot } from '@sigstore/protobuf-specs'
import { LockError } from '../codes/errors.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { loggedSigner } from './log-body.ts'

type Log = TrustedRoot['tlogs'][number]

/**
 * Whether an entry is of a log of the root, about this signer, and says nothing that its proofs do not.
 * @param signer the certificate of the bundle, or the SPKI of its key, DER
 * @throws LockError `LOG_ENTRY_INVALID`
 */
export function checkLogEntry(entry: TransparencyLogEntry, { tlogs }: TrustedRoot, signer: Uint8Array): void {
  const log = tlogs.find((one) => idOf(one).equals(entry.logId?.keyId ?? Buffer.alloc(0)))
  if (log === undefined) throw invalid('the entry is of a log that the trusted root does not name')
  if (!loggedSigner(entry.canonicalizedBody).equals(signer)) throw invalid('the entry of the log is about another signer')
  if (entry.inclusionProof !== undefined) checkProof(entry.inclusionProof, log)
  // A promise covers index and time; without one, nothing covers the time, and the proof has the index.
  const { inclusionPromise, inclusionProof, integratedTime, logIndex } = entry
  if (inclusionPromise === undefined && (integratedTime !== '0' || logIndex !== inclusionProof?.logIndex))
    throw invalid('the entry has an index or time that the log does not vouch for')
}

/** The proof is one of its checkpoint, and the checkpoint one of the log. */
function checkProof({ checkpoint, rootHash, treeSize }: NonNullable<TransparencyLogEntry['inclusionProof']>, log: Log): void {
  const { origin, size, root, signatures } = parseCheckpoint(checkpoint?.envelope ?? '')
  if (!root.equals(rootHash) || size !== treeSize) throw invalid('the proof is of another tree than the checkpoint of the log')
  const { hostname, host } = new URL(log.baseUrl)
  const hint = idOf(log).subarray(0, 4)
  const own = signatures.filter(({ bytes }) => bytes.subarray(0, 4).equals(hint))
  // Rekor v1 adds the number of the tree to its name.
  const isOfLog = (name: string): boolean => name === host || name === hostname
  if (!isOfLog(origin.replace(/ - \d{1,20}$/, '')) || !own.every(({ name }) => isOfLog(name)))
    throw invalid('the checkpoint is of another log')
}

/**
 * Whether the log's key held when the signature was made, both ends included. An entry without a promise has no time of its
 * own; where no timestamp says one either, only a key that has not ended can be believed.
 * @throws LockError `LOG_ENTRY_INVALID`
 */
export function checkLogKey(entry: TransparencyLogEntry, { tlogs }: TrustedRoot, times: readonly Date[]): void {
  const { start, end } = tlogs.find((one) => idOf(one).equals(entry.logId?.keyId ?? Buffer.alloc(0)))?.publicKey?.validFor ?? {}
  const holds = times.every((time) => start !== undefined && start <= time && (end === undefined || time <= end))
  if (!holds || (times.length === 0 && end !== undefined)) throw invalid('the key of the log was not valid when the signature was made')
}

/** By which a log's entries and checkpoints name it. */
function idOf({ checkpointKeyId, logId }: Log): Buffer {
  return (checkpointKeyId ?? logId)?.keyId ?? Buffer.alloc(0)
}

function invalid(message: string): LockError {
  return new LockError('LOG_ENTRY_INVALID', message)
}
