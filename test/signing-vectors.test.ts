/** The vectors of signatures (docs/format.md §6), by the code that `verify` runs. No server is needed. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { sha256 } from '../core/json/digest.ts'
import { parseLock } from '../core/lock/lockfile.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'
import { parseTrustedRoot } from '../core/signing/trusted-root.ts'
import { checkSigner, checkStatement, keysOf, openSignature } from '../core/signing/verify-lock.ts'
import type { Expected, Vector } from './sigstore/vector-case.ts'

const folder = join(import.meta.dirname, 'vectors/signing')
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const vectors: readonly Vector[] = JSON.parse(read('index.json'))

/** The signer, or the code of what is wrong; several are joined. */
function outcome(vector: Vector): Expected {
  const [lock, policy] = [read(vector.lock), read(vector.policy)]
  try {
    const { signers, sigstore, repository = { uri: '' } } = parsePolicy(policy)
    const trust = { keys: keysOf(signers), thresholds: sigstore.thresholds, root: parseTrustedRoot(read(vector.root)) }
    const signature = openSignature(read(vector.bundle), trust)
    const beside = { path: posix.join(posix.dirname(vector.path), 'mcp-lock.yaml'), sha256: sha256(policy).slice('sha256:'.length) }
    const signed = { text: lock, pins: parseLock(lock).servers }
    const untrusted = checkSigner(signature, signers)
    const findings = untrusted.length > 0 ? untrusted : checkStatement(signature, signed, { repository, path: vector.path, policy: beside })
    if (findings.length > 0) return { code: findings.map(({ code }) => code).join(' ') }
    const { identity } = signature
    return { signer: identity.kind === 'key' ? { spki: identity.digest } : { issuer: identity.issuer, subject: identity.subject } }
  } catch (error) {
    if (!(error instanceof LockError)) throw error
    return { code: error.code }
  }
}

for (const vector of vectors) test(`signature: ${vector.name}`, () => assert.deepEqual(outcome(vector), vector.expected))

test('every bundle is a vector', () => {
  assert.deepEqual(readdirSync(join(folder, 'bundles')).sort(), vectors.map(({ bundle }) => posix.basename(bundle)).sort())
})
