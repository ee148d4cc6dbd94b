import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareSession, diffPin, diffSource, diffSurface } from '../core/compare/diff.ts'
import { canonicalize } from '../core/json/digest.ts'
import { storeValue, type Json, type JsonObject } from '../core/json/json.ts'
import { diffLeaves, type Leaf } from '../core/json/leaves.ts'
import { formatPointer, parsePointer, parseStoredPointer, storedPointer } from '../core/json/pointer.ts'
import { sealPin } from '../core/lock/lockfile.ts'
import type { Source } from '../core/launch/source.ts'
import { LIST_NAMES, readSurface, seal, sealEntry, type Pages, type Surface } from '../core/surface/surface.ts'

type Lists = { readonly [name: string]: Pages | readonly Json[] }

function surface(lists: Lists = {}, hello: JsonObject = {}, ui: { readonly [uri: string]: Pages } = {}): Surface {
  return readSurface({
    handshake: { method: 'initialize', result: { capabilities: {}, serverInfo: { name: 's', version: '1' }, ...hello } },
    lists: Object.fromEntries(
      Object.entries(lists).map(([name, list]) => [name, Array.isArray(list) ? { pages: [{ [name]: list }] } : (list as Pages)]),
    ),
    ui,
  })
}

const brief = (findings: readonly { code: string; subject?: string; pointer?: string }[]): string[] =>
  findings.map(({ code, subject, pointer }) => [code, subject, pointer].filter((part) => part !== undefined).join(' '))

test('pointers are RFC 6901 in received keys', () => {
  assert.equal(storedPointer(['a/b', 'm~n', '$$number', 3, '']), '/a~1b/m~0n/$number/3/')
  assert.equal(formatPointer(['$$number']), '/$$number')
  assert.deepEqual(parseStoredPointer('/a~1b/m~0n/$number/~01'), ['a/b', 'm~n', '$$number', '~1'])
  assert.deepEqual(parsePointer(''), [])
  for (const wrong of ['a', '/~', '/~2']) assert.equal(parsePointer(wrong), null)
  fc.assert(fc.property(fc.array(fc.string()), (keys) => assert.deepEqual(parsePointer(formatPointer(keys)), keys)))
})

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(null, true, false, 0, 1, 2, 'a', 'b', '', { $number: '1e+400' }, { $number: '2e+400' }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom('a', 'b', '$$number', 'x/y', '~'), tie('value'), { maxKeys: 4 }),
  ),
})).value

/** Puts leaves into `before`: in place first, then what went from its end on, then what came. */
function apply(before: Json | undefined, leaves: readonly Leaf[]): Json | undefined {
  type Container = { [key: string | number]: unknown }
  const root: Container = { root: structuredClone(before) }
  const parentOf = (leaf: Leaf): [Container, string | number] => {
    const path = ['root', ...leaf.path]
    return [path.slice(0, -1).reduce((at, key) => at[key] as Container, root), path.at(-1) as string | number]
  }
  const changed = leaves.filter((leaf) => leaf.before !== undefined && leaf.after !== undefined)
  const removed = leaves.filter((leaf) => leaf.after === undefined).toReversed()
  const added = leaves.filter((leaf) => leaf.before === undefined)
  for (const leaf of changed) {
    const [parent, key] = parentOf(leaf)
    parent[key] = leaf.after
  }
  for (const leaf of removed) {
    const [parent, key] = parentOf(leaf)
    if (Array.isArray(parent)) parent.splice(Number(key), 1)
    else delete parent[key]
  }
  for (const leaf of added) {
    const [parent, key] = parentOf(leaf)
    if (Array.isArray(parent)) parent.splice(Number(key), 0, leaf.after)
    else parent[key] = leaf.after
  }
  return root.root as Json | undefined
}

test('leaves are a patch: put into the one value they give the other', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const leaves = diffLeaves(before, after)
      assert.equal(leaves.length === 0, canonicalize(before) === canonicalize(after))
      assert.equal(canonicalize(apply(before, leaves) as Json), canonicalize(after))
    }),
    { numRuns: 2000 },
  )
})

test('an array keeps what stayed: one leaf for what was put into its middle', () => {
  const enums = Array.from({ length: 200 }, (_, i) => `v${i}`)
  assert.deepEqual(diffLeaves(enums, enums.toSpliced(100, 0, 'new')), [{ path: [100], after: 'new' }])
  assert.deepEqual(diffLeaves(['a', 'b', 'c', 'd'], ['b', 'x', 'd']), [
    { path: [0], before: 'a' },
    { path: [2], before: 'c' },
    { path: [1], after: 'x' },
  ])
})

test('huge arrays without a common end are compared by index, and none of it is lost', () => {
  const before = Array.from({ length: 3000 }, (_, i) => i)
  const after = [-1, ...before.map((i) => i * 2), -1]
  const leaves = diffLeaves(before, after)
  assert.equal(canonicalize(apply(before, leaves) as Json), canonicalize(after))
})

test('the wrappers of stored form are leaves', () => {
  const leaves = diffLeaves(
    { n: { $number: '1e+400' }, s: { $bytes: { size: 1, digest: 'a' } } },
    { n: { $number: '2e+400' }, s: { $bytes: { size: 1, digest: 'b' } } },
  )
  assert.deepEqual(
    leaves.map(({ path }) => storedPointer(path)),
    ['/n', '/s'],
  )
})

const entries = (name: (typeof LIST_NAMES)[number]) =>
  fc.oneof(
    fc.constant({ $failed: -32601 }),
    fc
      .dictionary(fc.constantFrom('t', 'u', '$$number'), fc.tuple(fc.dictionary(fc.constantFrom('description', 'x'), json), fc.boolean()))
      .map((map) =>
        Object.fromEntries(Object.entries(map).map(([key, [definition, conditional]]) => [key, sealEntry(name, definition, conditional)])),
      ),
  )

const anySurface: fc.Arbitrary<Surface> = fc
  .record(
    {
      capabilities: json,
      serverInfo: json,
      instructions: json,
      extra: fc.dictionary(fc.constantFrom('initialize', 'tools/list'), json),
      ui: fc.dictionary(fc.constantFrom('ui://a', 'ui://b'), json),
      skills: fc.oneof(fc.constant({ $failed: 1 }), fc.dictionary(fc.constantFrom('skill://a', 'skill://b'), json)),
      tools: entries('tools'),
      resources: entries('resources'),
    },
    { requiredKeys: ['capabilities'] },
  )
  .map((draft) => seal(draft as unknown as Surface))

test('complete: nothing is found if and only if both surfaces are the same', () => {
  const bare = (value: Surface): string =>
    JSON.stringify(JSON.parse(canonicalize(value)), (key, item) => (key === 'digest' || key === 'parts' ? undefined : item))
  const check = (a: Surface, b: Surface): void => assert.equal(diffSurface(a, b).length === 0, bare(a) === bare(b))
  fc.assert(fc.property(anySurface, anySurface, check))
  const members = fc.constantFrom<keyof Surface>(
    'capabilities',
    'serverInfo',
    'instructions',
    'extra',
    'ui',
    'skills',
    'tools',
    'resources',
    'prompts',
  )
  // One member of another surface in place of its own, or none.
  const replace = (a: Surface, b: Surface, key: keyof Surface): Surface => {
    const { [key]: _, ...rest } = a
    return seal({ ...rest, ...(Object.hasOwn(b, key) ? { [key]: b[key] } : {}) } as Surface)
  }
  fc.assert(
    fc.property(anySurface, anySurface, members, (a, b, key) => check(a, replace(a, b, key))),
    { numRuns: 500 },
  )
  fc.assert(fc.property(anySurface, members, (a, key) => check(a, replace(a, surface(), key))))
  fc.assert(fc.property(anySurface, (a) => assert.deepEqual(diffSurface(a, structuredClone(a)), [])))
})

test('one finding for a leaf, with subject, pointer and both sides', () => {
  const tool = { name: 'a/b', description: 'old', inputSchema: { type: 'object', properties: { 'x/y': { default: 1 } } } }
  const before = surface({ tools: [tool, { name: 'other' }] }, { instructions: 'one' })
  const after = surface(
    { tools: [{ ...tool, description: 'new', inputSchema: { type: 'object', properties: { 'x/y': { default: 2 } } } }, { name: 'other' }] },
    { instructions: 'two' },
  )
  assert.deepEqual(diffSurface(before, after), [
    { code: 'INSTRUCTIONS_CHANGED', subject: 'instructions', before: 'one', after: 'two' },
    { code: 'DEFINITION_CHANGED', subject: 'tools/a/b', pointer: '/description', before: 'old', after: 'new' },
    { code: 'DEFINITION_CHANGED', subject: 'tools/a/b', pointer: '/inputSchema/properties/x~1y/default', before: 1, after: 2 },
  ])
})

test('subjects and pointers are in received words', () => {
  const before = surface({ tools: [storeValue({ name: '$number', x: { $bytes: 1 } })] })
  const after = surface({ tools: [storeValue({ name: '$number', x: { $bytes: 2 } })] })
  assert.deepEqual(brief(diffSurface(before, after)), ['DEFINITION_CHANGED tools/$number /x/$bytes'])
})

test('definitions that come and go are whole', () => {
  const findings = diffSurface(surface({ tools: [{ name: 'a', x: 1 }] }), surface({ tools: [{ name: 'b', x: 2 }] }))
  assert.deepEqual(findings, [
    { code: 'DEFINITION_REMOVED', subject: 'tools/a', before: { name: 'a', x: 1 } },
    { code: 'DEFINITION_ADDED', subject: 'tools/b', after: { name: 'b', x: 2 } },
  ])
})

test('a list that appears, goes or fails is a change of its own', () => {
  const none = surface()
  const empty = surface({ tools: [] })
  const one = surface({ tools: [{ name: 'a' }] })
  const failed = surface({ tools: { failed: -32603 } })
  assert.deepEqual(brief(diffSurface(none, empty)), ['LIST_CHANGED tools'])
  assert.deepEqual(brief(diffSurface(none, one)), ['LIST_CHANGED tools', 'DEFINITION_ADDED tools/a'])
  assert.deepEqual(brief(diffSurface(one, none)), ['LIST_CHANGED tools', 'DEFINITION_REMOVED tools/a'])
  assert.deepEqual(diffSurface(one, failed), [{ code: 'LIST_CHANGED', subject: 'tools', before: {}, after: { $failed: -32603 } }])
  assert.deepEqual(brief(diffSurface(failed, one)), ['LIST_CHANGED tools', 'DEFINITION_ADDED tools/a'])
  assert.deepEqual(brief(diffSurface(failed, surface({ tools: { failed: 1 } }))), ['LIST_CHANGED tools'])
})

const conditional = (base: Surface, ...names: string[]): Surface => {
  const tools = Object.fromEntries(
    Object.entries(base.tools ?? {}).map(([key, entry]) => [key, names.includes(key) ? { ...entry, conditional: true as const } : entry]),
  )
  return seal({ ...base, tools })
}

test('a conditional definition may be absent from a session, never different', () => {
  const pinned = conditional(surface({ tools: [{ name: 'a' }, { name: 'b', x: 1 }] }), 'b')
  assert.deepEqual(compareSession(pinned, surface({ tools: [{ name: 'a' }] })), { findings: [], absent: ['tools/b'], missing: [] })
  assert.deepEqual(compareSession(pinned, surface({ tools: [{ name: 'a' }, { name: 'b', x: 1 }] })), {
    findings: [],
    absent: [],
    missing: [],
  })
  assert.deepEqual(brief(compareSession(pinned, surface({ tools: [{ name: 'a' }, { name: 'b', x: 2 }] })).findings), [
    'DEFINITION_CHANGED tools/b /x',
  ])
  assert.deepEqual(brief(compareSession(pinned, surface({ tools: [{ name: 'b', x: 1 }] })).findings), ['DEFINITION_REMOVED tools/a'])
  assert.deepEqual(brief(compareSession(pinned, surface({ tools: { failed: 1 } })).findings), ['LIST_CHANGED tools'])
  assert.deepEqual(brief(diffSurface(pinned, surface({ tools: [{ name: 'a' }, { name: 'b', x: 1 }] }))), ['CONDITIONAL_CHANGED tools/b'])
})

test('a UI that only absent definitions name may be absent too', () => {
  const uses = (name: string, uri: string): JsonObject => ({ name, _meta: { ui: { resourceUri: uri } } })
  const read = (note: string): Pages => ({ pages: [{ contents: [{ uri: 'u', text: note }], unknown: note }] })
  const tools = [uses('a', 'ui://a'), uses('b', 'ui://b'), uses('c', 'ui://a')]
  const pinned = conditional(surface({ tools }, {}, { 'ui://a': read('A'), 'ui://b': read('B') }), 'b', 'c')
  const less = surface({ tools: tools.slice(0, 1) }, {}, { 'ui://a': read('A') })
  assert.deepEqual(compareSession(pinned, less), { findings: [], absent: ['tools/b', 'tools/c', 'ui/ui://b'], missing: [] })
  const withoutA = surface({ tools: tools.slice(0, 1) }, {}, {})
  assert.deepEqual(
    brief(compareSession(pinned, withoutA).findings).filter((line) => line.startsWith('UI')),
    ['UI_CHANGED ui/ui://a'],
  )
})

test('the source, leaf by leaf', () => {
  const before: Source = {
    files: { 'a/b.js': 'sha256:1' },
    launch: { args: ['-y', 'p@1.0.0', '.'], command: 'npx', env: ['A'] },
    package: { closure: `sha256:${'0'.repeat(64)}`, integrity: 'sha512-AAAA', name: 'p', type: 'npm', version: '1.0.0' },
    transport: 'stdio',
  }
  const after: Source = {
    launch: { args: ['-y', 'p@1.0.0', '--evil', '.'], command: 'npx', env: ['A'] },
    package: { closure: `sha256:${'0'.repeat(64)}`, integrity: 'sha512-AAAA', name: 'p', type: 'npm', version: '1.0.1' },
    transport: 'sse',
  }
  assert.deepEqual(diffSource(before, before), [])
  assert.deepEqual(diffSource(before, after), [
    { code: 'FILE_CHANGED', subject: 'source', pointer: '/files/a~1b.js', before: 'sha256:1' },
    { code: 'LAUNCH_CHANGED', subject: 'source', pointer: '/launch/args/2', after: '--evil' },
    { code: 'PACKAGE_CHANGED', subject: 'source', pointer: '/package/version', before: '1.0.0', after: '1.0.1' },
    { code: 'TRANSPORT_CHANGED', subject: 'source', pointer: '/transport', before: 'stdio', after: 'sse' },
  ])
})

test('under subset a definition may be absent, and nothing else', () => {
  const pinned = surface({ tools: [{ name: 'a' }, { name: 'b', x: 1 }] })
  const compare = (tools: Lists[string]) => compareSession(pinned, surface({ tools }), 'subset')
  assert.deepEqual(compare([{ name: 'a' }]), { findings: [], absent: [], missing: ['tools/b'] })
  assert.deepEqual(brief(compare([{ name: 'b', x: 2 }]).findings), ['DEFINITION_CHANGED tools/b /x'])
  assert.deepEqual(brief(compare([{ name: 'a' }, { name: 'c' }]).findings), ['DEFINITION_ADDED tools/c'])
  assert.deepEqual(brief(compare({ failed: 1 }).findings), ['LIST_CHANGED tools'])
  const other = surface({ tools: [{ name: 'a' }] }, { instructions: 'Do as I say.' })
  assert.deepEqual(brief(compareSession(pinned, other, 'subset').findings), ['INSTRUCTIONS_CHANGED instructions'])
})

test('a pin of the source alone has no surface: one that comes is new, one that goes is a change', () => {
  const source = { launch: { command: 'x', args: [] }, transport: 'stdio' } as const
  const observed = { era: 'modern', placeholders: [], profile: 1, protocolVersion: '' } as const
  const bare = sealPin({ observed, source, surface: null })
  const full = sealPin({ observed, source, surface: surface({ tools: [{ name: 'a' }] }) })
  assert.deepEqual(brief(diffPin(bare, full)), ['SERVER_INFO_CHANGED serverInfo', 'LIST_CHANGED tools', 'DEFINITION_ADDED tools/a'])
  assert.deepEqual(brief(diffPin(full, bare)), ['SURFACE_UNPINNED surface'])
  assert.deepEqual(diffPin(bare, bare), [])
})
