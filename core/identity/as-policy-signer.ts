/** How a policy would name somebody who signed. */
import type { CertificateIdentity } from './identity.ts'
import { GITHUB, GITHUB_ISSUER, type Signer } from './signer.ts'

export function asPolicySigner({ issuer, subject, claims }: CertificateIdentity): Signer {
  const { sourceRepositoryUri: repository = '', sourceRepositoryRef: ref = '', buildConfigUri: workflow = '' } = claims
  const isOfGithub = issuer === GITHUB_ISSUER && repository.startsWith(`${GITHUB}/`)
  if (!isOfGithub || !workflow.startsWith(`${repository}/`) || !workflow.endsWith(`@${ref}`)) return { issuer, subject }
  const file = workflow.slice(repository.length + 1, -ref.length - 1)
  const named = { github: repository.slice(GITHUB.length + 1), workflow: file, ref }
  return subject === workflow ? named : { ...named, signerWorkflow: subject }
}
