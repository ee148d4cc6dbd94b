import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalize, digestCanonical } from '../core/json/digest.ts'
import { LockError } from '../core/codes/errors.ts'
import { parseStrict, type JsonObject } from '../core/json/json.ts'
import {
  isFailed,
  LIST_NAMES,
  readSurface,
  seal,
  sealEntry,
  surfaceDigest,
  uiOf,
  uiResources,
  type Listing,
  type Surface,
} from '../core/surface/surface.ts'
import { parseListing, type ListingText } from './vectors/listing-text.ts'
import { readVectors } from './vectors/read.ts'

type Vector = { readonly name: string; readonly listing: ListingText }
type Vectors = {
  readonly accepted: readonly (Vector & { readonly surface: string; readonly preimage: string })[]
  readonly refused: readonly (Vector & { readonly code: string })[]
}
const vectors = readVectors<Vectors>('listings')

const read = (listing: ListingText): Surface => readSurface(parseListing(listing))
const stored = (surface: Surface): string => canonicalize(surface)

function withTools(...pages: string[]): Surface {
  return read({ handshake: { method: 'initialize', result: '{"capabilities":{}}' }, lists: { tools: { pages } }, ui: {} })
}

test('listings give the surfaces of the vectors, every digest included', () => {
  for (const { name, listing, surface } of vectors.accepted) assert.equal(stored(read(listing)), surface, name)
})

test('the surface digest is that of the preimage', () => {
  for (const { name, listing, preimage } of vectors.accepted) {
    const [line = '', canonical = ''] = preimage.split(/\n(.*)/s)
    assert.equal(line, 'mcp-lock/1 surface')
    assert.equal(read(listing).digest, digestCanonical('surface', canonical), name)
  }
})

test('listings that must be refused', () => {
  for (const { name, listing, code } of vectors.refused) {
    assert.throws(
      () => read(listing),
      (error: unknown) => error instanceof LockError && error.code === code,
      `${name}: expected ${code}`,
    )
  }
})

test('reading does not change the listing, and seals what it read', () => {
  for (const { name, listing } of vectors.accepted) {
    const parsed: Listing = parseListing(listing)
    const before = JSON.stringify(parsed)
    const surface = readSurface(parsed)
    assert.equal(JSON.stringify(parsed), before, name)
    assert.equal(surfaceDigest(surface), surface.digest, name)
    assert.deepEqual(seal(surface), surface, name)
    for (const list of LIST_NAMES) {
      const entries = surface[list]
      if (entries === undefined || isFailed(entries)) continue
      for (const entry of Object.values(entries)) assert.deepEqual(sealEntry(list, entry.definition), entry, name)
    }
  }
})

test('list order and page borders do not count', () => {
  const one = withTools('{"tools":[{"name":"a"},{"name":"b"},{"name":"c"}]}')
  assert.equal(withTools('{"tools":[{"name":"c"}]}', '{"tools":[]}', '{"tools":[{"name":"b"},{"name":"a"}]}').digest, one.digest)
})

test('absent, empty, failed, and failed with another code are four different things', () => {
  const hello = { handshake: { method: 'initialize', result: '{"capabilities":{}}' }, ui: {} } as const
  const answers = [{}, { tools: { pages: ['{"tools":[]}'] } }, { tools: { failed: -32601 } }, { tools: { failed: -32603 } }]
  assert.equal(new Set(answers.map((lists) => read({ ...hello, lists }).digest)).size, 4)
})

test('a conditional entry has the digest of its definition, and another surface', () => {
  const definition = parseStrict('{"name":"a"}') as JsonObject
  const plain = sealEntry('tools', definition)
  const conditional = sealEntry('tools', definition, true)
  assert.equal(conditional.conditional, true)
  assert.equal(conditional.digest, plain.digest)
  assert.notEqual(seal({ capabilities: {}, tools: { a: plain } }).digest, seal({ capabilities: {}, tools: { a: conditional } }).digest)
})

test('the same definition has another digest in every kind of list', () => {
  const definition = parseStrict('{"name":"a","uri":"a","uriTemplate":"a"}') as JsonObject
  assert.equal(new Set(LIST_NAMES.map((name) => sealEntry(name, definition).digest)).size, LIST_NAMES.length)
})

test('a part has its digest wherever it stands', () => {
  const schema = '{"type":"object"}'
  const of = (text: string): string | undefined => sealEntry('tools', parseStrict(text) as JsonObject).parts?.inputSchema
  assert.equal(of(`{"name":"a","inputSchema":${schema}}`), of(`{"name":"b","description":"x","inputSchema":${schema}}`))
})

test('UI resources are found in both places, once and sorted', () => {
  const page = parseStrict(
    '{"tools":[{"name":"a","_meta":{"ui":{"resourceUri":"ui://b"},"ui/resourceUri":"ui://a"}},{"name":"b","_meta":{"ui":{"resourceUri":"ui://b"}}},{"name":"c","_meta":{"ui":{"resourceUri":1}}},"x"]}',
  )
  assert.deepEqual(uiResources({ pages: [page] }), ['ui://a', 'ui://b'])
  assert.deepEqual(uiResources({ failed: 1 }), [])
  assert.deepEqual(uiResources(undefined), [])
  assert.deepEqual(uiOf(parseStrict('{"_meta":{"ui":"x"}}')), [])
})
