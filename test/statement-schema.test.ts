/** schemas/statement.schema.json and the reader of statements say the same. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { LockError } from '../core/codes/errors.ts'
import { parseLockStatement } from '../core/signing/index.ts'
import { placesOf, put } from './json-places.ts'

const schema: object = JSON.parse(readFileSync(new URL('../schemas/statement.schema.json', import.meta.url), 'utf8'))
const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)

const hex = 'ab'.repeat(32)
const STATEMENT = JSON.stringify({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'mcp.lock', digest: { sha256: hex } }],
  predicateType: 'urn:mcp-lock:lock:v1',
  predicate: {
    lockfileVersion: 1,
    digestScheme: 1,
    path: 'apps/web/mcp.lock',
    repository: { uri: 'https://github.com/acme/tools', id: '42' },
    serial: 3,
    previous: `sha256:${hex}`,
    policy: { path: 'apps/web/mcp-lock.yaml', sha256: hex },
    servers: { notes: `mcl1:${hex}` },
    commit: 'd'.repeat(40),
    tool: { name: 'mcp-lock', version: '1.0.0' },
  },
})

function isRead(text: string): boolean {
  try {
    parseLockStatement(Buffer.from(text))
    return true
  } catch (error) {
    if (error instanceof LockError && error.code === 'STATEMENT_INVALID') return false
    throw error
  }
}

const VALUES: readonly unknown[] = [
  undefined, null, true, 0, 1, 2, 1.5, -1, 2 ** 53, '', 'x', '../x', './x', 'a/../b', 'a/./b', 'a//b', '/a', 'a/', 'a\\b', 'a\nb', 'a..b', '.a', '..', '.',
  hex, hex.toUpperCase(), `${hex}0`, `sha256:${hex}`, `mcl1:${hex}`, 'd'.repeat(40), 'd'.repeat(65), [], {}, [{}], { more: 1 },
] // prettier-ignore

test('whatever stands at a place of a statement, both take it or both do not', () => {
  assert.ok(isRead(STATEMENT) && fits(JSON.parse(STATEMENT)), JSON.stringify(fits.errors))
  const outcomes = { taken: 0, refused: 0 }
  for (const place of placesOf(JSON.parse(STATEMENT))) {
    for (const value of VALUES) {
      for (const at of [place, [...place.slice(0, -1), 'more']]) {
        const text = put(STATEMENT, at, value)
        const read = isRead(text)
        outcomes[read ? 'taken' : 'refused']++
        assert.equal(fits(JSON.parse(text)), read, `${at.join('/')}: ${JSON.stringify(value)}`)
      }
    }
  }
  assert.ok(outcomes.taken > 50 && outcomes.refused > 500)
})
