import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CODES } from '../core/codes/codes.ts'
import { mutations, VALID } from './mutations.ts'
import { standing } from './vector-standing.ts'

/** `npm run bench -- mutations` tries 10,000, and measures them. */
const COUNT = 300

test('what the mutations are made of holds', () => {
  for (const bundle of VALID) assert.equal(standing({ bundle }), 'signed')
})

test('no mutated bundle is accepted, and none is more than refused', () => {
  for (const { kind, text } of mutations(1, COUNT)) assert.ok(standing({ bundle: text }) in CODES, `${kind}: ${text.slice(0, 20_000)}`)
})
