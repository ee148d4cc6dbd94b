/**
 * mcp-lock as a library: what the CLI uses to read and write locks, to compute digests, and to judge
 * a server's surface against its pin. Nothing here touches the network, the disk or the clock.
 *
 * A whole example, which is tested, is examples/embed.ts.
 */
export { acceptOnly, parseSelector, type Selector } from './lock/accept.ts'
export { allows, artifactOf, floats, withVersion, type Artifact } from './launch/artifact.ts'
export { checkLaunch, remarks, sameLaunch } from './compare/check-launch.ts'
export { closureFolder, isClosureOf, readClosure, type Closure } from './packages/closure.ts'
export { CODES, isCode, type Code } from './codes/codes.ts'
export type { Severity } from './codes/meaning.ts'
export { compareSession, diffPin, diffSource, diffSurface } from './compare/diff.ts'
export { canonicalize, digest, sha256, type Digest, type DigestKind } from './json/digest.ts'
export { LockError } from './codes/errors.ts'
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
} from './compare/finding.ts'
export { parseStrict, parseStrictBytes, storeValue, type Json, type JsonObject } from './json/json.ts'
export { isRemote, type Launch, type RemoteLaunch, type StdioLaunch } from './launch/launch.ts'
export {
  EMPTY_LOCK,
  formatLock,
  parseLock,
  sealPin,
  withPins,
  LOCKFILE_VERSION,
  type Lock,
  type Observed,
  type Pin,
} from './lock/lockfile.ts'
export { policyFor, NO_POLICY, type Policy, type ServerPolicy } from './policy/policy.ts'
export { recordTransport, type Recording } from './surface/record.ts'
export type { Image, NpmPackage, PypiPackage, Source, Transport } from './launch/source.ts'
export { readSurface, seal, sealEntry, type Entry, type List, type Listing, type Pages, type Surface } from './surface/surface.ts'
export { displaySafe } from './text.ts'
export { judge, type Judgement } from './compare/upgrade.ts'
export { verifySurface, verifyRules, type Verdict } from './compare/verify.ts'
export { applyRules, rulesOf, type Applied, type VolatileRule, type VolatileType } from './surface/volatile.ts'
export { wordCoverage, wordFinding } from './compare/wording.ts'
