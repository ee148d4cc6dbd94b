/**
 * mcp-lock as a library: what the CLI uses to read and write locks, to compute digests, and to judge
 * a server's surface against its pin. Nothing here touches the network, the disk or the clock.
 *
 * A whole example, which is tested, is examples/embed.ts.
 */
export { acceptOnly, parseSelector, type Selector } from './accept.ts'
export { allows, artifactOf, floats, withVersion, type Artifact } from './artifact.ts'
export { checkLaunch, remarks, sameLaunch } from './check-launch.ts'
export { closureFolder, isClosureOf, readClosure, type Closure } from './closure.ts'
export { CODES, isCode, type Code, type Severity } from './codes.ts'
export { compareSession, diffPin, diffSource, diffSurface } from './diff.ts'
export { canonicalize, digest, sha256, type Digest, type DigestKind } from './digest.ts'
export { LockError } from './errors.ts'
export {
  exitOf,
  exitOfFinding,
  isPending,
  severityOf,
  STATUSES,
  worstExit,
  type Coverage,
  type Finding,
  type LockVerdict,
  type ServerVerdict,
  type Status,
} from './finding.ts'
export { parseStrict, parseStrictBytes, storeValue, type Json, type JsonObject } from './json.ts'
export { isRemote, type Launch, type RemoteLaunch, type StdioLaunch } from './launch.ts'
export { EMPTY_LOCK, formatLock, parseLock, sealPin, withPins, LOCKFILE_VERSION, type Lock, type Observed, type Pin } from './lockfile.ts'
export { policyFor, NO_POLICY, type Policy, type ServerPolicy } from './policy.ts'
export { recordTransport, type Recording } from './record.ts'
export type { Image, NpmPackage, PypiPackage, Source, Transport } from './source.ts'
export { readSurface, seal, sealEntry, type Entry, type List, type Listing, type Pages, type Surface } from './surface.ts'
export { displaySafe } from './text.ts'
export { judge, type Judgement } from './upgrade.ts'
export { verifySurface, verifyRules, type Verdict } from './verify.ts'
export { applyRules, rulesOf, type Applied, type VolatileRule, type VolatileType } from './volatile.ts'
export { wordCoverage, wordFinding } from './wording.ts'
