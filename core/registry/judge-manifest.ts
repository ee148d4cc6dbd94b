/** Whether somebody may publish a manifest: decided alike by the registry before it accepts and by each client afterwards. */
import type { Identity } from '../identity/identity.ts'
import { GITHUB } from '../identity/signer.ts'
import { covers, digestOf, transfersOf, type History, type Publication, type Signed } from './history.ts'
import type { Manifest } from './manifest.ts'
import { refuse, type Refusal } from './refusal.ts'
import { hasName, publishersWith, wordRole, type Rules } from './rules.ts'
import { isSameSigner, signerId } from './signer-id.ts'
import type { ManifestPredicate } from './statements.ts'

type Certificate = Extract<Identity, { kind: 'certificate' }>

/** @param manifest the one that the subject's digest names */
export function judgeManifest(signed: Signed, manifest: Manifest, history: History, rules: Rules): Refusal | null {
  const { statement } = signed
  if (statement.kind !== 'manifest') return refuse('STATEMENT_INVALID', 'it is about no manifest')
  const { name, version, surfaceDigest } = statement.predicate
  if (manifest.name !== name || manifest.version !== version || manifest.surface.digest !== surfaceDigest)
    return refuse('MANIFEST_MISMATCH', `the manifest is that of ${manifest.name}@${manifest.version}`)
  return judgePublication(signed, history, rules)
}

/** The same, without a look at the manifest. */
export function judgePublication({ statement, identity }: Signed, history: History, rules: Rules): Refusal | null {
  if (statement.kind !== 'manifest') return refuse('STATEMENT_INVALID', 'it is about no manifest')
  const { predicate } = statement
  if (predicate.registry !== null && predicate.registry !== rules.origin) return refuse('OTHER_REGISTRY', `it is for ${predicate.registry}`)
  const digest = digestOf(statement)
  return (
    mayPublish(predicate, identity, sinceTransfer(history, predicate.name), rules) ??
    isSignerRevoked(identity, history) ??
    isTaken(predicate, digest, history.publications) ??
    isRevoked({ ...predicate, digest }, history)
  )
}

function mayPublish(predicate: ManifestPredicate, identity: Identity, before: readonly Publication[], rules: Rules): Refusal | null {
  const { name, role } = predicate
  if (!isProven(predicate, identity)) return refuse('PUBLISHER_UNKNOWN', 'the statement names another repository than its certificate')
  if (publishersWith(identity, rules).some((publisher) => publisher.role === role && hasName(publisher.names, name))) return null
  const owner = /^io\.github\.([^/]+)\//i.exec(name)?.[1]
  if (role === 'author' && owner !== undefined && identity.kind === 'certificate' && rules.github !== null)
    return mayOwnerPublish(owner, predicate, identity, rules.github) ?? isBoundToOthers(identity, before)
  return refuse('PUBLISHER_UNKNOWN', `nobody lets this signer publish ${name} ${wordRole(role)}`)
}

/** Nobody claims a repository but by a certificate that names it. */
function isProven({ repository }: ManifestPredicate, identity: Identity): boolean {
  if (repository === null) return true
  if (identity.kind === 'key') return false
  const { sourceRepositoryUri, sourceRepositoryId, sourceRepositoryOwnerId } = identity.claims
  return repository.uri === sourceRepositoryUri && repository.id === sourceRepositoryId && repository.ownerId === sourceRepositoryOwnerId
}

/** Claims say something only where GitHub's own issuer made them. */
function mayOwnerPublish(
  owner: string,
  { name, repository }: ManifestPredicate,
  { issuer, claims }: Certificate,
  github: NonNullable<Rules['github']>,
): Refusal | null {
  if (issuer !== github.issuer) return refuse('ISSUER_UNTRUSTED', `expected claims of ${github.issuer}, got them from ${issuer}`)
  if (claims.sourceRepositoryOwnerUri?.toLowerCase() !== `${GITHUB}/${owner}`.toLowerCase())
    return refuse(
      'PUBLISHER_UNKNOWN',
      `${name} belongs to ${GITHUB}/${owner}, the signer is of ${claims.sourceRepositoryOwnerUri ?? 'nobody'}`,
    )
  if (!github.triggers.includes(claims.buildTrigger ?? '') || !github.refs.some((ref) => isRef(ref, claims.sourceRepositoryRef ?? '')))
    return refuse(
      'PUBLISHER_UNKNOWN',
      `a run by ${claims.buildTrigger ?? 'nothing'} on ${claims.sourceRepositoryRef ?? 'nothing'} may not publish`,
    )
  if (repository === null) return refuse('PUBLISHER_UNKNOWN', 'the statement does not name the repository of its certificate')
  return null
}

function isRef(pattern: string, ref: string): boolean {
  return pattern.endsWith('/*') ? ref.startsWith(pattern.slice(0, -1)) && ref.length >= pattern.length : pattern === ref
}

/** A transfer frees a name: whoever publishes it next, as its author, owns it. */
function sinceTransfer(history: History, name: string): Publication[] {
  const freed = transfersOf(history, name).at(-1) ?? -1
  return history.publications.filter(({ index }) => index > freed)
}

/** The owner and repository of the first author who has any, by ids that no rename gives to somebody else. */
function isBoundToOthers({ claims }: Certificate, before: readonly Publication[]): Refusal | null {
  const authors = before.filter(({ statement }) => statement.predicate.role === 'author')
  const first = authors.find(({ statement }) => statement.predicate.repository !== null)?.statement.predicate.repository
  if (first === undefined || first === null) return null
  return first.ownerId === claims.sourceRepositoryOwnerId && first.id === claims.sourceRepositoryId
    ? null
    : refuse('OWNER_CHANGED', `the name belongs to repository ${first.id} of owner ${first.ownerId}`)
}

export function isSignerRevoked(identity: Identity, history: History): Refusal | null {
  const id = signerId(identity)
  const revoked = history.controls.find(
    ({ statement: { predicate } }) =>
      predicate.action === 'revoke' && predicate.target.kind === 'signer' && isSameSigner(predicate.target.identity, id),
  )
  return revoked === undefined ? null : refuse('SIGNER_REVOKED', `its signer is revoked since record ${revoked.index}`)
}

function isTaken({ name, version }: ManifestPredicate, digest: string, before: readonly Publication[]): Refusal | null {
  const cased = before.find(({ statement }) => statement.predicate.name !== name)?.statement.predicate.name
  if (cased !== undefined) return refuse('NAME_TAKEN', `there is ${cased}, and names are unique without case`)
  const other = before.find(({ statement }) => statement.predicate.version === version && digestOf(statement) !== digest)
  return other === undefined ? null : refuse('VERSION_TAKEN', `${name}@${version} is ${digestOf(other.statement)}, not ${digest}`)
}

/** Final for a manifest, a version or a name alike. */
function isRevoked(
  version: { readonly name: string; readonly version: string; readonly digest: `sha256:${string}` },
  history: History,
): Refusal | null {
  const revoked = history.controls.find(
    ({ statement: { predicate } }) => predicate.action === 'revoke' && covers(predicate.target, version),
  )
  if (revoked === undefined) return null
  const { reason } = revoked.statement.predicate
  return refuse('REVOKED', `it is revoked since record ${revoked.index}${reason === undefined ? '' : `: ${reason.code}`}`)
}
