import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalize } from '../core/json/digest.ts'
import { isSpelledNumber, storeNumber } from '../core/json/number.ts'
import { readVectors } from './vectors/read.ts'

const vectors = readVectors<readonly { readonly text: string; readonly stored: string }[]>('numbers')

test('numbers are stored as the vectors say', () => {
  for (const { text, stored } of vectors) assert.equal(canonicalize(storeNumber(text)), stored, text.slice(0, 60))
})

test('what is spelled out is spelled as it would be again', () => {
  for (const { stored } of vectors) {
    const spelled = /^\{"\$number":"(.*)"\}$/.exec(stored)?.[1]
    if (spelled === undefined) continue
    assert.ok(isSpelledNumber(spelled), stored.slice(0, 60))
    assert.equal(canonicalize(storeNumber(spelled)), stored)
  }
})

test('spellings that the writer never uses', () => {
  for (const text of [
    '1e+400 ',
    '+1e+400',
    '1.0e+400',
    '10e+399',
    '1E+400',
    '1e400',
    '1e+0400',
    '01e+400',
    '1.e+400',
    '1e+0',
    '1e-0',
    '0e+0',
    '0',
    '1e+2',
    '5e-324',
    '',
    '-',
    'e+400',
    '1.10e+400',
  ]) {
    assert.ok(!isSpelledNumber(text), text)
  }
})

test('the examples of docs/format.md hold', () => {
  const document = readFileSync(`${import.meta.dirname}/../docs/format.md`, 'utf8')
  const [, table = ''] = /\| received +\| stored +\|\n\|[ -]+\|[ -]+\|\n((?:\|.*\n)+)/.exec(document) ?? []
  const rows = [...table.matchAll(/^\| (.*?) +\| `(.*)` +\|$/gm)]
  assert.ok(rows.length > 8)
  for (const [, received = '', stored] of rows) {
    for (const [, text = ''] of received.matchAll(/`(.*?)`/g)) assert.equal(canonicalize(storeNumber(text)), stored, text)
  }
})

/** Digits and exponent as BigInt see them: the value is `digits × 10^power`. */
function exact(text: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  let digits = BigInt(whole + fraction)
  let exponent = BigInt(power) - BigInt(fraction.length)
  if (digits === 0n) return '0'
  for (; digits % 10n === 0n; digits /= 10n) exponent++
  return `${sign}${digits}e${exponent}`
}

const digits = fc.stringMatching(/^[0-9]{1,25}$/)
const whole = fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,24}$/))
const power = fc.oneof(
  fc.constant(''),
  fc.stringMatching(/^[eE][+-]?[0-9]{1,3}$/),
  fc.stringMatching(/^e[+-]?(0|9|10*|9*)[0-9]{0,34}$/).filter((text) => /\d$/.test(text)),
)
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    whole,
    fc.oneof(
      fc.constant(''),
      digits.map((text) => `.${text}`),
    ),
    power,
  )
  .map((parts) => parts.join(''))

test('a stored number has the value of its text, whatever its exponent', () => {
  fc.assert(
    fc.property(number, (text) => {
      const stored = storeNumber(text)
      const again = typeof stored === 'number' ? String(stored) : (stored as { $number: string }).$number
      assert.equal(exact(again), exact(text))
      if (typeof stored !== 'number') assert.ok(isSpelledNumber(again))
    }),
    { numRuns: 3_000 },
  )
})

test('every double survives its own print', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
      assert.equal(storeNumber(JSON.stringify(value)), value === 0 ? 0 : value),
    ),
  )
})

test('integers beyond 2^53 keep every digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (value) => {
      const stored = storeNumber(String(value))
      assert.equal(exact(typeof stored === 'number' ? String(stored) : (stored as { $number: string }).$number), exact(String(value)))
    }),
  )
})
