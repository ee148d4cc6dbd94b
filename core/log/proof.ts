/** Proofs that a record is in a log, whole and offline (C2SP tlog-proof v1). */
import { LockError } from '../codes/errors.ts'
import { openCheckpoint, type Checkpoint, type SignedHead, type Witnesses } from './checkpoint.ts'
import type { NoteVerifier } from './note.ts'
import { checkInclusion, HASH_BYTES, leafHash, type Hash } from './tree.ts'

const HEAD = 'c2sp.org/tlog-proof@v1'
const MAX_PROOF = 64 * 1024
/** As many as a tree of 2^53 leaves needs. */
const MAX_HASHES = 53

export type Proof = { readonly index: number; readonly hashes: readonly Hash[]; /** A signed note. */ readonly checkpoint: string }

export function formatProof({ index, hashes, checkpoint }: Proof): string {
  const lines = hashes.map(({ buffer, byteOffset, length }) => `${Buffer.from(buffer, byteOffset, length).toString('base64')}\n`)
  return `${HEAD}\nindex ${index}\n${lines.join('')}\n${checkpoint}`
}

/** The mirror of `formatProof`; `extra` data is passed over, for nothing vouches for it. @throws LockError `PROOF_INVALID` */
export function parseProof(text: string): Proof {
  if (text.length > MAX_PROOF) throw invalid('longer than a proof may be')
  const split = text.indexOf('\n\n')
  const lines = text.slice(0, split < 0 ? 0 : split).split('\n')
  if (lines.shift() !== HEAD) throw invalid(`expected \`${HEAD}\``)
  if (lines[0]?.startsWith('extra ') === true) lines.shift()
  const [, digits] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? []
  const index = Number(digits)
  if (digits === undefined || !Number.isSafeInteger(index)) throw invalid('expected an index')
  if (lines.length > MAX_HASHES) throw invalid(`expected at most ${MAX_HASHES} hashes`)
  return { index, hashes: lines.map(parseHash), checkpoint: text.slice(split + 2) }
}

function parseHash(line: string): Hash {
  const hash = Buffer.from(line, 'base64')
  if (hash.length !== HASH_BYTES || hash.toString('base64') !== line) throw invalid('expected a hash in base64')
  return hash
}

/**
 * That a record is in a log; where, and in which head.
 * @throws LockError `PROOF_INVALID`, `NOTE_INVALID`, `CHECKPOINT_UNTRUSTED`
 */
export function checkProof(
  text: string,
  record: Uint8Array,
  log: NoteVerifier,
  witnesses?: Witnesses,
): { readonly index: number; readonly checkpoint: Checkpoint & SignedHead } {
  const { index, hashes, checkpoint: note } = parseProof(text)
  const checkpoint = openCheckpoint(note, log, witnesses)
  if (!checkInclusion(leafHash(record), index, checkpoint.size, hashes, checkpoint.root))
    throw invalid('the record is not where the proof says')
  return { index, checkpoint }
}

function invalid(message: string): LockError {
  return new LockError('PROOF_INVALID', message)
}
