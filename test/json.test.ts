import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalize } from '../core/json/digest.ts'
import { LockError } from '../core/codes/errors.ts'
import { escapeKey, member, parseStrict, parseStrictBytes, storeValue, unescapeKey, type Json } from '../core/json/json.ts'
import { readVectors } from './vectors/read.ts'

type Source = { readonly text?: string; readonly hex?: string }
type Strict = {
  readonly refused: readonly (Source & { readonly code: string })[]
  readonly accepted: readonly (Source & { readonly stored: string })[]
}

const strict = readVectors<Strict>('strict')
const keys = readVectors<readonly { readonly received: string; readonly stored: string }[]>('keys')

function parse({ text, hex }: Source): Json {
  return text === undefined ? parseStrictBytes(Buffer.from(hex ?? '', 'hex')) : parseStrict(text)
}

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof LockError) return error.code
    throw error
  }
  return 'nothing thrown'
}

test('texts that must be refused', () => {
  for (const vector of strict.refused)
    assert.equal(
      codeOf(() => parse(vector)),
      vector.code,
      JSON.stringify(vector).slice(0, 100),
    )
})

test('texts that must be accepted', () => {
  for (const vector of strict.accepted) assert.equal(canonicalize(parse(vector)), vector.stored, JSON.stringify(vector).slice(0, 100))
})

test('a text and its bytes are read alike', () => {
  for (const { text } of strict.accepted) {
    if (text !== undefined) assert.deepEqual(parseStrictBytes(Buffer.from(text)), parseStrict(text))
  }
})

test('received keys that look like markers get one more dollar', () => {
  for (const { received, stored } of keys) {
    assert.equal(escapeKey(received), stored)
    assert.equal(unescapeKey(stored), received)
    assert.deepEqual(Object.keys(parseStrict(`{${JSON.stringify(received)}:1}`) as object), [stored])
    assert.deepEqual(Object.keys(storeValue({ [received]: 1 }) as object), [stored])
  }
})

test('escaping a key can always be undone, and never meets a marker', () => {
  const key = fc
    .tuple(fc.stringMatching(/^\$*$/), fc.constantFrom('number', 'lines', 'volatile', 'bytes', 'failed', 'x', ''))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(key, fc.string({ unit: 'binary' })), (received) => {
      const stored = escapeKey(received)
      assert.equal(unescapeKey(stored), received)
      assert.ok(!['$number', '$lines', '$volatile', '$bytes', '$failed'].includes(stored))
    }),
  )
})

/** JSON whose numbers and keys are no special case: what every parser must read alike. */
const ordinary = fc.jsonValue({ noUnicodeString: false, maxDepth: 5, stringUnit: 'binary' }).filter((value) => {
  const text = JSON.stringify(value)
  return !text.includes('__proto__') && text.isWellFormed() && !/\\ud[89a-f]/.test(text)
})

test('ordinary JSON is read as JSON.parse reads it, in any layout', () => {
  fc.assert(
    fc.property(ordinary, fc.constantFrom(undefined, 1, '\t', '\r\n', ' \n'), (value, space) => {
      const compact = JSON.stringify(value)
      const text = typeof space === 'string' && /[\r\n]/.test(space) ? `${space}${compact}${space}` : JSON.stringify(value, null, space)
      assert.deepEqual(parseStrict(text), JSON.parse(text))
    }),
    { numRuns: 500 },
  )
})

test('what JSON.parse refuses is refused; what it reads is no malformed JSON', () => {
  const unit = fc.constantFrom(...Array.from('{}[]",:\\u0d8-+.eE1 tfn\n\t\ufeff'))
  const garbled = fc.tuple(ordinary, fc.nat(), unit, fc.boolean()).map(([value, at, inserted, keep]) => {
    const text = JSON.stringify(value)
    const place = at % (text.length + 1)
    return text.slice(0, place) + inserted + text.slice(keep ? place : place + 1)
  })
  fc.assert(
    fc.property(garbled, (text) => {
      const code = codeOf(() => parseStrict(text))
      if (isJson(text)) assert.notEqual(code, 'JSON_INVALID')
      else assert.match(code, /^JSON_/)
    }),
    { numRuns: 1_000 },
  )
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('arbitrary bytes are refused with a code, or read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) =>
      assert.match(
        codeOf(() => parseStrictBytes(bytes)),
        /^JSON_|^nothing thrown$/,
      ),
    ),
  )
})

test('a value that is already parsed is stored like its text', () => {
  fc.assert(
    fc.property(ordinary, (value) => {
      assert.equal(canonicalize(storeValue(value)), canonicalize(parseStrict(JSON.stringify(value))))
    }),
  )
})

test('an already parsed value is refused like its text', () => {
  const nested = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : [nested(depth - 1, inner)])
  assert.equal(
    codeOf(() => storeValue(nested(64, 1))),
    'nothing thrown',
  )
  assert.equal(
    codeOf(() => storeValue(nested(63, []))),
    'nothing thrown',
  )
  assert.equal(
    codeOf(() => storeValue(nested(64, []))),
    'JSON_TOO_DEEP',
  )
  assert.equal(
    codeOf(() => storeValue(JSON.parse('{"__proto__":1}'))),
    'JSON_PROTO_KEY',
  )
  assert.equal(
    codeOf(() => storeValue('\ud800')),
    'JSON_LONE_SURROGATE',
  )
  assert.equal(
    codeOf(() => storeValue({ '\udc00': 1 })),
    'JSON_LONE_SURROGATE',
  )
  for (const value of [Number.NaN, Infinity, undefined, 1n, () => 1])
    assert.equal(
      codeOf(() => storeValue(value)),
      'JSON_INVALID',
    )
  assert.ok(Object.is(storeValue(-0), 0))
})

test('members are own members', () => {
  assert.equal(member(parseStrict('{}'), 'constructor'), undefined)
  assert.equal(member(parseStrict('{"constructor":1}'), 'constructor'), 1)
  assert.equal(member([1], '0'), undefined)
  assert.equal(member(undefined, 'a'), undefined)
})

test('errors name the offset and never the whole text', () => {
  assert.throws(() => parseStrict('{"a":1,"a":2}'), { message: 'a second key "a" at offset 7' })
  assert.throws(() => parseStrict('[1,'), { message: 'expected JSON, got the end at offset 3' })
  assert.throws(
    () => parseStrict(`{"${'k'.repeat(9_999)}":1,"${'k'.repeat(9_999)}":1}`),
    (error: unknown) => error instanceof LockError && error.message.length < 200,
  )
})

test('texts of megabytes neither overflow the stack nor are cut', () => {
  const length = 4_000_000
  assert.equal(parseStrict(`"${'x'.repeat(length)}"`), 'x'.repeat(length))
  assert.equal((parseStrict(`[${'0,'.repeat(length / 4)}0]`) as Json[]).length, length / 4 + 1)
  assert.equal(
    codeOf(() => parseStrict('['.repeat(length))),
    'JSON_TOO_DEEP',
  )
  assert.equal(canonicalize(parseStrict('7'.repeat(length))).length, length + 1 + '{"$number":"e+3999999"}'.length)
})
