/** Whether somebody is who the policy names. Everything is compared whole. */
import type { Identity } from './identity.ts'
import { parsePublicKey } from './keys.ts'
import { isOfRefs, isOfSubjects } from './pattern.ts'
import { sameRepository } from './repository.ts'
import { GITHUB, GITHUB_ISSUER, type GithubSigner, type KeySigner, type PatternSigner, type Signer, type SubjectSigner } from './signer.ts'

/** A claim that is not as the policy says. What was got is what an issuer asserted, and hostile where it is shown. */
export type Mismatch = { readonly claim: string; readonly expected: string; readonly got: string | null }

/** What of an identity is not as the policy says; empty: it is the signer. */
export function mismatches(signer: Signer, identity: Identity): Mismatch[] {
  if ('key' in signer) {
    const digest = digestOf(signer)
    if (identity.kind === 'key' && identity.digest === digest) return []
    return [{ claim: 'key', expected: digest, got: identity.kind === 'key' ? identity.digest : null }]
  }
  if (identity.kind === 'key') return [{ claim: 'key', expected: 'a certificate', got: identity.digest }]
  const checks = 'github' in signer ? githubChecks(signer, identity) : subjectChecks(signer, identity)
  return checks.filter(([, , , ok]) => !ok).map(([claim, expected, got]) => ({ claim, expected, got: got ?? null }))
}

/** A policy is held against every record of a registry. */
const digests = new WeakMap<KeySigner, string>()

function digestOf(signer: KeySigner): string {
  const known = digests.get(signer) ?? parsePublicKey(signer.key).digest
  digests.set(signer, known)
  return known
}

type Check = readonly [claim: string, expected: string, got: string | undefined, ok: boolean]
type Certified = Extract<Identity, { kind: 'certificate' }>

/** A job that has another workflow sign in its place has the subject of that one, which others may call too. */
function subjectChecks(signer: SubjectSigner | PatternSigner, { issuer, subject, claims: { buildConfigUri } }: Certified): Check[] {
  return [
    exactly('issuer', signer.issuer, issuer),
    'subject' in signer
      ? exactly('subject', signer.subject, subject)
      : ['subject', signer.subjectPattern, subject, isOfSubjects(signer.subjectPattern, subject)],
    ['workflow', subject, buildConfigUri, buildConfigUri === undefined || buildConfigUri === subject],
  ]
}

function githubChecks(signer: GithubSigner, { issuer, subject, claims }: Certified): Check[] {
  const { server = GITHUB, workflow, ref, refPattern = '' } = signer
  const repository = `${server}/${signer.github}`
  const actualRef = claims.sourceRepositoryRef ?? ''
  const own = `${repository}/${workflow}@${actualRef}`
  const { sourceRepositoryUri, buildConfigUri, buildTrigger, runnerEnvironment, deploymentEnvironment } = claims
  return [
    exactly('issuer', signer.issuer ?? GITHUB_ISSUER, issuer),
    ['repository', repository, sourceRepositoryUri, sameRepository(sourceRepositoryUri, repository)],
    ref === undefined ? ['ref', refPattern, actualRef, isOfRefs(refPattern, actualRef)] : exactly('ref', ref, actualRef),
    ['workflow', own, buildConfigUri, sameWorkflow(buildConfigUri, own, repository)],
    signer.signerWorkflow === undefined
      ? ['subject', own, subject, sameWorkflow(subject, own, repository)]
      : exactly('subject', signer.signerWorkflow, subject),
    ...(signer.trigger === undefined ? [] : [oneOf('trigger', signer.trigger, buildTrigger)]),
    ...(signer.runner === undefined ? [] : [exactly('runner', signer.runner, runnerEnvironment)]),
    ...(signer.environment === undefined ? [] : [exactly('environment', signer.environment, deploymentEnvironment)]),
    ...(signer.repositoryId === undefined ? [] : [exactly('repositoryId', signer.repositoryId, claims.sourceRepositoryId)]),
    ...(signer.ownerId === undefined ? [] : [exactly('ownerId', signer.ownerId, claims.sourceRepositoryOwnerId)]),
  ]
}

function exactly(claim: string, expected: string, got: string | undefined): Check {
  return [claim, expected, got, got === expected]
}

function oneOf(claim: string, allowed: readonly string[], got: string | undefined): Check {
  return [claim, allowed.join(' or '), got, got !== undefined && allowed.includes(got)]
}

/** Of a workflow's URI only the repository is without case. */
function sameWorkflow(actual: string | undefined, expected: string, repository: string): boolean {
  if (actual === undefined) return false
  return (
    sameRepository(actual.slice(0, repository.length), repository) && actual.slice(repository.length) === expected.slice(repository.length)
  )
}
