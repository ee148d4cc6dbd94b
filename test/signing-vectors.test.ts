/** The vectors of signatures (docs/format.md §6), by the code that `verify` runs. No server is needed. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { outcomeOf } from './sigstore/outcome.ts'
import type { Expected, Vector } from './sigstore/vector-case.ts'

const folder = join(import.meta.dirname, 'vectors/signing')
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const vectors: readonly Vector[] = JSON.parse(read('index.json'))

function outcome({ lock, bundle, policy, root, path }: Vector): Expected {
  return outcomeOf({ lock: read(lock), bundle: read(bundle), policy: read(policy), root: read(root), path })
}

for (const vector of vectors) test(`signature: ${vector.name}`, () => assert.deepEqual(outcome(vector), vector.expected))

test('every bundle is a vector', () => {
  assert.deepEqual(readdirSync(join(folder, 'bundles')).sort(), vectors.map(({ bundle }) => posix.basename(bundle)).sort())
})
