/** cosign on the vectors of signatures: what holds, holds there too, so the Sigstore of the tests is one. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parsePublicKey } from '../../../core/identity/keys.ts'
import { parsePolicy } from '../../../core/policy/policy-file.ts'
import type { Vector } from '../../sigstore/vector-case.ts'
import type { Outcome } from './isolation.ts'
import { cosign, exits, folder } from './session.ts'

const at = (name: string): string => fileURLToPath(new URL(`../../vectors/signing/${name}`, import.meta.url))
const read = (name: string): string => readFileSync(at(name), 'utf8')
const vectors: readonly Vector[] = JSON.parse(read('index.json'))

/** About the bytes of signature, certificate, log and timestamp. The rest is about what was signed, which cosign leaves to others. */
const PROOFS = [
  'BUNDLE_INVALID',
  'CERTIFICATE_INVALID',
  'LOG_ENTRY_INVALID',
  'SIGNATURE_INVALID',
  'TIMESTAMP_INVALID',
  'TRUSTED_ROOT_INVALID',
]

/** What cosign takes, and `mcp-lock` does not. */
const TAKEN = [
  'bundle-v0.2',
  'three-timestamps',
  'too-large',
  'no-extended-key-usage',
  'key-without-log-entry',
  'one-of-two-logs',
  'key-with-bad-timestamp',
  'altered-body',
  'altered-root-hash',
  'altered-proof-index',
  'bad-timestamp-beside-a-good-one',
  'same-timestamp-twice',
  'root-log-ended',
]

/** The key that a policy names and the hint means; the first of them where it means none. */
function keyOf(vector: Vector, hint: string): string {
  const pems = parsePolicy(read(vector.policy)).signers.flatMap((signer) => ('key' in signer ? [signer.key] : []))
  const digest = `sha256:${Buffer.from(hint, 'base64').toString('hex')}`
  const pem = pems.find((pem) => parsePublicKey(pem).digest === digest) ?? pems[0] ?? ''
  const file = join(folder, `${vector.name}.pem`)
  writeFileSync(file, pem)
  return file
}

/** Anybody, where a vector names nobody. */
function signerOf(vector: Vector): readonly string[] {
  const { expected } = vector
  const text = read(vector.bundle)
  const hint = /"hint":\s*"([^"]*)"/.exec(text)?.[1]
  if (hint !== undefined) return ['--key', keyOf(vector, hint), ...(text.includes('"tlogEntries"') ? [] : ['--insecure-ignore-tlog'])]
  if (!('signer' in expected) || 'spki' in expected.signer)
    return ['--certificate-identity-regexp', '.*', '--certificate-oidc-issuer-regexp', '.*']
  return ['--certificate-identity', expected.signer.subject, '--certificate-oidc-issuer', expected.signer.issuer]
}

const verify = (vector: Vector): Promise<Outcome> =>
  cosign.verify(signerOf(vector), { bundle: at(vector.bundle), root: at(vector.root), lock: at(vector.lock) })

describe('cosign on the vectors of signatures', () => {
  for (const vector of vectors)
    if ('signer' in vector.expected) test(`accepts ${vector.name}`, async () => exits(await verify(vector), 0, /Verified OK/))

  test('takes nothing of what is not proven but what is known', async () => {
    const taken: string[] = []
    for (const vector of vectors) {
      if ('code' in vector.expected && PROOFS.includes(vector.expected.code) && (await verify(vector)).exit === 0) taken.push(vector.name)
    }
    assert.deepEqual(taken.sort(), TAKEN.toSorted())
  })
})
