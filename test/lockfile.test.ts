import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalize } from '../core/json/digest.ts'
import { LockError } from '../core/codes/errors.ts'
import { escapeKey, parseStrict, storeValue, type Json, type JsonObject } from '../core/json/json.ts'
import { EMPTY_LOCK, formatLock, parseLock, sealPin, withPins, type Lock, type Pin } from '../core/lock/lockfile.ts'
import { formatJson } from '../core/json/notation.ts'
import { readSurface } from '../core/surface/surface.ts'
import { readVectors, readVectorText } from './vectors/read.ts'

type Edit = { readonly from: string; readonly to: string; readonly all?: true; readonly code: string }

const valid = readVectorText('locks/valid.lock')
const { edits } = readVectors<{ readonly edits: readonly Edit[] }>('locks/invalid')
const layouts = readVectors<readonly { readonly stored: string; readonly layout: string }[]>('layout')

function codeOf(text: string): string | null {
  try {
    parseLock(text)
    return null
  } catch (error) {
    if (error instanceof LockError) return error.code
    throw error
  }
}

test('locks are written as they were read', () => {
  for (const text of [valid, readVectorText('locks/empty.lock')]) assert.equal(formatLock(parseLock(text)), text)
  assert.equal(formatLock(EMPTY_LOCK), readVectorText('locks/empty.lock'))
})

test('stored JSON takes the layout of the vectors', () => {
  for (const { stored, layout } of layouts) assert.equal(formatJson(JSON.parse(stored) as Json), layout)
})

test('edited locks are refused with the code that names the fix', () => {
  for (const { from, to, all, code } of edits) {
    assert.ok(valid.includes(from), from)
    const edited = all === true ? valid.replaceAll(from, () => to) : valid.replace(from, () => to)
    assert.notEqual(edited, valid)
    assert.equal(codeOf(edited), code, `${JSON.stringify(from)} → ${JSON.stringify(to)}`)
  }
})

test('every refusal of a lock is exit 2', () => {
  for (const { code } of edits) {
    assert.match(code, /^LOCK_/)
    assert.equal(new LockError(code as 'LOCK_INVALID', '').exit, 2)
  }
})

test('what no digest covers is accepted only as the lock that it says', () => {
  const small = formatLock({ lockfileVersion: 1, servers: { a: pinOf('{"tools":[]}') } })
  for (let at = 0; at < small.length; at++) {
    for (const unit of ['x', '2', '"', ' ', '', '\\']) {
      const text = small.slice(0, at) + unit + small.slice(at + 1)
      if (codeOf(text) === null) assert.equal(formatLock(parseLock(text)), text)
    }
  }
})

function pinOf(tools: string, name = 'a'): Pin {
  return sealPin({
    observed: { era: 'legacy', placeholders: [], profile: 1, protocolVersion: '2025-11-25' },
    source: { launch: { args: [name, 'a\nb'], command: 'node' }, transport: 'stdio' },
    surface: readSurface({
      handshake: { method: 'initialize', result: parseStrict('{"capabilities":{}}') },
      lists: { tools: { pages: [parseStrict(tools)] } },
      ui: {},
    }),
  })
}

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('10', '9', '$lines', '$$number', '\ufb33', '😀', '', 'constructor', 'a\nb'),
)
const proto = (text: string): boolean => text !== '__proto__' && text.isWellFormed()
const value: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 4, stringUnit: 'binary' })
  .filter((json) => JSON.stringify(json).isWellFormed() && !/__proto__|\\ud[89a-f]/.test(JSON.stringify(json))) as fc.Arbitrary<Json>
const number = fc.constantFrom('9223372036854775807', '1e400', '-1e-400', '1.0', '-0')

test('any lock survives being written and read', () => {
  const tools = fc.uniqueArray(fc.tuple(name.filter(proto), value, number), { selector: ([id]) => escapeKey(id), maxLength: 4 })
  const server = name.filter((text) => proto(text) && text !== '' && escapeKey(text) === text)
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(server, tools), { selector: ([id]) => id, maxLength: 3 }), (servers) => {
      const pins = servers.map(([id, list]) => {
        const definitions = list.map(
          ([tool, description, n]) => `{"name":${JSON.stringify(tool)},"description":${JSON.stringify(description)},"n":${n}}`,
        )
        return [id, pinOf(`{"tools":[${definitions.join(',')}]}`, id)] as const
      })
      const lock: Lock = { lockfileVersion: 1, servers: Object.fromEntries(pins) }
      const text = formatLock(lock)
      assert.equal(formatLock(parseLock(text)), text)
      assert.equal(canonicalize(parseLock(text) as unknown as Json), canonicalize(lock as unknown as Json))
    }),
    { numRuns: 200 },
  )
})

const hostile = fc
  .array(fc.constantFrom('\n', '\u200b', '\u{e0041}', '\ufb33', '😀', '"', '\\', '\r', '\u007f', 'a', '10', '9'))
  .map((units) => units.join(''))
const anyStored = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(hostile, fc.constantFrom(null, true, false), fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(hostile, tie('value'), { maxKeys: 4 }),
  ),
})).value

/** The layout once more, by its definition. */
function laidOut(json: Json, indent = '\n'): string {
  const literal = (text: string): string =>
    JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{DI}]/gu, (c) =>
      [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
    )
  if (typeof json === 'string' && json.includes('\n')) return laidOut({ $lines: json.split('\n') }, indent)
  if (typeof json === 'string') return literal(json)
  if (typeof json !== 'object' || json === null) return JSON.stringify(json)
  const deeper = `${indent}  `
  const isList = Array.isArray(json)
  const members = isList
    ? json.map((item: Json) => laidOut(item, deeper))
    : Object.entries(json)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => `${literal(key)}: ${laidOut(item, deeper)}`)
  const [open, close] = isList ? '[]' : '{}'
  return members.length === 0 ? `${open}${close}` : `${open}${deeper}${members.join(`,${deeper}`)}${indent}${close}`
}

test('any stored value takes the layout', () => {
  fc.assert(
    fc.property(anyStored, (json) => assert.equal(formatJson(json), `${laidOut(json)}\n`)),
    { numRuns: 1_000 },
  )
})

test('the file holds no character that a reader would not see', () => {
  fc.assert(
    fc.property(value, (json) => assert.ok(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/u.test(formatJson(storeValue(json)).replaceAll('\n', '')))),
  )
})

test('a string is split at line feeds only', () => {
  const layout = formatJson({ a: 'one\r\ntwo\u2028three\n' })
  assert.deepEqual(JSON.parse(layout), { a: { $lines: ['one\r', 'two\u2028three', ''] } })
  assert.ok(layout.includes('"one\\r"') && layout.includes('two\\u2028three'))
})

test('pins are put beside or in place of others, which stay the same values', () => {
  const first = pinOf('{"tools":[]}', 'b')
  const lock = withPins(EMPTY_LOCK, { b: first })
  const both = withPins(lock, { a: pinOf('{"tools":[]}') })
  assert.equal(both.servers['b'], first)
  assert.deepEqual(Object.keys(both.servers), ['a', 'b'])
  assert.notEqual(withPins(both, { b: pinOf('{"tools":[]}', 'c') }).servers['b'], first)
})

test('the pin digest covers source and surface, not what was observed', () => {
  const pin = pinOf('{"tools":[]}')
  const { digest: _, ...open } = pin
  assert.equal(sealPin({ ...open, adHoc: true, observed: { ...pin.observed, profile: 2 } }).digest, pin.digest)
  assert.notEqual(sealPin({ ...open, surface: null }).digest, pin.digest)
  assert.notEqual(sealPin({ ...open, source: { ...pin.source, transport: 'sse' } }).digest, pin.digest)
})

test('a lock nested beyond all bounds is refused, not a crash', () => {
  for (const depth of [100, 10_000, 1_000_000]) assert.equal(codeOf('['.repeat(depth) + ']'.repeat(depth)), 'LOCK_INVALID')
})

test('the deepest definition that can be received can be read back', () => {
  const definition = `{"name":"t","x":${'['.repeat(60)}1e400${']'.repeat(60)}}`
  const tools = (parseStrict(`{"jsonrpc":"2.0","result":{"tools":[${definition}]}}`) as JsonObject)['result'] as Json
  assert.equal(
    codeOf(formatLock({ lockfileVersion: 1, servers: { a: pinOf(JSON.stringify(tools).replace('{"$number":"1e+400"}', '1e400')) } })),
    null,
  )
})
