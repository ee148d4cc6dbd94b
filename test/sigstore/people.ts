/** Whose tokens the issuers give out, where a test says nothing else. */
import type { Claims } from './identity.ts'
import type { IssuerName } from './keys.ts'

const commit = 'a'.repeat(40)
const workflow = 'acme/tools/.github/workflows/lock.yml@refs/heads/main'

export const DEFAULT_CLAIMS: { readonly [name in IssuerName]: Claims } = {
  user: { sub: 'person-1', email: 'dev@example.com', email_verified: true },
  ci: {
    sub: 'repo:acme/tools:ref:refs/heads/main',
    event_name: 'push',
    sha: commit,
    ref: 'refs/heads/main',
    workflow: 'lock',
    repository: 'acme/tools',
    repository_id: '42',
    repository_owner: 'acme',
    repository_owner_id: '7',
    repository_visibility: 'public',
    workflow_ref: workflow,
    workflow_sha: commit,
    job_workflow_ref: workflow,
    job_workflow_sha: commit,
    run_id: '1',
    run_attempt: '1',
    runner_environment: 'github-hosted',
  },
  gitlab: {
    sub: 'project_path:acme/tools:ref_type:branch:ref:main',
    ci_config_ref_uri: 'gitlab.com/acme/tools//.gitlab-ci.yml@refs/heads/main',
    ci_config_sha: commit,
    sha: commit,
    ref: 'main',
    ref_type: 'branch',
    project_path: 'acme/tools',
    project_id: '42',
    project_visibility: 'public',
    namespace_path: 'acme',
    namespace_id: '7',
    pipeline_source: 'push',
    job_id: '1',
    runner_environment: 'gitlab-hosted',
  },
}
