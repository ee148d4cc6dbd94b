/** Registries and their logs. */
import { failure, type Meaning } from './meaning.ts'

const FORGED = 'do not use what the registry serves; ask those who run it, and keep the output'

export const registry = {
  NOTE_INVALID: failure(4, 'a malformed signed note', 'The head of a log is a signed note as C2SP defines it.', FORGED),
  CHECKPOINT_UNTRUSTED: failure(
    4,
    'a head of a log that is not trusted',
    'It is of another log, or not signed by the key and the witnesses that the policy names.',
    FORGED,
  ),
  PROOF_INVALID: failure(
    4,
    'not proven to be in the log',
    'The proof does not lead from the record to a head that the log signed.',
    FORGED,
  ),
  LOG_MALFORMED: failure(4, 'a malformed log', 'A tile or an entry bundle has not the form of C2SP tlog-tiles.', FORGED),
} satisfies Record<string, Meaning>
