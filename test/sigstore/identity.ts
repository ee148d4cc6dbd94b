/** What Fulcio writes into a certificate for whose token (fulcio, config/identity/config.yaml and docs/oid-info.md). */
import type { Subject } from './ca.ts'
import type { Extension } from './certificate.ts'
import { utf8 } from './der.ts'
import type { IssuerName } from './keys.ts'

export type Claims = { readonly [name: string]: unknown }

export interface Identity {
  /** What the proof of possession is over. */
  readonly challenge: string
  readonly subject: Subject
  readonly claims: readonly Extension[]
}

/** Throws where Fulcio refuses. */
export function identityOf(issuer: IssuerName, token: Claims): Identity {
  const claim = (name: string): string => {
    const value = token[name]
    return typeof value === 'string' ? value : ''
  }
  const iss = claim('iss')
  switch (issuer) {
    case 'user': {
      if (claim('email') === '') {
        if (!claim('sub').startsWith('spiffe://')) throw new Error('token has no email')
        return { challenge: claim('sub'), subject: { uri: claim('sub') }, claims: extensions(iss, {}) }
      }
      if (token['email_verified'] !== true) throw new Error('email_verified claim was false')
      return { challenge: claim('email'), subject: { email: claim('email') }, claims: extensions(upstreamOf(token) ?? iss, {}) }
    }
    case 'ci':
      return {
        challenge: claim('sub'),
        subject: { uri: `https://github.com/${claim('job_workflow_ref')}` },
        claims: extensions(iss, github(claim)),
      }
    case 'gitlab':
      return { challenge: claim('sub'), subject: { uri: `https://${claim('ci_config_ref_uri')}` }, claims: extensions(iss, gitlab(claim)) }
  }
}

/** Dex says by which provider a person signed in, and the certificate names that one. */
function upstreamOf(token: Claims): string | undefined {
  const federated = token['federated_claims']
  if (typeof federated !== 'object' || federated === null || !('connector_id' in federated)) return undefined
  return typeof federated.connector_id === 'string' ? federated.connector_id : undefined
}

type Values = { readonly [arc: number]: string }

function github(claim: (name: string) => string): Values {
  const at = (path: string): string => `https://github.com/${path}`
  return {
    2: claim('event_name'),
    3: claim('sha'),
    4: claim('workflow'),
    5: claim('repository'),
    6: claim('ref'),
    9: at(claim('job_workflow_ref')),
    10: claim('job_workflow_sha'),
    11: claim('runner_environment'),
    12: at(claim('repository')),
    13: claim('sha'),
    14: claim('ref'),
    15: claim('repository_id'),
    16: at(claim('repository_owner')),
    17: claim('repository_owner_id'),
    18: at(claim('workflow_ref')),
    19: claim('workflow_sha'),
    20: claim('event_name'),
    21: at(`${claim('repository')}/actions/runs/${claim('run_id')}/attempts/${claim('run_attempt')}`),
    22: claim('repository_visibility'),
    23: claim('environment'),
    24: claim('sub'),
  }
}

function gitlab(claim: (name: string) => string): Values {
  const at = (path: string): string => `https://gitlab.com/${path}`
  const config = `https://${claim('ci_config_ref_uri')}`
  return {
    9: config,
    10: claim('ci_config_sha'),
    11: claim('runner_environment'),
    12: at(claim('project_path')),
    13: claim('sha'),
    14: `refs/${claim('ref_type') === 'branch' ? 'heads' : 'tags'}/${claim('ref')}`,
    15: claim('project_id'),
    16: at(claim('namespace_path')),
    17: claim('namespace_id'),
    18: config,
    19: claim('ci_config_sha'),
    20: claim('pipeline_source'),
    21: at(`${claim('project_path')}/-/jobs/${claim('job_id')}`),
    22: claim('project_visibility'),
  }
}

/** .1.1 to .1.6 hold the text as it is, those from .1.8 on a UTF8String. */
function extensions(issuer: string, values: Values): Extension[] {
  return Object.entries({ 1: issuer, ...values, 8: issuer })
    .filter(([, value]) => value !== '')
    .map(([arc, value]) => ({ oid: `1.3.6.1.4.1.57264.1.${arc}`, value: Number(arc) < 8 ? Buffer.from(value) : utf8(value) }))
}
