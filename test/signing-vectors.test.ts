/** The vectors of signatures (docs/format.md §6), by the code that `verify` runs. No server is needed. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { test } from 'node:test'
import { readClaimsOf } from '../core/signing/bundle-claims.ts'
import type { Expected, Vector } from './sigstore/vector-case.ts'
import { read, standing, VECTORS } from './vector-standing.ts'

/** The signer, or the codes of what is wrong. */
function outcome({ bundle, lock, policy, root, path }: Vector): Expected {
  const stands = standing({ bundle: read(bundle), lock: read(lock), policy: read(policy), root: read(root), path })
  if (stands !== 'signed') return { code: stands.replaceAll(',', ' ') }
  const { signer } = readClaimsOf(read(bundle))
  if ('failure' in signer) return { code: signer.failure.code }
  const { value } = signer
  return { signer: value.kind === 'key' ? { spki: value.digest } : { issuer: value.issuer, subject: value.subject } }
}

for (const vector of VECTORS) test(`signature: ${vector.name}`, () => assert.deepEqual(outcome(vector), vector.expected))

test('every bundle is a vector', () => {
  const files = readdirSync(new URL('vectors/signing/bundles', import.meta.url))
  assert.deepEqual(files.sort(), VECTORS.map(({ bundle }) => posix.basename(bundle)).sort())
})
