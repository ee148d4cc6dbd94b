/**
 * mcp-lock/registry: manifests, statements, records and statuses of registries, and who may make them.
 * Nothing here touches the network, the disk or the clock.
 */
export { grow, edgeTiles, type Grown, type TileBytes } from '../log/append.ts'
export { openCheckpoint, signCheckpoint, type Checkpoint, type Head, type SignedHead, type Witnesses } from '../log/checkpoint.ts'
export { isPrefix } from '../log/consistency.ts'
export { formatEntries, MAX_ENTRIES, parseEntries } from '../log/entries.ts'
export {
  formatNote,
  formatVerifier,
  noteSigner,
  parseNote,
  parseVerifier,
  signNote,
  verifiedBy,
  type NoteSigner,
  type NoteVerifier,
} from '../log/note.ts'
export { growingTree, type GrowingTree } from '../log/growing-tree.ts'
export { EXPANDED_BYTES, expandTile } from '../log/expanded-tile.ts'
export { checkProof, formatProof, parseProof, type Proof } from '../log/proof.ts'
export { hashInTile, parseTilePath, placeOf, TILE_HEIGHT, TILE_WIDTH, tileOf, tilePath, tilesFor, widthAt, type Tile } from '../log/tile.ts'
export {
  checkConsistency,
  checkInclusion,
  consistencyRanges,
  HASH_BYTES,
  hashRange,
  inclusionRanges,
  leafHash,
  rootOf,
  type Hash,
  type Node,
  type Range,
} from '../log/tree.ts'
export { compileStatus } from './compile-status.ts'
export {
  addTo,
  counting,
  covers,
  digestOf,
  isSameTarget,
  toHistory,
  type Accepted,
  type GrowingHistory,
  type History,
  type Signed,
} from './history.ts'
export { compareManifests } from './compare-manifests.ts'
export { comparePin, compareSource } from './compare-pin.ts'
export { judgeControl } from './judge-control.ts'
export { judgeHistory, type Judged } from './judge-history.ts'
export { judgeManifest } from './judge-manifest.ts'
export { judgeStatus, type StatusBounds } from './judge-status.ts'
export { judgeVersion, type VersionVerdict } from './judge-version.ts'
export {
  formatManifest,
  manifestDigest,
  manifestOf,
  MANIFEST_TYPE,
  MAX_MANIFEST,
  parseManifest,
  portable,
  type Manifest,
  type PortableSource,
} from './manifest.ts'
export { nameKey, NAME_PATTERN, VERSION_PATTERN } from './names.ts'
export { openServed, openStatement, type Opened, type OpenedStatement } from './open-served.ts'
export { formatRecord, parseRecord, recordKey, recordOf, type LogRecord } from './record.ts'
export type { Refusal } from './refusal.ts'
export { registryTrust, type RegistryTrust } from './registry-trust.ts'
export { GITHUB_DEFAULTS, personOf, signersOf, toRules, type Person, type Publisher, type Rules } from './rules.ts'
export type { RegistryPolicy, RulesPolicy } from '../policy/registry-policy.ts'
export type { Served, ServedStatement } from './served.ts'
export { isSameSigner, signerId, type SignerId } from './signer-id.ts'
export { versionsOf, type VersionState } from './state.ts'
export {
  ACTIONS,
  CONTROL_PREDICATE,
  formatStatement,
  MANIFEST_PREDICATE,
  parseStatement,
  REASONS,
  subjectOf,
  type Action,
  type ControlPredicate,
  type ManifestPredicate,
  type Statement,
  type Subject,
  type Target,
} from './statements.ts'
export { MAX_METADATA, WEBSITE, type Metadata, type Submission } from './submission.ts'
export { MAX_AGE, openStatus, signStatus, STATUS_TYPE, type Status } from './status.ts'
