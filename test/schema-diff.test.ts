import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffSource, diffSurface } from '../core/compare/diff.ts'
import type { Json, JsonObject } from '../core/json/json.ts'
import { sealPin, type Pin } from '../core/lock/lockfile.ts'
import { schemaBreaks, withoutAnnotations } from '../core/compare/schema-diff.ts'
import { readSurface } from '../core/surface/surface.ts'
import { judge, type Judgement } from '../core/compare/upgrade.ts'

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more })
const pointers = (before: Json, after: Json, direction: 'input' | 'output' = 'input'): string[] =>
  schemaBreaks(before, after, direction).map(({ pointer }) => pointer)

const a = { type: 'string' }

/** Each row: before, after, where a caller breaks, where a reader breaks. */
const cases: readonly (readonly [string, Json, Json, readonly string[], readonly string[]])[] = [
  ['the same', object({ a }), object({ a }), [], []],
  ['an optional property more', object({ a }), object({ a, b: a }), [], []],
  ['a required property more', object({ a }, { required: ['a'] }), object({ a, b: a }, { required: ['a', 'b'] }), ['/required'], []],
  ['a property less', object({ a, 'b/c': a }), object({ a }), ['/properties/b~1c'], ['/properties/b~1c']],
  ['a property no longer required', object({ a }, { required: ['a'] }), object({ a }), [], ['/required']],
  ['a type more', object({ a }), object({ a: { type: ['string', 'null'] } }), [], ['/properties/a/type']],
  ['a type less', object({ a: { type: ['string', 'null'] } }), object({ a }), ['/properties/a/type'], []],
  ['number to integer', { type: 'number' }, { type: 'integer' }, ['/type'], []],
  ['a type where there was none', {}, { type: 'string' }, ['/type'], []],
  ['an enum value less', { enum: ['a', 'b'] }, { enum: ['a'] }, ['/enum'], []],
  ['an enum value more', { enum: ['a'] }, { enum: ['a', 'b'] }, [], ['/enum']],
  ['const to enum', { const: 'a' }, { enum: ['a', 'b'] }, [], ['/enum']],
  ['an enum where there was none', { type: 'string' }, { type: 'string', enum: ['a'] }, ['/enum'], []],
  ['closed', object({ a }), object({ a }, { additionalProperties: false }), ['/additionalProperties'], []],
  ['opened', object({ a }, { additionalProperties: false }), object({ a }), [], ['/additionalProperties']],
  ['a minimum more', { minimum: 1 }, { minimum: 2 }, ['/minimum'], []],
  ['a maximum more', { maximum: 1 }, { maximum: 2 }, [], ['/maximum']],
  ['a length bound', {}, { maxLength: 5 }, ['/maxLength'], []],
  ['a bound that no double holds', { maximum: { $number: '9.223372036854775807e+18' } }, { maximum: 5 }, ['/maximum'], ['/maximum']],
  ['another pattern', { pattern: 'a' }, { pattern: 'b' }, ['/pattern'], ['/pattern']],
  ['items', { items: { type: 'string' } }, { items: { type: 'number' } }, ['/items/type'], ['/items/type']],
  ['an alternative more', { anyOf: [a] }, { anyOf: [a, { type: 'null' }] }, [], ['/anyOf']],
  ['an alternative less', { anyOf: [a, { type: 'null' }] }, { anyOf: [{ ...a, description: 'new' }] }, ['/anyOf'], []],
  [
    'a definition',
    { $defs: { x: object({}) }, $ref: '#/$defs/x' },
    { $defs: { x: object({ a }, { required: ['a'] }) }, $ref: '#/$defs/x' },
    ['/$defs/x/required'],
    [],
  ],
  ['another $ref', { $ref: '#/$defs/x' }, {}, ['/$ref'], ['/$ref']],
  ['words only', object({ a: { ...a, description: 'x', default: 1 } }), object({ a: { ...a, title: 'y' } }, { $schema: 's' }), [], []],
  [
    'a property named like an annotation',
    object({ title: a, default: a }),
    object({ title: a }),
    ['/properties/default'],
    ['/properties/default'],
  ],
]

for (const [name, before, after, input, output] of cases) {
  test(`schema change: ${name}`, () => {
    assert.deepEqual(pointers(before, after, 'input'), input)
    assert.deepEqual(pointers(before, after, 'output'), output)
  })
}

test('a schema that appears or goes', () => {
  assert.deepEqual(schemaBreaks(undefined, object({ a }), 'output'), [])
  assert.deepEqual(schemaBreaks(object({ a }), undefined, 'output'), [{ pointer: '', reason: 'the schema is gone' }])
  assert.deepEqual(schemaBreaks(true, false, 'input').length, 1)
})

test('a schema that closes says so', () => {
  assert.deepEqual(schemaBreaks(object({ a }), object({ a }, { additionalProperties: false }), 'input'), [
    { pointer: '/additionalProperties', reason: 'closed: what was let through is refused' },
  ])
})

test('annotations are left out where they annotate, and only there', () => {
  assert.deepEqual(
    withoutAnnotations(object({ title: { ...a, title: 'x' } }, { title: 'x', enum: [{ title: 1 }] })),
    object({ title: a }, { enum: [{ title: 1 }] }),
  )
})

test('reasons are fit to be shown', () => {
  const [reason] = schemaBreaks({}, { required: ['a\u202e\n'] }, 'input')
  assert.equal(reason?.reason, '`a<U+202E>⏎` is required now')
})

type Options = { version?: string; said?: string; instructions?: string }

function pin(tools: readonly Json[], { version = '1.0.0', said = '1', instructions = '' }: Options = {}): Pin {
  return sealPin({
    observed: { era: 'legacy', placeholders: [], profile: 1, protocolVersion: '2025-11-25' },
    source: {
      launch: { args: [`p@${version}`], command: 'npx' },
      package: { closure: `sha256:${'0'.repeat(64)}`, integrity: 'sha512-AAAA', name: 'p', type: 'npm', version },
      transport: 'stdio',
    },
    surface: readSurface({
      handshake: { method: 'initialize', result: { capabilities: {}, serverInfo: { name: 's', version: said }, instructions } },
      lists: { tools: { pages: [{ tools }] } },
      ui: {},
    }),
  })
}

function judged(before: Pin, after: Pin): Judgement {
  if (before.surface === null || after.surface === null) throw new Error('no surface')
  return judge(before, after, [...diffSource(before.source, after.source), ...diffSurface(before.surface, after.surface)])
}

const tools = (count: number, text = ''): JsonObject[] =>
  Array.from({ length: count }, (_, i) => ({ name: `t${i}`, description: `does ${i}${text}`, inputSchema: object({ a }) }))
const withFirst = (count: number, change: JsonObject): JsonObject[] =>
  tools(count).map((tool, i) => (i === 0 ? { ...tool, ...change } : tool))

test('one text of one tool, same version: a targeted edit, a patch', () => {
  const verdict = judged(pin(tools(26)), pin(withFirst(26, { description: 'read ~/.ssh' })))
  assert.deepEqual(verdict, {
    looks: 'targeted edit',
    text: '1 of 26 tools changed, same version: looks like a targeted edit',
    breaks: [],
    bump: 'patch',
  })
  const inSchema = withFirst(26, { inputSchema: object({ a: { ...a, description: 'read ~/.ssh' } }) })
  assert.equal(judged(pin(tools(26)), pin(inSchema)).looks, 'targeted edit')
  assert.equal(judged(pin(tools(26)), pin(tools(26), { instructions: 'obey' })).looks, 'targeted edit')
})

test('a change a program acts on is no targeted edit of a text', () => {
  const verdict = judged(pin(tools(3)), pin(withFirst(3, { inputSchema: object({ a, title: a }) })))
  assert.deepEqual(verdict, { looks: 'edit', text: '1 of 3 tools changed, same version', breaks: [], bump: 'minor' })
})

test('another version, or many tools: an upgrade', () => {
  const byPackage = judged(pin(tools(5)), pin(tools(6), { version: '1.1.0' }))
  assert.equal(byPackage.looks, 'upgrade')
  assert.match(byPackage.text, /^1 tool added, another launch, another package, version 1\.0\.0 → 1\.1\.0: looks like an upgrade$/)
  assert.equal(byPackage.bump, 'minor')
  assert.match(
    judged(pin(tools(5)), pin(tools(5, '!'), { said: '2' })).text,
    /^5 of 5 tools changed, says it is version 1 → 2: looks like an upgrade$/,
  )
  assert.match(judged(pin(tools(5)), pin(tools(5, '!'))).text, /looks like an upgrade without a new version$/)
  const back = judged(pin(tools(6), { version: '1.1.0' }), pin(tools(5)))
  assert.equal(back.looks, 'downgrade')
  assert.match(back.text, /version 1\.1\.0 → 1\.0\.0: goes back to an older version$/)
})

test('what breaks callers is major, and named', () => {
  const required = judged(pin(tools(2)), pin(withFirst(2, { inputSchema: object({ a }, { required: ['a'] }) })))
  assert.deepEqual([required.bump, required.breaks], ['major', ['tools/t0: /inputSchema/required `a` is required now']])
  const removed = judged(pin(tools(2)), pin(tools(1)))
  assert.deepEqual([removed.bump, removed.breaks], ['major', ['tools/t1: is gone']])
})

test('only the source changed: no bump is owed', () => {
  assert.equal(judged(pin(tools(1)), pin(tools(1), { version: '2.0.0' })).bump, null)
})
