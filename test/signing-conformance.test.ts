/** The bundles of the sigstore-conformance suite, in ../shared/vectors: each is accepted or refused as its name says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BEACON, cases, foreign, holds, skip } from './conformance/cases.ts'

test('every case is there', { skip }, () => assert.ok(cases.length >= 47, `${cases.length} cases`))

for (const name of cases) {
  test(`conformance: ${name}`, () => assert.equal(holds(foreign(name)), !name.endsWith('_fail')))
}

test('an artifact, identity, issuer or key that is another is refused', { skip }, () => {
  const [byName, byKey] = [foreign('rekor2-happy-path'), foreign('managed-key-happy-path')]
  const dsse = foreign('happy-path-intoto-in-dsse-v3')
  for (const it of [byName, byKey, dsse]) {
    assert.ok(holds(it))
    assert.ok(!holds({ ...it, artifact: Buffer.from('another') }))
    assert.ok(!holds({ ...it, artifact: `sha256:${'0'.repeat(64)}` }))
  }
  assert.ok(!holds({ ...byName, signer: { ...BEACON, subject: `${BEACON.subject}2` } }))
  assert.ok(!holds({ ...byName, signer: { ...BEACON, issuer: 'https://token.actions.githubusercontent.com/' } }))
  assert.ok(!holds({ ...byName, signer: byKey.signer }))
  assert.ok(!holds({ ...byKey, signer: BEACON }))
})
