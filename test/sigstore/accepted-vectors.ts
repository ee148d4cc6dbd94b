/** Signatures that hold. */
import { entryOfV1, makeBundle, type Bundle, type SigningKey } from './bundle.ts'
import { RekorV2 } from './rekor-v2.ts'
import { REKOR_2 } from './trust.ts'
import type { Services, Sigstore } from './sigstore.ts'
import type { Expected, VectorCase } from './vector-case.ts'
import {
  altered,
  BOTH,
  certified,
  digestOf,
  GITHUB_ISSUER,
  KEYS,
  statement,
  statementValue,
  UPSTREAM,
  type PolicyName,
} from './vector-workshop.ts'

const WORKFLOW = 'https://github.com/acme/tools/.github/workflows/lock.yml@refs/heads/main'
const PIPELINE_TAG = 'gitlab.com/acme/tools//.gitlab-ci.yml@refs/tags/v1.2'
const REUSABLE = 'acme/ci/.github/workflows/sign.yml@refs/tags/v1'
export const FEDERATED = { federated_claims: { connector_id: UPSTREAM } }

export function acceptedVectors(sigstore: Sigstore): VectorCase[] {
  const by = (
    name: string,
    why: string,
    key: SigningKey,
    expected: Expected,
    services: Services,
    policy: PolicyName = 'all',
  ): VectorCase => ({
    name,
    why,
    bundle: makeBundle(sigstore, key, statement(policy), services),
    expected,
    ...(policy === 'all' ? {} : { policy }),
  })
  const signer = (issuer: string, subject: string): Expected => ({ signer: { issuer, subject } })
  const workflow = certified(sigstore, 'ci')
  const person = certified(sigstore, 'user', FEDERATED)
  const isWorkflow = signer(GITHUB_ISSUER, WORKFLOW)
  const isPerson = signer(UPSTREAM, 'dev@example.com')
  const isP256: Expected = { signer: { spki: digestOf(KEYS.p256) } }
  const isEd25519: Expected = { signer: { spki: digestOf(KEYS.ed25519) } }
  const tag = 'acme/tools/.github/workflows/lock.yml@refs/tags/v1.2'
  const tagged = certified(sigstore, 'ci', { ref: 'refs/tags/v1.2', job_workflow_ref: tag, workflow_ref: tag })
  const branch = 'acme/tools/.github/workflows/lock.yml@refs/heads/release-2'
  const released = certified(sigstore, 'ci', { ref: 'refs/heads/release-2', job_workflow_ref: branch, workflow_ref: branch })
  const loose = Buffer.from(JSON.stringify(statementValue('all'), null, 2))
  return [
    by('workflow-rekor1', 'GitHub Actions, with a log that says the time', workflow, isWorkflow, { rekor: 1, tsa: false }),
    by('workflow-rekor1-tsa', 'GitHub Actions, with a log and a timestamp', workflow, isWorkflow, { rekor: 1, tsa: true }),
    by('workflow-rekor2-tsa', 'GitHub Actions, with a log that only proves', workflow, isWorkflow, BOTH),
    by('workflow-tag', 'a tag that fits the pattern', tagged, signer(GITHUB_ISSUER, `https://github.com/${tag}`), BOTH, 'tags'),
    by(
      'workflow-branch',
      'a branch that fits the pattern',
      released,
      signer(GITHUB_ISSUER, `https://github.com/${branch}`),
      BOTH,
      'branches',
    ),
    by('workflow-other-case', 'owner and repository of github.com are without case', workflow, isWorkflow, BOTH, 'other-case'),
    by(
      'workflow-reusable',
      'a reusable workflow signs for the one that called it',
      certified(sigstore, 'ci', { job_workflow_ref: REUSABLE }),
      signer(GITHUB_ISSUER, `https://github.com/${REUSABLE}`),
      BOTH,
      'reusable',
    ),
    by('person-rekor1', 'an e-mail; the issuer is the one behind the login', person, isPerson, { rekor: 1, tsa: false }),
    by('person-rekor2-tsa', 'an e-mail, Rekor v2', person, isPerson, BOTH),
    by(
      'pipeline-tag',
      'GitLab CI, a tag that fits the pattern',
      certified(sigstore, 'gitlab', { ref: 'v1.2', ref_type: 'tag', ci_config_ref_uri: PIPELINE_TAG }),
      signer('https://gitlab.com', `https://${PIPELINE_TAG}`),
      BOTH,
      'gitlab-tags',
    ),
    by(
      'pipeline-rekor2-tsa',
      'GitLab CI',
      certified(sigstore, 'gitlab'),
      signer('https://gitlab.com', 'https://gitlab.com/acme/tools//.gitlab-ci.yml@refs/heads/main'),
      BOTH,
      'gitlab',
    ),
    by(
      'workload-rekor2-tsa',
      'SPIFFE',
      certified(sigstore, 'user', { email: undefined, sub: 'spiffe://acme.example/build' }),
      signer('https://login.example', 'spiffe://acme.example/build'),
      BOTH,
    ),
    by('p256', 'a key alone', KEYS.p256, isP256, { rekor: null, tsa: false }),
    by('p256-rekor1', 'a key, logged', KEYS.p256, isP256, { rekor: 1, tsa: false }, 'logged-keys'),
    by('p256-rekor1-tsa', 'a key, logged and timestamped', KEYS.p256, isP256, { rekor: 1, tsa: true }, 'logged-keys'),
    by('p256-rekor2-tsa', 'a key, Rekor v2', KEYS.p256, isP256, BOTH, 'logged-keys'),
    by('ed25519', 'a key alone', KEYS.ed25519, isEd25519, { rekor: null, tsa: false }),
    by('ed25519-rekor1', 'a key, logged', KEYS.ed25519, isEd25519, { rekor: 1, tsa: false }, 'logged-keys'),
    by('ed25519-tsa', 'a key, timestamped', KEYS.ed25519, isEd25519, { rekor: null, tsa: true }),
    {
      name: 'two-logs',
      why: 'an entry in each of two logs, as the policy demands',
      bundle: withSecondEntry(sigstore, person),
      policy: 'two-logs',
      expected: isPerson,
    },
    {
      name: 'first-entry',
      why: 'the first entry of a log has neither index nor path in the JSON of protobuf',
      bundle: makeBundle({ ...sigstore, rekor2: new RekorV2(REKOR_2, sigstore.keys.rekor2) }, workflow, statement('all'), BOTH),
      expected: isWorkflow,
    },
    {
      name: 'loose-payload',
      why: 'a reader takes any strict JSON, not RFC 8785 alone',
      bundle: makeBundle(sigstore, workflow, loose, BOTH),
      expected: isWorkflow,
    },
    {
      name: 'nested-path',
      why: 'a lock below the top of the repository',
      bundle: makeBundle(
        sigstore,
        workflow,
        statement('all', {
          path: 'apps/web/mcp.lock',
          policy: nested(statementValue('all')),
          serial: 7,
          previous: `sha256:${'0'.repeat(64)}`,
        }),
        BOTH,
      ),
      path: 'apps/web/mcp.lock',
      expected: isWorkflow,
    },
  ]
}

function nested({ predicate }: ReturnType<typeof statementValue>): { path: string; sha256: string } {
  const { policy }: { policy: { sha256: string } } = JSON.parse(JSON.stringify(predicate))
  return { path: 'apps/web/mcp-lock.yaml', sha256: policy.sha256 }
}

/** Both entries are about one signature. */
function withSecondEntry(sigstore: Sigstore, key: SigningKey): Bundle {
  return altered(makeBundle(sigstore, key, statement('two-logs'), BOTH), (bundle) => {
    bundle.verificationMaterial.tlogEntries?.push(entryOfV1(sigstore, key, bundle.dsseEnvelope))
  })
}
