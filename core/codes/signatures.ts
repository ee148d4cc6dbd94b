/** Signatures: who signed, which bytes, and whether it may be believed. */
import { failure, pending, type Meaning } from './meaning.ts'

const SIGN =
  'review the lock, then have one of the signers run `mcp-lock sign`: a key with `--key FILE`, a workflow in its own job once this is merged'
const FORGED =
  'take the bundle from where it was made; if it comes from there, do not trust the lock: it was altered or signed in another way'

const RAISED = `where the policy asks for more than when it was signed, sign again: \`mcp-lock sign\`; else ${FORGED}`

export const signatures = {
  SIGNATURE_MISSING: failure(
    4,
    'unsigned',
    'The policy names who signs the lock, or the command line asks for a signature, and there is no mcp.lock.sigstore.json.',
    SIGN,
  ),
  SIGNATURE_OTHER_FILE: failure(4, 'a signature of another file', 'The bundle signs other bytes than those of this lock.', SIGN),
  SIGNATURE_OTHER_REPOSITORY: failure(
    4,
    'a signature of another repository',
    'The lock was signed for another repository: it was copied, or the policy names the wrong one.',
    'correct `repository` in mcp-lock.yaml; where the lock was copied, review it, delete mcp.lock.sigstore.json, and run `mcp-lock sign`',
  ),
  SIGNATURE_OTHER_PATH: failure(
    4,
    'a signature of another path',
    'The lock was signed at another place of the repository: it was copied or moved.',
    'review the lock, delete mcp.lock.sigstore.json, and run `mcp-lock sign`',
  ),
  SIGNATURE_OTHER_POLICY: failure(
    4,
    'signed with another policy',
    'mcp-lock.yaml is not the one that the signature names, so the lock is read by rules that the signer did not see.',
    'review mcp-lock.yaml, then run `mcp-lock sign`; where git has only changed its line ends, run `mcp-lock init` and check it out again',
  ),
  SIGNATURE_PENDING: pending(
    'the change is not signed yet',
    'The lock or the policy differs from what the base has signed, and the bundle is still the old one.',
    'review the change; then sign it with `mcp-lock sign`, in the branch or once it is merged',
  ),
  SIGNATURE_REMOVED: failure(
    4,
    'the change removes the signature',
    'The base has a signed lock, and the checked change has none.',
    'restore it: `git checkout BASE -- mcp.lock.sigstore.json`',
  ),
  SIGNATURE_STALE: failure(
    4,
    'an older signature',
    'Its serial number is not above that of the base: a lock was brought back from history, or signed beside the base and not on top of it.',
    'take the bundle of the base, `git checkout BASE -- mcp.lock.sigstore.json`, then run `mcp-lock sign`, which counts on from it',
  ),
  SIGNER_UNTRUSTED: failure(
    4,
    'signed by somebody else',
    'The signature is good, and the policy does not name its signer.',
    'if the signer is right, as `mcp-lock show signature` shows, add it with `mcp-lock trust add`. If not, do not trust the lock',
  ),
  BUNDLE_INVALID: failure(
    4,
    'a malformed bundle',
    'mcp.lock.sigstore.json is not a Sigstore bundle v0.3 as `mcp-lock sign` makes it.',
    FORGED,
  ),
  STATEMENT_INVALID: failure(4, 'a malformed statement', 'What was signed is not a statement about a lock.', FORGED),
  SIGNATURE_INVALID: failure(4, 'a signature that does not verify', 'The signature is not one of the signed bytes by this key.', FORGED),
  CERTIFICATE_INVALID: failure(
    4,
    'a certificate that does not verify',
    'It does not lead to a certificate authority of the trusted root, was not valid when it was used, or is not one for signing.',
    FORGED,
  ),
  LOG_ENTRY_INVALID: failure(
    4,
    'not in the transparency log',
    'The entry of the log is missing, is not about this signature, or is not proven by a log of the trusted root.',
    RAISED,
  ),
  TIMESTAMP_INVALID: failure(
    4,
    'no trusted time',
    'No timestamp by an authority or log of the trusted root says when the signature was made.',
    RAISED,
  ),
  TRUSTED_ROOT_INVALID: failure(
    4,
    'a malformed trusted root',
    'The file that names certificate authorities, logs and timestamp authorities cannot be relied on.',
    'take the file from those who run the Sigstore; `mcp-lock trust import FILE` checks it',
  ),
  TUF_INVALID: failure(
    4,
    'a repository of trusted roots that is not what its root says',
    'A file of the TUF repository has not the signatures, version, length or hash that it must have; nothing of it was taken.',
    'ask those who run the repository, and over another network; a proxy that answers in its place is the harmless reason',
  ),
  TUF_EXPIRED: failure(
    3,
    'a repository of trusted roots that has expired',
    'Its files say until when they may be relied on, and that is over: it is not kept up, or somebody serves an old copy of it.',
    'check the clock of this machine, then try again; for a mirror of your own, renew its metadata',
  ),
  KEY_INVALID: failure(2, 'a key that cannot be used', 'Keys are ECDSA P-256 or Ed25519, in PEM.', 'see `mcp-lock sign --help`'),
} satisfies Record<string, Meaning>
