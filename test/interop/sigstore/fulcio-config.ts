/** Fulcio's configuration: whose tokens it believes, and what it writes into certificates for them, as the public one does. */
import type { IssuerName } from '../../sigstore/keys.ts'

const GITHUB = 'https://github.com'
const GITLAB = 'https://gitlab.com'

export function fulcioConfig(issuers: { readonly [name in IssuerName]: { readonly issuer: string } }): object {
  const trusted = ({ issuer }: { readonly issuer: string }, as: object): object => ({
    [issuer]: { IssuerURL: issuer, ClientID: 'sigstore', ...as },
  })
  return {
    OIDCIssuers: {
      ...trusted(issuers.user, { Type: 'email' }),
      ...trusted(issuers.ci, { Type: 'ci-provider', CIProvider: 'github-workflow' }),
      ...trusted(issuers.gitlab, { Type: 'ci-provider', CIProvider: 'gitlab-pipeline' }),
    },
    CIIssuerMetadata: { 'github-workflow': OF_GITHUB, 'gitlab-pipeline': OF_GITLAB },
  }
}

/** A value without braces is the name of a claim. */
const OF_GITHUB = {
  SubjectAlternativeNameTemplate: `${GITHUB}/{{ .job_workflow_ref }}`,
  ExtensionTemplates: {
    BuildConfigDigest: 'workflow_sha',
    BuildConfigURI: `${GITHUB}/{{ .workflow_ref }}`,
    BuildSignerDigest: 'job_workflow_sha',
    BuildSignerURI: `${GITHUB}/{{ .job_workflow_ref }}`,
    BuildTrigger: 'event_name',
    GithubWorkflowName: 'workflow',
    GithubWorkflowRef: 'ref',
    GithubWorkflowRepository: 'repository',
    GithubWorkflowSHA: 'sha',
    GithubWorkflowTrigger: 'event_name',
    RunInvocationURI: `${GITHUB}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}`,
    RunnerEnvironment: 'runner_environment',
    SourceRepositoryDigest: 'sha',
    SourceRepositoryIdentifier: 'repository_id',
    SourceRepositoryOwnerIdentifier: 'repository_owner_id',
    SourceRepositoryOwnerURI: `${GITHUB}/{{ .repository_owner }}`,
    SourceRepositoryRef: 'ref',
    SourceRepositoryURI: `${GITHUB}/{{ .repository }}`,
    SourceRepositoryVisibilityAtSigning: 'repository_visibility',
  },
}

const OF_GITLAB = {
  SubjectAlternativeNameTemplate: 'https://{{ .ci_config_ref_uri }}',
  ExtensionTemplates: {
    BuildConfigDigest: 'ci_config_sha',
    BuildConfigURI: 'https://{{ .ci_config_ref_uri }}',
    BuildSignerDigest: 'ci_config_sha',
    BuildSignerURI: 'https://{{ .ci_config_ref_uri }}',
    BuildTrigger: 'pipeline_source',
    RunInvocationURI: `${GITLAB}/{{ .project_path }}/-/jobs/{{ .job_id }}`,
    RunnerEnvironment: 'runner_environment',
    SourceRepositoryDigest: 'sha',
    SourceRepositoryIdentifier: 'project_id',
    SourceRepositoryOwnerIdentifier: 'namespace_id',
    SourceRepositoryOwnerURI: `${GITLAB}/{{ .namespace_path }}`,
    SourceRepositoryRef: 'refs/{{ if eq .ref_type "branch" }}heads/{{ else }}tags/{{ end }}{{ .ref }}',
    SourceRepositoryURI: `${GITLAB}/{{ .project_path }}`,
    SourceRepositoryVisibilityAtSigning: 'project_visibility',
  },
}
