/** Patterns of signers: what they leave open, and that none leaves open who. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity } from '../core/identity/identity.ts'
import { mismatches } from '../core/identity/match.ts'
import { isOfRefs, isOfSubjects } from '../core/identity/pattern.ts'
import { sameRepository } from '../core/identity/repository.ts'
import { GITHUB_ISSUER, type Signer } from '../core/identity/signer.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'

const refs = ['refs/tags/v*', 'refs/tags/v*.*.*', 'refs/heads/release/*', 'refs/heads/release-*-fix', 'refs/heads/main']
const PIPELINE = 'https://gitlab.com/acme/tools//.gitlab-ci.yml'

/** Each would leave open who signs, or match every branch or tag. */
const openRefs = [
  '', '*', '**', 'refs/*', 'refs/*/*', 'refs/*/main', 'refs/heads/*', 'refs/tags/*', 'refs/tags/*-rc', 'refs/pull/*', 'refs/pull/*/merge',
  'refs/heads/release-**', 'refs/tags/v*.*.*.*', 'refs/heads/', 'heads/main*', 'refs/tags/v *', 'refs/tags/v*\n',
] // prettier-ignore
const openSubjects = [
  '*', '**', '*@*', '*@example.com', 'dev@*', 'dev@example.*', 'https://*', 'https://*/*', 'https://github.com/*', 'https://github.com/*/*/*',
  'https://github.com/acme/*', 'https://github.com/acme/*/.github/workflows/lock.yml@refs/heads/main', 'spiffe://acme.example/*',
  'https://circleci.com/api/v2/projects/*/pipeline-definitions/*', `${PIPELINE}*`, `${PIPELINE}@*`, `${PIPELINE}@refs/*`, `${PIPELINE}@refs/heads/*`,
  `*${PIPELINE}@refs/tags/v*`, `https://gitlab.com/acme/tools*@refs/tags/v*`, `https://a@b/*@refs/tags/v*`, `https://a@refs/tags/v*@refs/tags/v*`,
] // prettier-ignore

/** Whether a policy may have the signer. */
function isAllowed(signer: object): boolean {
  try {
    parsePolicy(JSON.stringify({ repository: 'https://github.com/acme/tools', signers: [signer] }))
    return true
  } catch {
    return false
  }
}
const byRefs = (refPattern: string): Signer => ({ github: 'acme/tools', workflow: '.github/workflows/lock.yml', refPattern })
const bySubject = (subjectPattern: string): Signer => ({ issuer: 'https://gitlab.com', subjectPattern })

test('a pattern that leaves open who signs, or every ref, is refused, and matches nothing', () => {
  for (const pattern of refs) {
    assert.ok(isAllowed(byRefs(pattern)), pattern)
    assert.ok(isAllowed(bySubject(`${PIPELINE}@${pattern}`)), pattern)
  }
  for (const pattern of openRefs) {
    assert.ok(!isAllowed(byRefs(pattern)), pattern)
    for (const ref of ['refs/heads/main', 'refs/tags/v1', 'refs/pull/1/merge', pattern])
      assert.ok(!isOfRefs(pattern, ref), `${pattern} ${ref}`)
  }
  for (const pattern of openSubjects) {
    assert.ok(!isAllowed(bySubject(pattern)), pattern)
    for (const subject of [`${PIPELINE}@refs/heads/main`, 'dev@example.com', 'https://github.com/acme/tools', pattern])
      assert.ok(!isOfSubjects(pattern, subject), `${pattern} ${subject}`)
  }
})

test('a workflow of GitHub is more than its subject, whole or as a pattern', () => {
  const subject = 'https://github.com/acme/ci/.github/workflows/sign.yml@refs/heads/main'
  assert.ok(!isAllowed({ issuer: GITHUB_ISSUER, subject }))
  assert.ok(!isAllowed({ issuer: GITHUB_ISSUER, subjectPattern: subject.replace('main', 'release-*') }))
})

test('a subject is of the workflow that was started, not of one that any other calls to sign in its place', () => {
  const [issuer, subject] = [
    'https://github.example/_services/token',
    'https://github.example/acme/ci/.github/workflows/sign.yml@refs/tags/v1',
  ]
  const called = (buildConfigUri?: string): Identity => ({
    kind: 'certificate',
    issuer,
    subject,
    claims: buildConfigUri === undefined ? {} : { buildConfigUri },
  })
  for (const signer of [
    { issuer, subject },
    { issuer, subjectPattern: subject.replace('v1', 'v*') },
  ]) {
    assert.deepEqual(mismatches(signer, called()), [])
    assert.deepEqual(mismatches(signer, called(subject)), [])
    const caller = 'https://github.example/acme/tools/.github/workflows/any.yml@refs/heads/mine'
    assert.deepEqual(mismatches(signer, called(caller)), [{ claim: 'workflow', expected: subject, got: caller }])
  }
})

test('a ref as long as a certificate has room for takes no time', () => {
  assert.ok(!isOfRefs('refs/tags/v*.*.*', `refs/tags/v${'.'.repeat(7_000)}!`))
  assert.ok(!isOfRefs('refs/tags/v*', `refs/tags/v${'1'.repeat(101)}`))
  assert.ok(isOfRefs('refs/tags/v*', `refs/tags/v${'1'.repeat(100)}`))
})

test('a star is one or more plain characters, and all else stands for itself', () => {
  const fits: readonly (readonly [pattern: string, yes: readonly string[], no: readonly string[]])[] = [
    [
      'refs/tags/v*',
      ['refs/tags/v1', 'refs/tags/v1.2.3-rc+5'],
      [
        'refs/tags/v',
        'refs/tags/V1',
        'refs/tags/v1/x',
        'refs/tags/v1@refs',
        'refs/tags/v%2f',
        'refs/tags/v1 ',
        'refs/tags/v1\n',
        'xrefs/tags/v1',
        'refs/heads/v1',
        'refs/tags/v\u0661',
      ],
    ],
    ['refs/heads/a.b*', ['refs/heads/a.bc'], ['refs/heads/axbc']],
    ['refs/heads/a(b)|c$*', ['refs/heads/a(b)|c$1'], ['refs/heads/a']],
  ]
  for (const [pattern, yes, no] of fits) {
    for (const ref of yes) assert.ok(isOfRefs(pattern, ref), `${pattern} ${ref}`)
    for (const ref of no) assert.ok(!isOfRefs(pattern, ref), `${pattern} ${ref}`)
  }
  assert.ok(isOfSubjects(`${PIPELINE}@refs/tags/v*`, `${PIPELINE}@refs/tags/v1.2`))
  for (const subject of [
    `${PIPELINE}@refs/tags/v1@refs/tags/v2`,
    `${PIPELINE}x@refs/tags/v1`,
    `https://gitlab.com/acme/tools/.gitlab-ci.yml@refs/tags/v1`,
    `https://gitlab.com/acme/tools//xgitlab-ci.yml@refs/tags/v1`,
    `${PIPELINE}@refs/tags/v1/`,
  ])
    assert.ok(!isOfSubjects(`${PIPELINE}@refs/tags/v*`, subject), subject)
})

test('owner and repository are without case on github.com alone, and nothing else is', () => {
  const acme = 'https://github.com/acme/kit'
  for (const same of [acme, 'https://github.com/Acme/KIT']) assert.ok(sameRepository(same, acme), same)
  for (const other of [
    undefined,
    '',
    `${acme}/`,
    `${acme}.git`,
    `${acme}%2f`,
    `${acme}2`,
    'https://github.com/acme/ki',
    'https://github.com/acme/\u212ait', // the Kelvin sign
    'https://github.com/\u0430cme/kit', // a Cyrillic a
    'https://github.com/acme%2fkit',
    'https://github.com/acme/x/../kit',
    'https://user@github.com/acme/kit',
    'https://GitHub.com/acme/kit',
    'http://github.com/acme/kit',
    'https://github.com.evil.test/acme/kit',
  ])
    assert.ok(!sameRepository(other, acme), other)
  assert.ok(!sameRepository('https://gitlab.com/Acme/kit', 'https://gitlab.com/acme/kit'))
})

test('each claim of a workflow must be the one that the policy names', () => {
  const signer: Signer = {
    github: 'acme/tools', workflow: '.github/workflows/lock.yml', ref: 'refs/heads/main',
    trigger: ['push'], runner: 'github-hosted', environment: 'release', repositoryId: '42', ownerId: '7',
  } // prettier-ignore
  const uri = 'https://github.com/acme/tools/.github/workflows/lock.yml@refs/heads/main'
  const claims = {
    sourceRepositoryUri: 'https://github.com/acme/tools', sourceRepositoryRef: 'refs/heads/main', buildConfigUri: uri, buildTrigger: 'push',
    runnerEnvironment: 'github-hosted', deploymentEnvironment: 'release', sourceRepositoryId: '42', sourceRepositoryOwnerId: '7',
  } // prettier-ignore
  const identity = { kind: 'certificate', issuer: GITHUB_ISSUER, subject: uri, claims } satisfies Identity
  assert.deepEqual(mismatches(signer, identity), [])
  assert.deepEqual(mismatches(signer, { ...identity, subject: uri.replace('acme/tools', 'ACME/Tools') }), [])
  for (const subject of [
    uri.replace('@', '/@'),
    uri.replace('lock.yml', 'LOCK.yml'),
    uri.replace('lock.yml', 'lock.yml@refs/heads/x'),
    `${uri}/`,
    `${uri}@refs/heads/main`,
    uri.replace('.github/workflows', '.github%2fworkflows'),
    uri.replace('tools/', 'tools2/'),
    uri.replace('main', 'm\u0430in'),
    '',
    'x',
  ]) {
    // prettier-ignore
    assert.notDeepEqual(mismatches(signer, { ...identity, subject }), [], subject)
    assert.notDeepEqual(mismatches(signer, { ...identity, claims: { ...claims, buildConfigUri: subject } }), [], subject)
  }
  for (const name of Object.keys(claims)) {
    for (const value of ['', 'other', undefined]) {
      const changed = JSON.parse(JSON.stringify({ ...claims, [name]: value })) as typeof claims // without what is undefined
      assert.notDeepEqual(mismatches(signer, { ...identity, claims: changed }), [], `${name} ${value}`)
    }
  }
  for (const issuer of ['', `${GITHUB_ISSUER}/`, GITHUB_ISSUER.toUpperCase()])
    assert.notDeepEqual(mismatches(signer, { ...identity, issuer }), [])
})
