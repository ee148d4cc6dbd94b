import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import reference from 'canonicalize'
import fc from 'fast-check'
import { byCodeUnit, canonicalize, digest, digestCanonical, sha256 } from '../core/json/digest.ts'
import { storeValue, type Json } from '../core/json/json.ts'
import { readVectors } from './vectors/read.ts'

type Vectors = {
  readonly doubles: readonly { readonly ieee: string; readonly text: string }[]
  readonly values: readonly { readonly text: string; readonly canonical: string }[]
}
const vectors = readVectors<Vectors>('canonical')

test('doubles are printed as RFC 8785 appendix B prints them', () => {
  for (const { ieee, text } of vectors.doubles) assert.equal(canonicalize(Buffer.from(ieee, 'hex').readDoubleBE()), text, ieee)
})

test('values take the RFC 8785 form', () => {
  for (const { text, canonical } of vectors.values) assert.equal(canonicalize(JSON.parse(text) as Json), canonical)
})

const random = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.constantFrom(null, true, false),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.string({ unit: 'binary' }),
    ),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(
      fc
        .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('10', '9', '\ufb33', '😀', '', 'constructor', '$number'))
        .filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 6 },
    ),
  ),
})).value

test('random JSON takes the form that another implementation gives it', () => {
  fc.assert(
    fc.property(random, (value) => assert.equal(canonicalize(value), reference(value))),
    { numRuns: 1_000 },
  )
})

test('the canonical form is read back as the same value, in the same form', () => {
  fc.assert(
    fc.property(random, (value) => {
      const form = canonicalize(value)
      assert.equal(canonicalize(JSON.parse(form) as Json), form)
    }),
  )
})

test('the order of keys never counts, the order of arrays always does', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        fc.integer(),
        { minKeys: 2 },
      ),
      (object) => {
        const turned = Object.fromEntries(Object.entries(object).toReversed())
        assert.equal(canonicalize(storeValue(object)), canonicalize(storeValue(turned)))
      },
    ),
  )
  assert.notEqual(canonicalize([1, 2]), canonicalize([2, 1]))
})

test('a digest is the SHA-256 of scheme, kind and canonical form', () => {
  const preimage = 'mcp-lock/1 tool\n{"description":"é","name":"a"}'
  const expected = `mcl1:${createHash('sha256').update(preimage, 'utf8').digest('hex')}`
  assert.equal(digest('tool', { name: 'a', description: 'é' }), expected)
  assert.equal(digestCanonical('tool', '{"description":"é","name":"a"}'), expected)
  assert.notEqual(digest('prompt', { name: 'a', description: 'é' }), expected)
})

test('sha256 is that of the bytes', () => {
  assert.equal(sha256('abc'), 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.equal(sha256('é'), sha256(Buffer.from([0xc3, 0xa9])))
})

test('keys are ordered by UTF-16 code unit', () => {
  assert.deepEqual(['b', '\ufb33', '10', '😀', '9', 'B', 'é', ''].sort(byCodeUnit), ['', '10', '9', 'B', 'b', 'é', '😀', '\ufb33'])
})
