/** Who has signed, as a policy would name them: for a first use, where a person decides whether to trust them. */
import type { CertificateIdentity, Identity } from './identity.ts'
import { mismatches } from './match.ts'
import { GITHUB, GITHUB_ISSUER, ID, ISSUER, REPOSITORY, WORKFLOW, type GithubSigner, type SubjectSigner } from './signer.ts'

/**
 * The signer that fits exactly; null for a key, of which a signature has the digest only, and for whom no policy can name,
 * such as a workflow without its claims.
 */
export function signerOf(identity: Identity): GithubSigner | SubjectSigner | null {
  if (identity.kind === 'key') return null
  if (identity.issuer === GITHUB_ISSUER) return workflowOf(identity)
  const { issuer, subject } = identity
  const signer = { issuer, subject }
  return ISSUER.test(issuer) && mismatches(signer, identity).length === 0 ? signer : null
}

/** With its numbers: a name can be given up, and then be another's. */
function workflowOf({ subject, claims }: CertificateIdentity): GithubSigner | null {
  const { sourceRepositoryUri: repository = '', sourceRepositoryRef: ref = '', buildConfigUri = '' } = claims
  const [start, end] = [`${repository}/`, `@${ref}`]
  const workflow = buildConfigUri.slice(start.length, -end.length)
  const isWhole = REPOSITORY.test(repository) && repository.startsWith(`${GITHUB}/`) && buildConfigUri === `${start}${workflow}${end}`
  if (!isWhole || !WORKFLOW.test(workflow)) return null
  const { sourceRepositoryId: repositoryId, sourceRepositoryOwnerId: ownerId } = claims
  return {
    github: repository.slice(`${GITHUB}/`.length),
    workflow,
    ref,
    ...(subject === buildConfigUri ? {} : { signerWorkflow: subject }),
    ...(repositoryId !== undefined && ID.test(repositoryId) ? { repositoryId } : {}),
    ...(ownerId !== undefined && ID.test(ownerId) ? { ownerId } : {}),
  }
}
