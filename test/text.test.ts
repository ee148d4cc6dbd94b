import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { displaySafe, hasInvisible, INVISIBLE, quote } from '../core/text.ts'
import { readVectors } from './vectors/read.ts'

const table = readVectors<{ readonly unicode: string; readonly ranges: readonly (readonly [string, string])[] }>('invisible')
const any = fc.string({ unit: 'binary', maxLength: 40 })
const hidden = fc.constantFrom(...INVISIBLE.flat(), 0x20, 0x41, 0x1f600).map((code) => String.fromCodePoint(code))
const hostile = fc.array(fc.oneof(hidden, fc.string({ unit: 'binary', maxLength: 3 }))).map((parts) => parts.join(''))

test('the table of invisible code points is frozen', () => {
  assert.deepEqual(
    INVISIBLE.map((range) => range.map((code) => code.toString(16).toUpperCase().padStart(4, '0'))),
    table.ranges,
  )
  for (let i = 1; i < INVISIBLE.length; i++) assert.ok((INVISIBLE[i]?.[0] ?? 0) > (INVISIBLE[i - 1]?.[1] ?? 0) + 1)
})

test('docs/format.md has the same table', () => {
  const document = readFileSync(`${import.meta.dirname}/../docs/format.md`, 'utf8')
  const lines = document.split('\n').filter((line) => /^ {4}[0-9A-F]{4}/.test(line))
  const ranges = lines
    .flatMap((line) => line.trim().split(/ +/))
    .map((range) => range.split('–'))
    .map(([from, to = from]) => [from, to])
  assert.deepEqual(ranges, table.ranges)
})

test(
  'the table is what its categories are',
  { skip: process.versions.unicode === '17.0' ? false : `Unicode ${process.versions.unicode}` },
  () => {
    const category = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}]/u
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code === 0x20 || (code >= 0xd800 && code <= 0xdfff)) continue
      const listed = INVISIBLE.some(([from, to]) => code >= from && code <= to)
      if (category.test(String.fromCodePoint(code)) !== listed) assert.fail(`U+${code.toString(16)}`)
    }
  },
)

test('a literal holds no invisible character and reads back as the text', () => {
  fc.assert(
    fc.property(fc.oneof(any, hostile), (text) => {
      const literal = quote(text)
      assert.equal(JSON.parse(literal), text)
      assert.ok(!hasInvisible(literal))
      assert.ok(!/[\n\t\r]/.test(literal))
    }),
  )
})

test('literals of note', () => {
  assert.equal(quote('\u202e\u200b\u007f\u00a0'), '"\\u202e\\u200b\\u007f\\u00a0"')
  assert.equal(quote('\u{e0041}'), '"\\udb40\\udc41"')
  assert.equal(quote('\u0000\u001b\b\t\n\f\r"\\/'), '"\\u0000\\u001b\\b\\t\\n\\f\\r\\"\\\\/"')
  assert.equal(quote('é😀漢'), '"é😀漢"')
})

test('what is shown holds no control, bidirectional or invisible character', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = displaySafe(text)
      assert.ok(!hasInvisible(shown) && !/[\n\t\r]/.test(shown), shown)
    }),
  )
})

test('shown texts', () => {
  assert.equal(displaySafe('plain text'), 'plain text')
  assert.equal(displaySafe('a\nb\r\u001b[31m'), 'a⏎b<U+000D><U+001B>[31m')
  assert.equal(displaySafe('\u202e\u{e0041}'), '<U+202E><U+E0041>')
  assert.equal(displaySafe('\ud800x'), '\ufffdx')
  assert.equal(displaySafe('a ##[group]b ##vso[x]c ##teamcity[y] # #[ ##'), 'a ## [group]b ## vso[x]c ## teamcity[y] # #[ ##')
  assert.equal(displaySafe('::error::x std::y'), ': :error::x std::y')
  assert.equal(displaySafe(' ::add-mask::x'), ' : :add-mask::x')
  assert.equal(displaySafe('abcdef', 4), 'abcd… (2 more)')
  assert.equal(displaySafe('abc😀', 4), 'abc\ufffd… (1 more)')
})

test('invisible characters are told from line ends and tabs', () => {
  assert.ok(!hasInvisible('a\n\t\r b'))
  assert.ok(hasInvisible('a\u200bb'))
  assert.ok(hasInvisible('\u{e0041}'))
  assert.ok(!hasInvisible('é😀漢'))
})
