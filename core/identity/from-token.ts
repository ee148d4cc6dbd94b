/**
 * Whom a certificate will name for an identity token: what Fulcio makes of its claims (fulcio, config/identity/config.yaml and
 * docs/oidc.md). A prediction, so that nothing is asked in vain; the certificate itself is what counts.
 */
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import type { CertificateIdentity, Claims } from './identity.ts'
import { GITHUB, type Signer } from './signer.ts'

type Text = (name: string) => string
type Made = { readonly subject: string; readonly claims: Claims }

/** Providers of CI jobs by a claim that only they have. */
const PROVIDERS: readonly (readonly [claim: string, make: (text: Text, server: string) => Made])[] = [
  ['job_workflow_ref', github],
  ['ci_config_ref_uri', gitlab],
  ['pipeline_slug', (text) => ({ subject: `https://buildkite.com/${text('organization_slug')}/${text('pipeline_slug')}`, claims: {} })],
  ['oidc.circleci.com/pipeline-definition-id', circle],
]

/**
 * @param claims the token's payload
 * @param signers of the policy, which name another GitHub's server by its issuer
 */
export function identityOfToken(claims: JsonObject, signers: readonly Signer[]): CertificateIdentity {
  const text: Text = (name) => textOf(claims[name])
  const issuer = text('iss')
  const make = PROVIDERS.find(([claim]) => text(claim) !== '')?.[1]
  if (make !== undefined) return { kind: 'certificate', issuer, ...make(text, serverOf(issuer, signers)) }
  if (text('email') === '') return { kind: 'certificate', issuer, subject: text('sub'), claims: {} }
  // Dex, which asks other providers, says which one knew the person.
  const { federated_claims: federated } = claims
  const upstream = isObject(federated) ? textOf(federated['connector_id']) : ''
  return { kind: 'certificate', issuer: upstream || issuer, subject: text('email'), claims: {} }
}

/** What of a token its holder must sign to get a certificate (fulcio-spec §3): the e-mail, or the subject. */
export function challengeOf(claims: JsonObject): string {
  return textOf(claims['email']) || textOf(claims['sub'])
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function serverOf(issuer: string, signers: readonly Signer[]): string {
  return signers.flatMap((signer) => ('github' in signer && signer.issuer === issuer ? [signer.server ?? GITHUB] : []))[0] ?? GITHUB
}

function github(text: Text, server: string): Made {
  const at = (path: string): string => `${server}/${path}`
  return {
    subject: at(text('job_workflow_ref')),
    claims: filled({
      buildSignerUri: at(text('job_workflow_ref')),
      runnerEnvironment: text('runner_environment'),
      sourceRepositoryUri: at(text('repository')),
      sourceRepositoryRef: text('ref'),
      sourceRepositoryId: text('repository_id'),
      ...(text('repository_owner') === '' ? {} : { sourceRepositoryOwnerUri: at(text('repository_owner')) }),
      sourceRepositoryOwnerId: text('repository_owner_id'),
      buildConfigUri: at(text('workflow_ref')),
      buildTrigger: text('event_name'),
      deploymentEnvironment: text('environment'),
    }),
  }
}

function gitlab(text: Text): Made {
  const config = text('ci_config_ref_uri')
  return {
    subject: `https://${config}`,
    claims: filled({
      sourceRepositoryUri: `https://${config.split('/')[0] ?? ''}/${text('project_path')}`,
      sourceRepositoryId: text('project_id'),
    }),
  }
}

function circle(text: Text): Made {
  const [project, definition] = [text('oidc.circleci.com/project-id'), text('oidc.circleci.com/pipeline-definition-id')]
  return {
    subject: `https://circleci.com/api/v2/projects/${project}/pipeline-definitions/${definition}`,
    claims: filled({ sourceRepositoryUri: text('oidc.circleci.com/vcs-origin') }),
  }
}

function filled(claims: { readonly [name in keyof Claims]: string }): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== ''))
}
