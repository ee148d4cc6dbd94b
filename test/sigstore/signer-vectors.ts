/** Certificates and keys that are not of a signer. */
import { makeBundle, type SigningKey } from './bundle.ts'
import { TIME_STAMPING } from './certificate.ts'
import { FEDERATED } from './accepted-vectors.ts'
import type { Services, Sigstore } from './sigstore.ts'
import type { VectorCase } from './vector-case.ts'
import { altered, AT, BOTH, certified, KEYS, statement, type PolicyName } from './vector-workshop.ts'

const HOUR = 3_600_000

/** `other` is a Sigstore that the root does not know. */
export function signerVectors(sigstore: Sigstore, other: Sigstore): VectorCase[] {
  const by = (
    name: string,
    why: string,
    code: string,
    key: SigningKey,
    policy: PolicyName = 'all',
    services: Services = BOTH,
  ): VectorCase => ({
    name,
    why,
    bundle: makeBundle(sigstore, key, statement(policy), services),
    expected: { code },
    ...(policy === 'all' ? {} : { policy }),
  })
  const workflow = certified(sigstore, 'ci')
  const person = certified(sigstore, 'user', FEDERATED)
  const stranger = (name: string, why: string, key: SigningKey, policy?: PolicyName): VectorCase =>
    by(name, why, 'SIGNER_UNTRUSTED', key, policy)
  const wrong = (name: string, why: string, key: SigningKey): VectorCase => by(name, why, 'CERTIFICATE_INVALID', key)
  const fork = { repository: 'mallory/tools', job_workflow_ref: 'mallory/tools/.github/workflows/lock.yml@refs/heads/main' }
  const forked = certified(sigstore, 'ci', { ...fork, workflow_ref: fork.job_workflow_ref, repository_id: '66', repository_owner_id: '6' })
  const pull = 'acme/tools/.github/workflows/lock.yml@refs/pull/7/merge'
  const request = certified(sigstore, 'ci', { ref: 'refs/pull/7/merge', job_workflow_ref: pull, workflow_ref: pull })
  const suffixed = certified(sigstore, 'user', { ...FEDERATED, email: 'dev@example.com.evil.test' })
  const deeper = certified(sigstore, 'gitlab', { ci_config_ref_uri: 'gitlab.com/acme/tools//.gitlab-ci.yml@refs/tags/v1/x' })
  return [
    stranger('fork', 'the same workflow in a fork', forked),
    stranger('pull-request', 'the workflow on the ref of a pull request', request),
    stranger('other-ref', 'another ref', workflow, 'other-ref'),
    stranger('other-workflow', 'another workflow', workflow, 'other-workflow'),
    stranger('other-trigger', 'another trigger', workflow, 'other-trigger'),
    stranger('other-runner', 'another kind of runner', workflow, 'other-runner'),
    stranger('other-owner', 'another owner under the same name', workflow, 'other-owner'),
    stranger('branch-for-tag', 'a pattern is anchored', workflow, 'tags'),
    stranger(
      'reusable-unnamed',
      'a reusable workflow that the policy does not name',
      certified(sigstore, 'ci', { job_workflow_ref: 'mallory/ci/.github/workflows/sign.yml@refs/heads/main' }),
    ),
    stranger('other-issuer', 'the same e-mail by another issuer', person, 'other-issuer'),
    stranger('login-is-not-upstream', 'the issuer is the one behind the login', certified(sigstore, 'user')),
    stranger('other-person', 'another e-mail, of which this one is a part', person, 'other-person'),
    stranger('longer-e-mail', 'an e-mail that begins with the right one', suffixed),
    stranger('other-pipeline', 'the pipeline of a branch', certified(sigstore, 'gitlab'), 'gitlab-tags'),
    stranger('longer-pipeline', 'a pattern is anchored, and its star no slash', deeper, 'gitlab-tags'),
    stranger('upper-case-e-mail', 'an e-mail is compared whole', certified(sigstore, 'user', { ...FEDERATED, email: 'Dev@example.com' })),
    stranger(
      'claims-by-another-issuer',
      'the claims of the workflow, by another issuer',
      certified(sigstore, 'ci', { iss: 'https://login.example' }),
    ),
    {
      ...stranger('unknown-hint', 'a hint that is no hash', KEYS.p256),
      bundle: altered(makeBundle(sigstore, KEYS.p256, statement('all'), BOTH), ({ verificationMaterial }) => {
        verificationMaterial.publicKey = { hint: '__proto__' }
      }),
    },
    stranger('other-key', 'a key that the policy does not name', KEYS.stranger),
    stranger('key-for-certificate', 'the policy names a person, not a key', KEYS.p256, 'other-person'),
    {
      ...by('hint-of-another', 'the hint is of a key that did not sign', 'SIGNATURE_INVALID', KEYS.p256, 'all', {
        rekor: null,
        tsa: false,
      }),
      bundle: altered(makeBundle(sigstore, KEYS.stranger, statement('all'), { rekor: null, tsa: false }), (bundle) => {
        bundle.verificationMaterial = makeBundle(sigstore, KEYS.p256, statement('all'), { rekor: null, tsa: false }).verificationMaterial
      }),
    },
    wrong('other-authority', 'a certificate authority that the root does not know', certified(other, 'ci')),
    wrong('no-certificate-timestamp', 'no CT log has seen the certificate', certified(sigstore, 'ci', {}, { logged: false })),
    wrong('no-extended-key-usage', 'a certificate for anything', certified(sigstore, 'ci', {}, { use: null })),
    wrong('other-extended-key-usage', 'a certificate for timestamps', certified(sigstore, 'ci', {}, { use: TIME_STAMPING })),
    wrong('expired', 'signed after the certificate had ended', certified(sigstore, 'ci', {}, { at: AT - HOUR })),
    wrong('not-yet-valid', 'signed before the certificate began', certified(sigstore, 'ci', {}, { at: AT + HOUR })),
  ]
}
