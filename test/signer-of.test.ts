/** How a policy would name somebody who signed: by a signer, by its lines, and by the words of `trust add`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import { requireDeclared } from '../cli/signing/who-signs.ts'
import type { CertificateIdentity } from '../core/identity/identity.ts'
import { mismatches } from '../core/identity/match.ts'
import { formatSigner, parseSigner } from '../core/identity/parse-signer.ts'
import { policyLines } from '../core/identity/policy-lines.ts'
import { signerOf } from '../core/identity/signer-of.ts'
import { GITHUB_ISSUER } from '../core/identity/signer.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'
import { NO_POLICY } from '../core/policy/policy.ts'

const REPOSITORY = 'https://github.com/acme/tools'
const WORKFLOW = `${REPOSITORY}/.github/workflows/lock.yml@refs/heads/main`
const REUSED = 'https://github.com/acme/ci/.github/workflows/sign.yml@refs/tags/v1'
const NUMBERS = { sourceRepositoryId: '42', sourceRepositoryOwnerId: '7' }

function workflow(subject = WORKFLOW, more: CertificateIdentity['claims'] = NUMBERS): CertificateIdentity {
  const claims = { sourceRepositoryUri: REPOSITORY, sourceRepositoryRef: 'refs/heads/main', buildConfigUri: WORKFLOW, ...more }
  return { kind: 'certificate', issuer: GITHUB_ISSUER, subject, claims }
}

function person(issuer: string, subject: string): CertificateIdentity {
  return { kind: 'certificate', issuer, subject, claims: {} }
}

const EVERYBODY = [
  workflow(),
  workflow(WORKFLOW, {}),
  workflow(REUSED),
  person('https://accounts.google.com', 'dev@example.com'),
  person('https://gitlab.com', 'https://gitlab.com/acme/tools//.gitlab-ci.yml@refs/heads/main'),
  person('https://spire.example', 'spiffe://acme/ci'),
  { ...workflow(), issuer: 'https://github.example/_services/token' },
]

test('the lines are a policy that trusts exactly the one who signed', () => {
  for (const identity of EVERYBODY) {
    const signer = signerOf(identity)
    assert.ok(signer !== null)
    assert.deepEqual(mismatches(signer, identity), [])
    const policy = parsePolicy(policyLines(signer, REPOSITORY).join('\n'))
    assert.deepEqual([policy.repository, policy.signers], [{ uri: REPOSITORY }, [signer]])
  }
  assert.deepEqual(policyLines(signerOf(workflow()) ?? assert.fail(), REPOSITORY), [
    `repository: ${REPOSITORY}`,
    'signers: [{ github: acme/tools, workflow: .github/workflows/lock.yml, ref: refs/heads/main, repositoryId: "42", ownerId: "7" }]',
  ])
})

test('whoever takes over a name that was given up is not the one who signed', () => {
  const signer = signerOf(workflow()) ?? assert.fail()
  const other = workflow(WORKFLOW, { ...NUMBERS, sourceRepositoryOwnerId: '8' })
  assert.deepEqual(mismatches(signer, other), [{ claim: 'ownerId', expected: '7', got: '8' }])
})

test('nobody else is named: a key by its digest, a workflow without its claims', () => {
  assert.equal(signerOf({ kind: 'key', digest: `sha256:${'a'.repeat(64)}` }), null)
  assert.equal(signerOf({ ...workflow(), claims: {} }), null)
  assert.equal(signerOf(workflow(WORKFLOW, { sourceRepositoryUri: 'https://github.com/acme/fork' })), null)
  assert.equal(signerOf(workflow(REUSED, { buildConfigUri: REUSED })), null)
  const numberless = signerOf(workflow(WORKFLOW, { sourceRepositoryId: '42, x: y' })) ?? assert.fail()
  assert.ok(!('repositoryId' in numberless))
})

test('the words of `trust add` name the same, where it has words', async () => {
  for (const identity of EVERYBODY) {
    const [words, ...rest] = formatSigner(signerOf(identity) ?? assert.fail()) ?? []
    if (words === undefined) assert.equal(identity.subject, REUSED)
    else assert.deepEqual(mismatches(await parseSigner(words, rest[1] ?? null, assert.fail), identity), [])
  }
})

test('who is not named is told the command, or the line where there is none', () => {
  const said = (identity: CertificateIdentity): string => {
    try {
      requireDeclared(identity, NO_POLICY, null)
    } catch (error) {
      return String(error)
    }
    return assert.fail()
  }
  assert.match(said(workflow()), /`mcp-lock trust add github:acme\/tools\/\.github\/workflows\/lock\.yml@refs\/heads\/main`$/)
  assert.match(said(workflow(REUSED)), /`signers: \[\{ github: acme\/tools, .*signerWorkflow: https:\/\/.*\}\]` in mcp-lock\.yaml$/)
})

test('whatever an issuer asserts stays one text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a, b: c', '}]', 'true', '- x', '# x', '"', '\\', 'a\nsigners: []', '1e3', 'x@y', '~'),
  )
  fc.assert(
    fc.property(text, text, text, (issuer, subject, repository) => {
      const parsed: unknown = parse(policyLines({ issuer, subject }, repository).join('\n'))
      const whole = (value: string): string => value.toWellFormed()
      assert.deepEqual(parsed, { repository, signers: [{ issuer, subject }] }, JSON.stringify([whole(issuer), whole(subject)]))
    }),
    { numRuns: 300 },
  )
})
