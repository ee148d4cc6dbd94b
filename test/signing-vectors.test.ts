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
import type { Expected } from './sigstore/vector-case.ts'

interface Vector {
  readonly name: string
  readonly lock: string
  readonly bundle: string
  readonly policy: string
  readonly root: string
  readonly path: string
  readonly expected: Expected
}

const folder = join(import.meta.dirname, 'vectors/signing')
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const vectors: readonly Vector[] = JSON.parse(read('index.json'))

/** The signer, or the codes of what is wrong. */
function outcome({ lock, bundle, policy, root, path }: Vector): Expected | readonly string[] {
  const text = read(lock)
  const policyText = read(policy)
  const { signers, sigstore, repository } = parsePolicy(policyText)
  assert.ok(repository !== undefined)
  try {
    const expected = {
      signers,
      thresholds: sigstore.thresholds,
      root: parseTrustedRoot(read(root)),
      repository,
      path,
      policy: { path: posix.join(posix.dirname(path), 'mcp-lock.yaml'), sha256: sha256(policyText).slice('sha256:'.length) },
    }
    const signature = openSignature(read(bundle), { ...expected, keys: keysOf(signers) })
    const untrusted = checkSigner(signature, signers)
    const findings = untrusted.length > 0 ? untrusted : checkStatement(signature, { text, pins: parseLock(text).servers }, expected)
    const [finding, ...more] = findings.map(({ code }) => code)
    if (finding !== undefined) return more.length === 0 ? { code: finding } : [finding, ...more]
    const { identity } = signature
    if (identity.kind === 'key') return { signer: { spki: identity.digest } }
    return { signer: { issuer: identity.issuer, subject: identity.subject } }
  } catch (error) {
    if (!(error instanceof LockError)) throw error
    return { code: error.code }
  }
}

for (const vector of vectors) test(`signature: ${vector.name}`, () => assert.deepEqual(outcome(vector), vector.expected))

test('every bundle is a vector', () => {
  assert.deepEqual(readdirSync(join(folder, 'bundles')).sort(), vectors.map(({ bundle }) => posix.basename(bundle)).sort())
})
