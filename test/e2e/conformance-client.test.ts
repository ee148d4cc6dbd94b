/** The client of the sigstore-conformance suite, as a program; and what it does with a digest in the place of a file. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { sha256 } from '../../core/json/digest.ts'
import { artifactOf, BEACON, cases, folder, foreign, holds, skip } from '../conformance/cases.ts'

test('a digest stands for its file', { skip }, () => {
  for (const name of cases) {
    const artifact = sha256(readFileSync(artifactOf(name)))
    assert.equal(holds({ ...foreign(name), artifact }), !name.endsWith('_fail'), name)
  }
})

test('the client of the suite exits with 0 or 1, and says why on stderr', { skip }, async () => {
  const run = async (...argv: string[]): Promise<{ readonly code: number; readonly stderr: string }> =>
    promisify(execFile)(join(import.meta.dirname, '../conformance-client'), argv).then(
      ({ stderr }) => ({ code: 0, stderr }),
      ({ code, stderr }) => ({ code, stderr }),
    )
  const bundle = (name: string): string[] => ['verify-bundle', '--bundle', join(folder, name, 'bundle.sigstore.json')]
  const identity = ['--certificate-identity', BEACON.subject, '--certificate-oidc-issuer', BEACON.issuer]
  const own = (name: string): string[] => ['--trusted-root', join(folder, name, 'trusted_root.json')]
  const [good, bad, key] = ['rekor2-happy-path', 'rekor2-no-timestamp_fail', 'managed-key-and-trusted-root'] as const
  const digest = sha256(readFileSync(artifactOf(good)))
  const results = await Promise.all([
    run(...bundle(good), ...identity, ...own(good), artifactOf(good)),
    run(...bundle(good), ...identity, ...own(good), digest),
    run(...bundle(key), '--key', join(folder, key, 'key.pub'), ...own(key), artifactOf(key)),
    run(...bundle(bad), ...identity, ...own(bad), artifactOf(bad)),
    run(...bundle(good), ...own(good), artifactOf(good)),
  ])
  assert.deepEqual(
    results.map(({ code, stderr }) => [code, stderr === '']),
    [
      [0, true],
      [0, true],
      [0, true],
      [1, false],
      [1, false],
    ],
  )
})
