/** How a change alters who is trusted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trustChanges, type DeclaredTrust } from '../core/compare/trust-change.ts'
import { NO_POLICY, type Policy } from '../core/policy/policy.ts'

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
