/** Whether somebody is who the policy names. Everything is compared whole. */
import type { Identity } from './identity.ts'
import { parsePublicKey } from './keys.ts'
import { GITHUB, GITHUB_ISSUER, type GithubSigner, type Signer } from './signer.ts'

/** What of an identity is not as the policy says, as names of claims; empty: it is the signer. */
export function mismatches(signer: Signer, identity: Identity): string[] {
  if ('key' in signer) return identity.kind === 'key' && identity.digest === parsePublicKey(signer.key).digest ? [] : ['key']
  if (identity.kind === 'key') return ['key']
  if ('github' in signer) return githubMismatches(signer, identity)
  const issuer = identity.issuer === signer.issuer ? [] : ['issuer']
  const isSubject = 'subject' in signer ? identity.subject === signer.subject : fits(signer.subjectPattern, identity.subject)
  return isSubject ? issuer : [...issuer, 'subject']
}

function githubMismatches(signer: GithubSigner, { issuer, subject, claims }: Extract<Identity, { kind: 'certificate' }>): string[] {
  const { server = GITHUB, workflow, ref, refPattern } = signer
  const repository = `${server}/${signer.github}`
  const actualRef = claims.sourceRepositoryRef ?? ''
  const own = `${repository}/${workflow}@${actualRef}`
  const checks: { readonly [claim: string]: boolean } = {
    issuer: issuer === (signer.issuer ?? GITHUB_ISSUER),
    repository: sameRepository(claims.sourceRepositoryUri, repository),
    ref: ref === undefined ? fits(refPattern ?? '', actualRef) : actualRef === ref,
    workflow: sameWorkflow(claims.buildConfigUri, own, repository),
    subject: signer.signerWorkflow === undefined ? sameWorkflow(subject, own, repository) : subject === signer.signerWorkflow,
    trigger: signer.trigger === undefined || signer.trigger.includes(claims.buildTrigger ?? ''),
    runner: signer.runner === undefined || claims.runnerEnvironment === signer.runner,
    environment: signer.environment === undefined || claims.deploymentEnvironment === signer.environment,
    repositoryId: signer.repositoryId === undefined || claims.sourceRepositoryId === signer.repositoryId,
    ownerId: signer.ownerId === undefined || claims.sourceRepositoryOwnerId === signer.ownerId,
  }
  return Object.keys(checks).filter((claim) => checks[claim] === false)
}

/** github.com names owners and repositories without case. */
export function sameRepository(actual: string | undefined, expected: string): boolean {
  if (actual === undefined) return false
  return actual === expected || (actual.startsWith(`${GITHUB}/`) && actual.toLowerCase() === expected.toLowerCase())
}

/** Of a workflow's URI only the repository is without case. */
function sameWorkflow(actual: string | undefined, expected: string, repository: string): boolean {
  if (actual === undefined) return false
  return (
    sameRepository(actual.slice(0, repository.length), repository) && actual.slice(repository.length) === expected.slice(repository.length)
  )
}

/** Whether a text is of an anchored pattern: each `*` stands for one or more characters but a slash, all else for itself. */
function fits(pattern: string, text: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}/]/g, '\\$&'))
  return pattern !== '' && new RegExp(`^${escaped.join('[^\\/]+')}$`, 'v').test(text)
}
