/** How a change alters who is trusted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trustChanges, type DeclaredTrust } from '../core/compare/trust-change.ts'
import { DEFAULTS, NO_POLICY, type Policy } from '../core/policy/policy.ts'
import type { RegistryPolicy } from '../core/policy/registry-policy.ts'

const ana = { issuer: 'https://a.example', subject: 'ana@acme.example' }
const bea = { issuer: 'https://a.example', subject: 'bea@acme.example' }
const uri = 'https://github.com/acme/tools'

const trust = (policy: Partial<Policy> = {}, root: string | null = null): DeclaredTrust => ({
  policy: { ...NO_POLICY, repository: { uri }, signers: [ana], ...policy },
  root,
})
const withRoot = (trustedRoot: string, text: string | null): DeclaredTrust => trust({ sigstore: { trustedRoot, thresholds: {} } }, text)

function places(before: DeclaredTrust, after: DeclaredTrust): string[] {
  return trustChanges(before, after).map(({ pointer = '', before: old, after: now }) => {
    const side = old === undefined ? (now === undefined ? '=' : '+') : now === undefined ? '-' : '~'
    return `${side}${pointer}`
  })
}

test('where somebody is trusted, every other trust is a change', () => {
  const cases: readonly (readonly [what: string, before: DeclaredTrust, after: DeclaredTrust, ...places: string[]])[] = [
    ['the same', trust(), trust()],
    ['in another order', trust({ signers: [ana, bea] }), trust({ signers: [bea, ana] })],
    ['one more', trust(), trust({ signers: [ana, bea] }), '+/signers'],
    ['one less', trust({ signers: [ana, bea] }), trust(), '-/signers'],
    ['another', trust(), trust({ signers: [bea] }), '-/signers', '+/signers'],
    ['more of the same', trust(), trust({ signers: [{ ...ana, issuer: 'https://b.example' }] }), '-/signers', '+/signers'],
    ['nobody', trust(), trust({ signers: [] }), '-/signers'],
    ['nothing at all', trust(), { policy: NO_POLICY, root: null }, '-/repository', '-/signers'],
    ['another repository', trust(), trust({ repository: { uri: `${uri}s` } }), '~/repository'],
    ['its number', trust(), trust({ repository: { uri, id: '1' } }), '~/repository'],
    ['a threshold', trust(), trust({ sigstore: { thresholds: { log: 0 } } }), '~/sigstore/thresholds'],
    ['a root', trust(), withRoot('root.json', '{}'), '+/sigstore/trustedRoot'],
    ['no root', withRoot('root.json', '{}'), trust(), '-/sigstore/trustedRoot'],
    ['the same root elsewhere', withRoot('root.json', '{}'), withRoot('a/root.json', '{}'), '~/sigstore/trustedRoot'],
    ['other bytes in it', withRoot('root.json', '{}'), withRoot('root.json', '{ }'), '=/sigstore/trustedRoot'],
    ['its file gone', withRoot('root.json', '{}'), withRoot('root.json', null), '=/sigstore/trustedRoot'],
    ['where it is signed', trust(), trust({ sigstore: { signingConfig: 'a.json', thresholds: {} } })],
    ['how old releases are', trust(), trust({ minimumReleaseAge: '1 days' })],
  ]
  for (const [what, before, after, ...expected] of cases) {
    assert.deepEqual(places(before, after), expected, what)
    assert.ok(trustChanges(before, after).every(({ code, subject }) => code === 'TRUST_CHANGED' && subject === 'policy'))
  }
})

test('where nobody is, there is no trust yet to be changed', () => {
  const before = trust({ signers: [], sigstore: { trustedRoot: 'root.json', thresholds: { log: 2 } } }, '{}')
  for (const after of [trust(), trust({ signers: [ana, bea] }), { policy: NO_POLICY, root: null }])
    assert.deepEqual(places(before, after), [])
})

const registry: RegistryPolicy = {
  url: 'https://registry.example',
  log: 'registry.example/log+00000000+AA==',
  status: 'a key',
  publishers: [],
  approvers: [{ person: 'ana', identities: [ana] }],
  admins: [],
  approvals: 1,
  github: {},
  unreachable: 'fail',
}

test('where a registry is believed, everything else about it is a change', () => {
  const asked = (over: Partial<RegistryPolicy> = {}, rest: Partial<Policy> = {}): DeclaredTrust =>
    trust({ signers: [], registry: { ...registry, ...over }, ...rest })
  const off = { notes: { ...DEFAULTS, registry: 'off' } }
  const cases: readonly (readonly [what: string, before: DeclaredTrust, after: DeclaredTrust, ...places: string[]])[] = [
    ['the same', asked(), asked()],
    ['another address', asked(), asked({ url: 'https://other.example' }), '=/registry/url'],
    ['another log', asked(), asked({ log: 'x+00000000+AA==' }), '=/registry/log'],
    [
      'one more approver',
      asked(),
      asked({ approvers: [...registry.approvers, { person: 'bea', identities: [bea] }] }),
      '=/registry/approvers',
    ],
    ['fewer approvals', asked(), asked({ approvals: 0 }), '=/registry/approvals'],
    ['witnesses', asked(), asked({ witnesses: { keys: ['w'], threshold: 1 } }), '=/registry/witnesses'],
    ['an older answer', asked(), asked({ unreachable: 'use-last 1 day' }), '=/registry/unreachable'],
    ['no registry', asked(), trust({ signers: [] }), '=/registry'],
    ['a server let off', asked(), asked({}, { servers: off }), '~/servers/notes/registry'],
    ['other thresholds', asked(), asked({}, { sigstore: { thresholds: { log: 0 } } }), '~/sigstore/thresholds'],
    ['the first signers', asked(), asked({}, { signers: [ana] })],
    ['the first registry', trust(), trust({ registry })],
    ['the first of all', trust({ signers: [] }), trust({ signers: [ana], registry })],
  ]
  for (const [what, before, after, ...expected] of cases) assert.deepEqual(places(before, after), expected, what)
})
