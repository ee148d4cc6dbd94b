/**
 * mcp-lock/signing: what a signature of a lock says, and whether it holds. Nothing here touches the
 * network, the disk or the clock; signing itself is the program's (`mcp-lock sign`).
 */
export { CLAIMS, type ClaimName, type Claims, type Identity } from '../identity/identity.ts'
export { hintOf, parsePublicKey, publicKeyOf, type PublicKey } from '../identity/keys.ts'
export { mismatches, type Mismatch } from '../identity/match.ts'
export { parseSigner } from '../identity/parse-signer.ts'
export type { GithubSigner, KeySigner, PatternSigner, Signer, SubjectSigner } from '../identity/signer.ts'
export type { SigstorePolicy } from '../policy/policy.ts'
export { parseBundle, type ReadBundle } from './bundle.ts'
export { pae, PAYLOAD_TYPE } from './dsse.ts'
export {
  formatLockStatement,
  LOCK_PREDICATE,
  parseLockStatement,
  STATEMENT_TYPE,
  SUBJECT,
  type LockPredicate,
  type LockStatement,
} from './statement.ts'
export { judgeChange, judgeSignature, type Same, type Standing } from './judge-change.ts'
export { standingOf, type LockTrust, type Signed } from './standing.ts'
export { parseTrustedRoot, publicGood, type TrustedRoot } from './trusted-root.ts'
export { verifyBundle, type Artifact, type Trust } from './verify-bundle.ts'
export { checkSigner, checkStatement, keysOf, openSignature, type Expected, type Signature, type SignedLock } from './verify-lock.ts'
