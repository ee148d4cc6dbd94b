/** The statement about a manifest, as its author or an observer makes it. */
import type { Identity } from '../../core/identity/identity.ts'
import {
  digestOf,
  formatManifest,
  formatStatement,
  isSameSigner,
  judgeManifest,
  manifestDigest,
  signerId,
  type History,
  type Manifest,
  type ManifestPredicate,
  type Rules,
  type Statement,
} from '../../core/registry/index.ts'
import { publishersWith, wordRole } from '../../core/registry/rules.ts'
import type { Filing } from './file-statement.ts'

type Role = ManifestPredicate['role']
type Said = Pick<ManifestPredicate, 'role' | 'registry' | 'previous'>

export function manifestStatement(manifest: Manifest, identity: Identity, said: Said): Statement {
  const { name, version, surface } = manifest
  const sha256 = manifestDigest(formatManifest(manifest)).slice('sha256:'.length)
  const predicate: ManifestPredicate = { ...said, name, version, repository: repositoryOf(identity), surfaceDigest: surface.digest }
  return { kind: 'manifest', subject: { name: `${name}@${version}`, sha256 }, predicate }
}

/** The repository whose job signs; null where it is no job, or its claims leave one of the ids open. */
function repositoryOf(identity: Identity): ManifestPredicate['repository'] {
  if (identity.kind === 'key') return null
  const { sourceRepositoryUri: uri, sourceRepositoryId: id, sourceRepositoryOwnerId: ownerId } = identity.claims
  return uri === undefined || id === undefined || ownerId === undefined ? null : { uri, id, ownerId }
}

/**
 * Statement and judgement for `fileStatement`.
 * @param role null: as its author where the rules allow that, else as an observer
 */
export function publicationOf(manifest: Manifest, role: Role | null, history: History, rules: Rules): Pick<Filing, 'statement' | 'judge'> {
  const previous = previousOf(manifest, history)
  const as = (identity: Identity, one: Role): Statement =>
    manifestStatement(manifest, identity, { role: one, registry: rules.origin, previous })
  const statement = (identity: Identity): Statement => {
    if (role !== null) return as(identity, role)
    const author = as(identity, 'author')
    const refusal = judgeManifest({ identity, statement: author }, manifest, history, rules)
    if (refusal?.code !== 'PUBLISHER_UNKNOWN') return author
    const observer = as(identity, 'observer')
    if (judgeManifest({ identity, statement: observer }, manifest, history, rules)?.code !== 'PUBLISHER_UNKNOWN') return observer
    // Neither: what keeps it from what it is elsewhere says more.
    const roles = publishersWith(identity, rules).map((publisher) => publisher.role)
    return roles.includes('observer') && !roles.includes('author') ? observer : author
  }
  return {
    statement,
    judge: (signed) => {
      const payload = formatStatement(signed.statement)
      const same = history.publications.find(
        (one) => formatStatement(one.statement).equals(payload) && isSameSigner(signerId(one.identity), signerId(signed.identity)),
      )
      if (same !== undefined) return { standing: same.index }
      const refusal = judgeManifest(signed, manifest, history, rules)
      return refusal?.code === 'PUBLISHER_UNKNOWN'
        ? { ...refusal, detail: `${refusal.detail}; ${rightsOf(signed.identity, rules)}` }
        : refusal
    },
  }
}

/** What else a signer may publish: a name with a slip in it is next to its own. */
function rightsOf(identity: Identity, rules: Rules): string {
  const named = publishersWith(identity, rules).map(({ names, role }) => `${names} ${wordRole(role)}`)
  return named.length === 0 ? '`publishers` of the policy names it for nothing' : `it may publish ${named.join(', ')}`
}

/** The newest manifest before this one was there, so that whoever publishes it again says the same. */
function previousOf(manifest: Manifest, history: History): ManifestPredicate['previous'] {
  const digests = history.publications.map(({ statement }) => digestOf(statement))
  const first = digests.indexOf(manifestDigest(formatManifest(manifest)))
  return (first < 0 ? digests : digests.slice(0, first)).at(-1) ?? null
}
