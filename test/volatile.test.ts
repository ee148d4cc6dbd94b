import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalize } from '../core/json/digest.ts'
import { parseStrict, type Json, type JsonObject } from '../core/json/json.ts'
import { formatLock, parseLock, sealPin } from '../core/lock/lockfile.ts'
import { readSurface, seal, surfaceDigest, type Surface } from '../core/surface/surface.ts'
import { applyRules, rulesOf, suggestRule, VOLATILE_TYPES, type VolatileRule, type VolatileType } from '../core/surface/volatile.ts'
import { parseListing, type ListingText } from './vectors/listing-text.ts'
import { readVectors } from './vectors/read.ts'

type Fit = { readonly rule: Omit<VolatileRule, 'pointer'>; readonly value: string; readonly fits: boolean }
type Applied = {
  readonly name: string
  readonly rules: readonly VolatileRule[]
  readonly listing: ListingText
  readonly fitting: readonly string[]
  readonly unfit: readonly string[]
  readonly surface: string
}
const vectors = readVectors<{ readonly fits: readonly Fit[]; readonly applied: readonly Applied[] }>('volatile')

const stored = (surface: Surface): string => canonicalize(surface)
const withInstructions = (instructions: Json): Surface => seal({ capabilities: {}, instructions })

/** Whether a value fits, as the surface says it: replaced, or left alone. */
function fits(value: Json, rule: Omit<VolatileRule, 'pointer'>): boolean {
  const before = withInstructions(value)
  const { surface, fitting, unfit } = applyRules(before, [{ ...rule, pointer: '/instructions' }])
  const replaced = surface !== before
  assert.equal(fitting.size, replaced ? 1 : 0)
  assert.equal(unfit.size, replaced ? 0 : 1)
  if (replaced) assert.deepEqual(surface, withInstructions({ $volatile: rule }))
  return replaced
}

test('values fit the rules as the vectors say', () => {
  for (const { rule, value, fits: expected } of vectors.fits) {
    assert.equal(fits(parseStrict(value), rule), expected, `${value} against ${JSON.stringify(rule)}`)
  }
})

test('rules applied to sessions give the surfaces of the vectors, every digest included', () => {
  for (const { name, rules, listing, fitting, unfit, surface } of vectors.applied) {
    const before = readSurface(parseListing(listing))
    const form = stored(before)
    const applied = applyRules(before, rules)
    assert.equal(stored(applied.surface), surface, name)
    assert.deepEqual([...applied.fitting].sort(), fitting, name)
    assert.deepEqual([...applied.unfit].sort(), unfit, name)
    assert.equal(surfaceDigest(applied.surface), applied.surface.digest, name)
    assert.equal(stored(before), form, `${name}: the surface that was read is left alone`)
    assert.equal(stored(applyRules(before, rules.toReversed()).surface), surface, `${name}: the order of rules does not count`)
  }
})

test('the rules are read back from the surface, and a lock keeps them', () => {
  const given = (rules: readonly VolatileRule[], fitting: readonly string[]): VolatileRule[] =>
    rules.filter(({ pointer }) => fitting.includes(pointer)).toSorted((a, b) => (a.pointer < b.pointer ? -1 : 1))
  for (const { name, rules, listing, fitting } of vectors.applied) {
    const { surface } = applyRules(readSurface(parseListing(listing)), rules)
    assert.deepEqual(rulesOf(surface), given(rules, fitting), name)
    const pin = sealPin({
      observed: { era: 'legacy', placeholders: [], profile: 1, protocolVersion: '' },
      source: { launch: { args: [], command: 'x' }, transport: 'stdio' },
      surface,
    })
    const again = parseLock(formatLock({ lockfileVersion: 1, servers: { a: pin } })).servers['a']?.surface
    assert.deepEqual(rulesOf(again ?? assert.fail('no surface')), given(rules, fitting), name)
  }
})

test('a conditional entry stays conditional, and other entries keep their digests', () => {
  const { tools, ...rest } = readSurface({
    handshake: { method: 'initialize', result: parseStrict('{"capabilities":{}}') },
    lists: { tools: { pages: [parseStrict('{"tools":[{"name":"a","description":"linux"},{"name":"b"}]}')] } },
    ui: {},
  })
  const entries = tools as { readonly [name: string]: JsonObject }
  const before = seal({ ...rest, tools: { ...entries, a: { ...entries['a'], conditional: true } } as never })
  const { surface } = applyRules(before, [{ pointer: '/tools/a/description', type: 'os-platform' }])
  const after = surface.tools as typeof entries
  assert.equal(after['a']?.['conditional'], true)
  assert.notEqual(after['a']?.['digest'], entries['a']?.['digest'])
  assert.deepEqual(after['b'], entries['b'])
})

/** A pattern of its own for what is not free text: nothing of a type has blanks or two letters' words beyond these. */
const NOT_FREE: { readonly [type in VolatileType]: RegExp } = {
  timestamp: /^[\d:.TtZz+-]{20,35}$/,
  'iana-time-zone': /^(?:UTC|[A-Z][a-z]+(?:\/[\w+-]{1,14}){1,2})$/,
  uuid: /^[\da-fA-F-]{36}$/,
  integer: /^-?\d{1,16}$/,
  'os-platform': /^[a-z]{3,7}\d{0,2}$/,
}

const type = fc.constantFrom(...VOLATILE_TYPES)
const sample: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom(
    'linux',
    'UTC',
    'Europe/Berlin',
    '-0',
    '5',
    '2026-11-23T12:00:00Z',
    '00000000-0000-0000-0000-000000000000',
    '',
    '\n',
    'ignore all',
  ),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.uuid(),
  fc.bigInt().map(String),
  fc.stringMatching(/^(Europe|Etc|America)(\/[A-Za-z_]{1,14}){1,2}$/),
)

test('free text fits no type', () => {
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 3 }), type, (parts, kind) => {
      const text = parts.join('')
      if (fits(text, { type: kind, prefix: '', suffix: '' })) assert.match(text, NOT_FREE[kind])
    }),
    { numRuns: 5_000 },
  )
  const words = ['Ignore', 'all', 'rules', 'send', 'keys']
  for (const kind of VOLATILE_TYPES) {
    for (const glue of [' ', '/', '-', '_', ':', '.', ''])
      assert.ok(!fits(words.join(glue), { type: kind, prefix: '' }), `${kind}: ${glue}`)
    for (const area of ['Europe', 'Etc', 'America']) assert.ok(!fits(`${area}/Ignore_all/rules`, { type: kind, prefix: '' }))
  }
})

const GOOD: { readonly [type in VolatileType]: fc.Arbitrary<string> } = {
  timestamp: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
  'iana-time-zone': fc.constantFrom(...Intl.supportedValuesOf('timeZone').filter((zone) => zone.includes('/'))),
  uuid: fc.uuid(),
  integer: fc.maxSafeInteger().map(String),
  'os-platform': fc.constantFrom('linux', 'darwin', 'win32'),
}
const around = fc.string({ unit: 'binary', maxLength: 6 }).filter((text) => text.isWellFormed())

test('a value of the type fits with its prefix and suffix, and stands nowhere in the result', () => {
  fc.assert(
    fc.property(
      type.chain((kind) => fc.tuple(fc.constant(kind), GOOD[kind], around, around)),
      ([kind, value, prefix, suffix]) => {
        const rule = { type: kind, prefix, suffix }
        assert.ok(fits(prefix + value + suffix, rule), value)
        const { surface } = applyRules(withInstructions(prefix + value + suffix), [{ ...rule, pointer: '/instructions' }])
        const { digest: _, ...rest } = surface
        assert.deepEqual(rest, { capabilities: {}, instructions: { $volatile: rule } })
        const same = applyRules(withInstructions(prefix + VALUE[kind] + suffix), [{ ...rule, pointer: '/instructions' }])
        assert.equal(same.surface.digest, surface.digest)
      },
    ),
    { numRuns: 1_000 },
  )
})

const VALUE: { readonly [type in VolatileType]: string } = {
  timestamp: '2026-11-23T12:00:00Z',
  'iana-time-zone': 'UTC',
  uuid: '00000000-0000-0000-0000-000000000000',
  integer: '7',
  'os-platform': 'macos',
}

test('between prefix and suffix stands a value, and the two do not share a character', () => {
  fc.assert(
    fc.property(around, around, fc.oneof(sample, around), type, (prefix, suffix, text, kind) => {
      for (const whole of [text, prefix + text + suffix, prefix + suffix, prefix, suffix]) {
        if (!whole.isWellFormed() || !fits(whole, { type: kind, prefix, suffix })) continue
        const core = whole.slice(prefix.length, whole.length - suffix.length)
        assert.equal(prefix + core + suffix, whole)
        assert.match(core, NOT_FREE[kind])
      }
    }),
    { numRuns: 2_000 },
  )
  assert.ok(!fits('linux', { type: 'os-platform', prefix: 'linux', suffix: 'linux' }))
  assert.ok(!fits('11', { type: 'integer', prefix: '11', suffix: '1' }))
})

test('an integer is within its range, as a number and as a text', () => {
  const bound = fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined })
  fc.assert(
    fc.property(fc.integer({ min: -60, max: 60 }), bound, bound, (value, min, max) => {
      const range = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
      const expected = (min === undefined || value >= min) && (max === undefined || value <= max)
      assert.equal(fits(value, { type: 'integer', ...range }), expected)
      assert.equal(fits(`n=${value}`, { type: 'integer', prefix: 'n=', ...range }), expected)
      assert.ok(!fits(String(value), { type: 'integer', ...range }))
      assert.ok(!fits(value, { type: 'integer', prefix: '', ...range }))
    }),
  )
})

test('a pointer that leads nowhere changes nothing', () => {
  const surface = withInstructions('linux')
  for (const pointer of [
    '',
    '/',
    'instructions',
    '/nothing',
    '/tools/a/description',
    '/instructions/0',
    '/instructions/length',
    '/constructor',
    '/~2',
  ]) {
    assert.equal(applyRules(surface, [{ pointer, type: 'os-platform' }]).surface, surface, pointer)
  }
})

test('two differing values give the rule that fits both, or none', () => {
  fc.assert(
    fc.property(
      type.chain((kind) => fc.tuple(GOOD[kind], GOOD[kind], fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 }))),
      ([one, other, prefix, suffix]) => {
        const [a, b] = [prefix + one + suffix, prefix + other + suffix]
        const rule = suggestRule('/instructions', a, b)
        if (rule === null) return
        assert.equal(rule.pointer, '/instructions')
        for (const text of [a, b]) assert.equal(applyRules(withInstructions(text), [rule]).unfit.size, 0, `${text} ${JSON.stringify(rule)}`)
      },
    ),
    { numRuns: 1_000 },
  )
  const rule = suggestRule('/instructions', 'It is 2026-11-23T12:00:00Z.', 'It is 2027-01-01T00:00:00.5+01:00.')
  assert.deepEqual(rule, { pointer: '/instructions', type: 'timestamp', prefix: 'It is ', suffix: '.' })
  assert.deepEqual(suggestRule('/x', '41', '42'), { pointer: '/x', type: 'integer', prefix: '' })
  assert.equal(suggestRule('/x', 'good morning', 'good evening'), null)
  assert.equal(suggestRule('/x', 'at 5', 'at five'), null)
  assert.equal(suggestRule('/x', 'Zone Europe/Berlin', 'Zone Europe/Ignore_all'), null)
  assert.equal(suggestRule('/x', 1, 2), null)
  assert.equal(suggestRule('/x', null, 'linux'), null)
})

test('a suggestion never fits words: whatever the two texts, what may differ is of a type', () => {
  fc.assert(
    fc.property(sample, sample, around, around, (one, other, prefix, suffix) => {
      const rule = suggestRule('/instructions', prefix + one + suffix, prefix + other + suffix)
      if (rule === null) return
      for (const text of [prefix + one + suffix, prefix + other + suffix]) {
        assert.match(text.slice((rule.prefix ?? '').length, text.length - (rule.suffix ?? '').length), NOT_FREE[rule.type])
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a received marker is a value like any other', () => {
  const surface = withInstructions(parseStrict('{"$volatile":{"type":"uuid"}}'))
  assert.deepEqual(rulesOf(surface), [])
  assert.equal(applyRules(surface, [{ pointer: '/instructions', type: 'uuid' }]).surface, surface)
})
