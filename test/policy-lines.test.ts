/** The policy lines that would trust somebody. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import type { Identity } from '../core/identity/identity.ts'
import { mismatches } from '../core/identity/match.ts'
import { policyLinesFor } from '../core/identity/policy-lines.ts'
import { GITHUB_ISSUER } from '../core/identity/signer.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'

const REPOSITORY = 'https://github.com/acme/tools'
const WORKFLOW = `${REPOSITORY}/.github/workflows/lock.yml@refs/heads/main`

function workflow(subject = WORKFLOW, repository = REPOSITORY): Extract<Identity, { kind: 'certificate' }> {
  const claims = { sourceRepositoryUri: repository, sourceRepositoryRef: 'refs/heads/main', buildConfigUri: WORKFLOW }
  return { kind: 'certificate', issuer: GITHUB_ISSUER, subject, claims }
}

test('the lines are a policy that trusts exactly the one who signed', () => {
  const people: readonly Identity[] = [
    workflow(),
    workflow('https://github.com/acme/ci/.github/workflows/sign.yml@refs/tags/v1'),
    { kind: 'certificate', issuer: 'https://accounts.google.com', subject: 'dev@example.com', claims: {} },
    {
      kind: 'certificate',
      issuer: 'https://gitlab.com',
      subject: 'https://gitlab.com/acme/tools//.gitlab-ci.yml@refs/heads/main',
      claims: {},
    },
    { kind: 'certificate', issuer: 'https://spire.example', subject: 'spiffe://acme/ci', claims: {} },
  ]
  for (const identity of people) {
    const lines = policyLinesFor(identity, REPOSITORY)
    assert.ok(lines !== null)
    const { signers, repository } = parsePolicy(lines.join('\n'))
    assert.deepEqual(repository, { uri: REPOSITORY })
    assert.deepEqual(
      signers.map((signer) => mismatches(signer, identity)),
      [[]],
    )
  }
  assert.deepEqual(policyLinesFor(workflow(), REPOSITORY), [
    `repository: ${REPOSITORY}`,
    'signers: [{ github: acme/tools, workflow: .github/workflows/lock.yml, ref: refs/heads/main }]',
  ])
})

test('nobody else is written: a key by its digest, a workflow without its claims', () => {
  assert.equal(policyLinesFor({ kind: 'key', digest: `sha256:${'a'.repeat(64)}` }, REPOSITORY), null)
  assert.equal(policyLinesFor({ ...workflow(), claims: {} }, REPOSITORY), null)
  assert.equal(policyLinesFor(workflow(WORKFLOW, 'https://github.com/acme/fork'), REPOSITORY), null)
})

test('whatever an issuer asserts stays one text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a, b: c', '}]', 'true', '- x', '# x', '"', '\\', 'a\nsigners: []', '1e3', 'x@y', '~'),
  )
  fc.assert(
    fc.property(text, text, text, (issuer, subject, repository) => {
      const lines = policyLinesFor({ kind: 'certificate', issuer, subject, claims: {} }, repository)
      if (issuer === GITHUB_ISSUER) return
      const parsed: unknown = parse((lines ?? []).join('\n'))
      const whole = (value: string): string => value.toWellFormed()
      assert.deepEqual(parsed, { repository, signers: [{ issuer, subject }] }, JSON.stringify([whole(issuer), whole(subject)]))
    }),
    { numRuns: 1_000 },
  )
})
