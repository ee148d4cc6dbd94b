/** What a finding says of somebody whom the policy does not name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GITHUB_ISSUER } from '../core/identity/signer.ts'
import { checkSigner, type Signature } from '../core/signing/verify-lock.ts'
import { standing, vectorNamed } from './vector-standing.ts'

const WORKFLOW = 'https://github.com/acme/tools/.github/workflows/lock.yml@refs/heads/dev'
const SIGNED: Signature = {
  identity: {
    kind: 'certificate',
    issuer: GITHUB_ISSUER,
    subject: WORKFLOW,
    claims: {
      sourceRepositoryUri: 'https://github.com/acme/tools',
      buildConfigUri: WORKFLOW,
      sourceRepositoryRef: 'refs/heads/dev',
      buildTrigger: 'workflow_dispatch',
      runnerEnvironment: 'self-hosted',
      sourceRepositoryId: '42',
      sourceRepositoryOwnerId: '7',
    },
  },
  statement: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'mcp.lock', digest: { sha256: 'a'.repeat(64) } }],
    predicateType: 'urn:mcp-lock:lock:v1',
    predicate: {
      lockfileVersion: 1,
      digestScheme: 1,
      path: 'mcp.lock',
      repository: { uri: 'https://github.com/acme/tools' },
      serial: 1,
      previous: null,
      policy: null,
      servers: {},
      tool: { name: 'mcp-lock', version: '1.0.0' },
    },
  },
}

test('the finding says who signed, who was expected, what differs, and all claims that a policy compares', () => {
  const signers = [{ github: 'acme/tools', workflow: '.github/workflows/lock.yml', ref: 'refs/heads/main' }]
  const [finding] = checkSigner(SIGNED, signers)
  assert.equal(finding?.code, 'SIGNER_UNTRUSTED')
  for (const part of [
    `signed by ${WORKFLOW} (${GITHUB_ISSUER})`,
    'expected https://github.com/acme/tools/.github/workflows/lock.yml@refs/heads/main',
    'ref: expected refs/heads/main, got refs/heads/dev',
    'repository https://github.com/acme/tools',
    `workflow ${WORKFLOW}`,
    'trigger workflow_dispatch',
    'runner self-hosted',
    'repositoryId 42',
    'ownerId 7',
  ])
    assert.ok(finding.detail?.includes(part), `${part} in ${finding.detail}`)
})

test('where nobody is declared, it says the lines that would declare the signer', () => {
  const [finding] = checkSigner(SIGNED, [])
  assert.match(
    finding?.detail ?? '',
    /signers: \[\{ github: acme\/tools, workflow: \.github\/workflows\/lock\.yml, ref: refs\/heads\/dev, repositoryId: "42", ownerId: "7" \}\]/,
  )
})

test('a certificate is none of the keys that a policy names, and a key none of its people', () => {
  const keysOnly = vectorNamed('p256-rekor1-tsa').policy
  const peopleOnly = vectorNamed('other-person').policy
  for (const name of ['person-rekor1', 'workflow-rekor2-tsa'])
    assert.equal(standing({ bundle: vectorNamed(name).bundle, policy: keysOnly }), 'SIGNER_UNTRUSTED', name)
  for (const name of ['p256', 'ed25519-tsa'])
    assert.equal(standing({ bundle: vectorNamed(name).bundle, policy: peopleOnly }), 'SIGNER_UNTRUSTED', name)
})
