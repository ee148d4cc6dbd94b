import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { show, showJson } from '../cli/commands/show.ts'
import { isObject, parseStrict, type JsonObject } from '../core/json/json.ts'
import { EMPTY_LOCK, formatLock, parseLock, sealPin, withPins, type Lock } from '../core/lock/lockfile.ts'
import { seal, sealEntry } from '../core/surface/surface.ts'

const TEXT = { color: false }
const observed = { era: 'legacy', placeholders: [], profile: 1, protocolVersion: '2025-11-25' } as const

const READ: JsonObject = {
  name: 'read',
  title: 'Read\nit',
  description: 'First line\n\n  tools/forged\nlast \u202eline',
  inputSchema: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      path: { type: 'string', description: 'Where\nfrom', default: '/etc', pattern: '^/' },
      options: {
        type: 'object',
        properties: { deep: { type: ['integer', 'null'], minimum: 1 } },
        required: ['deep'],
        additionalProperties: false,
      },
      'x: string, required': true,
    },
    required: ['path', 'ghost'],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true },
  _meta: { odd: { $number: '9.223372036854775807e+18' } },
}

function lockOf(): Lock {
  const surface = seal({
    capabilities: { tools: {} },
    serverInfo: { name: 'acme', version: '2' },
    instructions: 'Be\nkind',
    tools: {
      read: sealEntry('tools', READ),
      'a/b': sealEntry('tools', { name: 'a/b', inputSchema: true }, true),
      $$number: sealEntry('tools', { name: '$number' }),
    },
    prompts: {},
    resources: { $failed: -32601 },
    resourceTemplates: { 'x://{y}': sealEntry('resourceTemplates', { uriTemplate: 'x://{y}', name: 'why' }) },
  })
  const launch = { command: 'npx', args: ['-y', '@acme/files@2.1.0', 'two words'], env: ['API_TOKEN'] }
  const source = {
    launch,
    package: { closure: `sha256:${'0'.repeat(64)}`, integrity: 'sha512-AAAA', type: 'npm', name: '@acme/files', version: '2.1.0' },
    transport: 'stdio',
  } as const
  const remote = { launch: { url: 'https://h/', headers: ['authorization'] }, transport: 'sse' } as const
  const lock = withPins(EMPTY_LOCK, {
    files: sealPin({ observed, source, surface }),
    'files/tools': sealPin({ observed, source: remote, surface: null }),
  })
  return parseLock(formatLock(lock))
}

test('show: a definition with everything in it', () => {
  assert.equal(
    show(lockOf(), 'files/tools/read', TEXT),
    `  tools/read
    title:
    │ Read
    │ it
    description:
    │ First line
    │ 
    │   tools/forged
    │ last <U+202E>line
    arguments:
      options: object
        additionalProperties: false
        deep: ["integer","null"], required
          minimum: 1
      path: string, required
        description:
        │ Where
        │ from
        default: "/etc"
        pattern: "^/"
      "x: string, required": true
      also required: ["ghost"]
    schema $schema: "http://json-schema.org/draft-07/schema#"
    schema additionalProperties: false
    _meta: {"odd":{"$number":"9.223372036854775807e+18"}}
    annotations: {"readOnlyHint":true}
`,
  )
})

test('show: a server, with lists that are empty, failed or conditional', () => {
  const text = show(lockOf(), 'files', TEXT)
  const head = `files
  package: @acme/files@2.1.0
  launch: npx -y @acme/files@2.1.0 "two words" with API_TOKEN
  transport: stdio
  capabilities: {"tools":{}}
  serverInfo: {"name":"acme","version":"2"}
  instructions:
  │ Be
  │ kind
`
  assert.equal(text.slice(0, head.length), head)
  for (const line of [
    '  prompts: none',
    '  resources: answered with error -32601',
    '  tools/a/b  (only some clients are offered it)',
    '    inputSchema: true',
    '  tools/$number',
    '  resourceTemplates/x://{y}',
    '    name: "why"',
  ]) {
    assert.ok(text.split('\n').includes(line), line)
  }
})

test('show: no shape of a definition hides a value', () => {
  const key = fc.constantFrom(
    'type',
    'properties',
    'required',
    'description',
    'default',
    'title',
    'items',
    'enum',
    'inputSchema',
    'a',
    '$bytes',
  )
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constant('leaf'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(key, tree, { minKeys: 1 }), (members) => {
      let count = 0
      const marked = parseStrict(JSON.stringify(members).replaceAll('"leaf"', () => `"<${count++}>"`))
      const definition = { ...(isObject(marked) ? marked : {}), name: 't' }
      const lock = withPins(EMPTY_LOCK, {
        s: sealPin({
          observed,
          source: { launch: { url: 'https://h/' }, transport: 'sse' },
          surface: seal({ capabilities: {}, tools: { t: sealEntry('tools', definition) } }),
        }),
      })
      const text = show(lock, 's/tools/t', TEXT)
      for (let i = 0; i < count; i++) assert.ok(text.includes(`<${i}>`), `${JSON.stringify(marked)}\n${text}`)
    }),
    { numRuns: 2_000 },
  )
})

test('show: the whole lock, and selectors', () => {
  const lock = lockOf()
  const text = show(lock, undefined, TEXT)
  assert.match(text, /^2 servers: files, files\/tools\n/)
  assert.ok(text.includes('files/tools\n  address: https://h/ with authorization\n  transport: sse\n  surface: not pinned\n'))
  assert.equal(show(EMPTY_LOCK, undefined, TEXT), 'no servers\n')
  assert.match(show(lock, 'files/tools', TEXT), /address/)
  assert.match(show(lock, 'files/tools/a/b', TEXT), /^ {2}tools\/a\/b/)
  assert.match(show(lock, 'files/tools/$number', TEXT), /^ {2}tools\/\$number/)
  for (const selector of [
    '',
    'none',
    'files/',
    'files/read',
    'files/tools/none',
    'files/tools/toString',
    'files/tools/$$number',
    'files/resources/x',
    'files/prompts/x',
    'toString',
  ]) {
    assert.throws(() => show(lock, selector, TEXT), { code: 'SERVER_UNKNOWN' }, selector)
  }
})

test('show: nothing that a terminal would act on, and colour only where asked for', () => {
  const evil = '\u001b]0;x\u0007\u200b\r'
  const surface = seal({
    capabilities: { [evil]: evil },
    instructions: evil,
    tools: {
      [evil]: sealEntry('tools', {
        name: evil,
        title: evil,
        description: evil,
        [evil]: evil,
        inputSchema: { type: evil, properties: { [evil]: { type: evil, [evil]: evil, description: evil } }, required: [evil] },
      }),
    },
  })
  const lock = withPins(EMPTY_LOCK, {
    [evil]: sealPin({ observed, source: { launch: { command: evil, args: [evil], env: [evil] }, transport: 'stdio' }, surface }),
  })
  for (const text of [show(lock, undefined, TEXT), showJson(lock, undefined), show(lock, `${evil}/tools/${evil}`, TEXT)])
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b]/)
  assert.ok(show(lockOf(), 'files', { color: true }).includes('\u001b[1mfiles\u001b[0m'))
})

test('show: long texts break at the columns, behind the bar', () => {
  const definition = { name: 'long', description: 'word '.repeat(40).trim() }
  const lock = withPins(EMPTY_LOCK, {
    s: sealPin({
      observed,
      source: { launch: { url: 'https://h/' }, transport: 'sse' },
      surface: seal({ capabilities: {}, tools: { long: sealEntry('tools', definition) } }),
    }),
  })
  const lines = show(lock, 's/tools/long', { color: false, columns: 60 }).trimEnd().split('\n').slice(2)
  assert.ok(lines.length > 3)
  for (const line of lines) assert.ok(line.startsWith('    │ word') && line.length <= 60, line)
})

test('show --format json: the stored definition', () => {
  const lock = lockOf()
  assert.deepEqual(JSON.parse(showJson(lock, 'files/tools/read')), READ)
  assert.ok(showJson(lock, 'files/tools/read').includes('\\u202e'))
  assert.deepEqual(JSON.parse(showJson(lock, 'files')), lock.servers['files'])
  assert.deepEqual(JSON.parse(showJson(lock, undefined)), lock.servers)
})
