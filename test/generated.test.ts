import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { LockError } from '../core/codes/errors.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'
import { clientsDocument } from '../docs/clients-document.ts'
import { policyDocument } from '../docs/generate.ts'

const fits = new Ajv2020({ strict: true }).compile(JSON.parse(policyDocument()) as object)

test('schemas/mcp-lock.schema.json is what the policy reader says; `node docs/generate.ts` writes it', async () => {
  const text = await readFile(new URL('../schemas/mcp-lock.schema.json', import.meta.url), 'utf8')
  assert.equal(text, policyDocument())
})

test('docs/CLIENTS.md is what the tables of the clients say', async () => {
  assert.equal(await readFile(new URL('../docs/CLIENTS.md', import.meta.url), 'utf8'), clientsDocument())
})

/** Whether the reader takes the policy. */
function accepted(text: string): boolean {
  try {
    parsePolicy(text)
    return true
  } catch (error) {
    if (error instanceof LockError && error.code === 'POLICY_INVALID') return false
    throw error
  }
}

const rule = (text: string): string => `servers: { a: { volatile: [ { ${text} } ] } }`

const good = [
  '{}',
  'servers: {}',
  'minimumReleaseAge: 3 days',
  'minimumReleaseAge: 1 week',
  'servers: { a: {} }',
  'servers: { a: { floating: allow, scripts: allow, resources: templates } }',
  'servers: { a: { resources: off } }',
  'servers: { a: { limits: { message: 1, total: 2, items: 3, pages: 4 } } }',
  rule('pointer: /instructions, type: timestamp'),
  rule('pointer: /tools/a~1b/description, type: integer, prefix: "of ", suffix: "!", min: -1, max: 9'),
]

const bad = [
  'a: 1',
  'minimumReleaseAge: 3',
  'minimumReleaseAge: 3days',
  'minimumReleaseAge: 03 days',
  '[]',
  'servers: []',
  'servers: { a: 1 }',
  'servers: { a: { float: allow } }',
  'servers: { a: { floating: maybe } }',
  'servers: { a: { scripts: true } }',
  'servers: { a: { resources: none } }',
  'servers: { a: { limits: { message: 0 } } }',
  'servers: { a: { limits: { items: 1.5 } } }',
  'servers: { a: { limits: { bytes: 1 } } }',
  rule('type: uuid'),
  rule('pointer: /x'),
  rule('pointer: x, type: uuid'),
  rule('pointer: /x~2, type: uuid'),
  rule('pointer: /x, type: text'),
  rule('pointer: /x, type: integer, min: low'),
  rule('pointer: /x, type: uuid, value: 1'),
]

test('an editor with the schema and the reader agree on a policy', () => {
  for (const text of good) {
    assert.ok(accepted(text), text)
    assert.ok(fits(parse(text)), `${text}: ${JSON.stringify(fits.errors)}`)
  }
  for (const text of bad) {
    assert.ok(!accepted(text), text)
    assert.ok(!fits(parse(text)), text)
  }
})
