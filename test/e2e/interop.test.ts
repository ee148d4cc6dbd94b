/** The second implementation (test/interop, Python, written from docs/format.md and the vectors) agrees with this one. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { unescapeKey } from '../../core/json/json.ts'
import { isFailed, LIST_NAMES, readSurface } from '../../core/surface/surface.ts'
import { CORPUS } from '../listings/read.ts'
import { parseListing, type ListingText } from '../vectors/listing-text.ts'

const program = fileURLToPath(new URL('../interop/run.py', import.meta.url))
const vectors = fileURLToPath(new URL('../vectors', import.meta.url))
const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0)
const skip = python === undefined ? 'python3 is not installed' : false

test('the other implementation agrees on every vector', { skip }, (t) => {
  const printed = execFileSync(python ?? '', [program, vectors], { encoding: 'utf8' })
  assert.match(printed, /^interop: \d+ checks, 0 differences/)
  t.diagnostic(printed.trim())
})

test('both agree on real listings', { skip: skip || (existsSync(CORPUS) ? false : 'no ../shared/corpus beside this checkout') }, (t) => {
  const listings = readdirSync(CORPUS)
    .filter((file) => file.endsWith('.json'))
    .map((id) => ({ id, listing: asTexts(JSON.parse(readFileSync(`${CORPUS}/${id}`, 'utf8')) as Server) }))
  const input = listings.map((line) => `${JSON.stringify(line)}\n`).join('')
  const theirs = execFileSync(python ?? '', [program, '--digests'], { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  let definitions = 0
  theirs
    .trim()
    .split('\n')
    .forEach((line, i) => {
      const { id, listing } = listings[i] ?? assert.fail('more answers than listings')
      const ours = digests(id, listing)
      assert.deepEqual(JSON.parse(line), ours)
      definitions += Object.keys(ours.definitions).length
    })
  t.diagnostic(`interop: ${listings.length} real listings, ${definitions} definitions, the same digests`)
})

type Server = { readonly [member: string]: unknown }

function asTexts(server: Server): ListingText {
  const lists = LIST_NAMES.filter((name) => server[name] !== undefined).map(
    (name) => [name, { pages: [JSON.stringify({ [name]: server[name] })] }] as const,
  )
  return { handshake: { method: 'initialize', result: JSON.stringify(server['initialize']) }, lists: Object.fromEntries(lists), ui: {} }
}

function digests(id: string, listing: ListingText): { id: string; surface: string; definitions: { [subject: string]: string } } {
  const surface = readSurface(parseListing(listing))
  const definitions: { [subject: string]: string } = {}
  for (const name of LIST_NAMES) {
    const list = surface[name]
    if (list === undefined || isFailed(list)) continue
    for (const [key, entry] of Object.entries(list)) definitions[`${name}/${unescapeKey(key)}`] = entry.digest
  }
  return { id, surface: surface.digest, definitions }
}
