/** Checkpoints (C2SP tlog-checkpoint): the signed head of a log. */
import { LockError } from '../codes/errors.ts'
import { formatNote, parseNote, signNote, verifiedBy, type NoteSigner, type NoteVerifier } from './note.ts'
import { HASH_BYTES, type Hash } from './tree.ts'

export type Head = { readonly size: number; readonly root: Hash }

export type Checkpoint = Head & { readonly origin: string }

/** A head with the note that signs it. */
export type SignedHead = Head & { readonly checkpoint: string }

/** The text of a note that a log signs. */
function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
}

/** A head as a log publishes it; Ed25519 is deterministic, so whoever signs the same head writes the same bytes. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  const text = checkpointText(checkpoint)
  return formatNote({ text, signatures: [signNote(text, signer)] })
}

/** The head that a note's text states. @throws LockError `NOTE_INVALID` */
function parseCheckpointText(text: string): Checkpoint {
  const [origin = '', digits = '', base64 = ''] = text.split('\n')
  const size = Number(digits)
  const root = Buffer.from(base64, 'base64')
  if (origin === '' || !/^(?:0|[1-9]\d{0,15})$/.test(digits) || !Number.isSafeInteger(size)) throw invalid('expected an origin and a size')
  if (root.length !== HASH_BYTES || root.toString('base64') !== base64) throw invalid('expected the root hash in base64')
  if (!text.startsWith(checkpointText({ origin, size, root }))) throw invalid('expected three lines')
  return { origin, size, root }
}

export type Witnesses = { readonly verifiers: readonly NoteVerifier[]; readonly threshold: number }

/**
 * The head of a log, signed by it and by as many of the witnesses as asked for.
 * @throws LockError `NOTE_INVALID`, `CHECKPOINT_UNTRUSTED`
 */
export function openCheckpoint(note: string, log: NoteVerifier, witnesses: Witnesses = NO_WITNESSES): Checkpoint & SignedHead {
  const parsed = parseNote(note)
  const checkpoint = parseCheckpointText(parsed.text)
  if (checkpoint.origin !== log.name) throw untrusted(`expected the log \`${log.name}\`, got another origin`)
  if (!verifiedBy(parsed, log)) throw untrusted(`it is not signed by \`${log.name}\``)
  const cosigned = witnesses.verifiers.filter((witness) => verifiedBy(parsed, witness)).length
  if (cosigned < witnesses.threshold) throw untrusted(`expected ${witnesses.threshold} cosignatures of witnesses, got ${cosigned}`)
  return { ...checkpoint, checkpoint: note }
}

const NO_WITNESSES: Witnesses = { verifiers: [], threshold: 0 }

function invalid(message: string): LockError {
  return new LockError('NOTE_INVALID', message)
}

function untrusted(message: string): LockError {
  return new LockError('CHECKPOINT_UNTRUSTED', message)
}
