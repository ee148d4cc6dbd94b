/** Who has signed, as a policy would name them: for a first use, where a person decides whether to trust them. */
import type { CertificateIdentity, Identity } from './identity.ts'
import { GITHUB, GITHUB_ISSUER, ID, REPOSITORY, WORKFLOW, type GithubSigner, type SubjectSigner } from './signer.ts'

/** The signer that fits exactly; null for a key, of which a signature has the digest only, and for a workflow without its claims. */
export function signerOf(identity: Identity): GithubSigner | SubjectSigner | null {
  if (identity.kind === 'key') return null
  const { issuer, subject } = identity
  return issuer === GITHUB_ISSUER ? workflowOf(identity) : { issuer, subject }
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
