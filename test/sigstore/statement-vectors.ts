/** Good signatures over something else than this lock, here. */
import type { Json, JsonObject } from '../../core/json/json.ts'
import { makeBundle } from './bundle.ts'
import type { Sigstore } from './sigstore.ts'
import type { VectorCase } from './vector-case.ts'
import { BOTH, certified, KEYS, statement, statementValue } from './vector-workshop.ts'

export function statementVectors(sigstore: Sigstore): VectorCase[] {
  const over = (name: string, why: string, code: string, payload: string | Uint8Array): VectorCase => ({
    name,
    why,
    bundle: makeBundle(sigstore, KEYS.p256, Buffer.from(payload), { rekor: null, tsa: false }),
    expected: { code },
  })
  const predicate = (name: string, why: string, code: string, changes: { readonly [member: string]: Json | undefined }): VectorCase =>
    over(name, why, code, statement('all', changes))
  const whole = (name: string, why: string, changes: JsonObject): VectorCase =>
    over(name, why, 'STATEMENT_INVALID', JSON.stringify({ ...statementValue('all'), ...changes }))
  const text = statement('all').toString()
  const subject = { name: 'mcp.lock', digest: { sha256: '0'.repeat(64) } }
  const [own] = JSON.parse(JSON.stringify(statementValue('all')['subject']))
  const malformed = (name: string, why: string, changes: { readonly [member: string]: Json | undefined }): VectorCase =>
    predicate(name, why, 'STATEMENT_INVALID', changes)
  return [
    { ...over('other-file', 'the lock was changed after it was signed', 'SIGNATURE_OTHER_FILE', text), lock: 'changed' },
    predicate('other-repository', 'copied from another repository', 'SIGNATURE_OTHER_REPOSITORY', {
      repository: { uri: 'https://github.com/acme/other', id: '42' },
    }),
    predicate('other-repository-id', 'the name was taken over by another repository', 'SIGNATURE_OTHER_REPOSITORY', {
      repository: { uri: 'https://github.com/acme/tools', id: '43' },
    }),
    {
      name: 'certificate-of-another-repository',
      why: 'a trusted workflow of one repository signed for another',
      bundle: makeBundle(sigstore, certified(sigstore, 'ci'), statement('other-repository'), BOTH),
      policy: 'other-repository',
      expected: { code: 'SIGNATURE_OTHER_REPOSITORY' },
    },
    predicate('no-repository-id', 'the policy demands the id', 'SIGNATURE_OTHER_REPOSITORY', {
      repository: { uri: 'https://github.com/acme/tools' },
    }),
    predicate('other-path', 'copied to another path', 'SIGNATURE_OTHER_PATH', { path: 'apps/web/mcp.lock' }),
    predicate('other-policy', 'the policy was changed after the lock was signed', 'SIGNATURE_OTHER_POLICY', {
      policy: { path: 'mcp-lock.yaml', sha256: '0'.repeat(64) },
    }),
    predicate('other-policy-path', 'the policy of another folder', 'SIGNATURE_OTHER_POLICY', {
      policy: { ...member(statementValue('all'), 'predicate', 'policy'), path: 'apps/web/mcp-lock.yaml' },
    }),
    predicate('no-policy', 'signed where there was no policy', 'SIGNATURE_OTHER_POLICY', { policy: null }),
    malformed('other-pins', 'the pins are not those of the lock', { servers: { search: `mcl1:${'0'.repeat(64)}` } }),
    malformed('missing-pin', 'a pin of the lock is not named', { servers: {} }),
    malformed('unknown-member', 'the predicate is closed', { note: 'x' }),
    malformed('no-serial', 'a member is missing', { serial: undefined }),
    malformed('serial-0', 'serials begin with 1', { serial: 0 }),
    malformed('serial-text', 'a serial is a number', { serial: '1' }),
    malformed('absolute-path', 'a path is below the repository', { path: '/mcp.lock' }),
    malformed('parent-path', 'a path is below the repository', { path: '../mcp.lock' }),
    malformed('other-lock-version', 'a newer lock', { lockfileVersion: 2 }),
    malformed('other-digest-scheme', 'a newer scheme', { digestScheme: 2 }),
    whole('statement-v0.1', 'in-toto Statement v0.1', { _type: 'https://in-toto.io/Statement/v0.1' }),
    whole('other-predicate-type', 'a statement about something else', { predicateType: 'https://slsa.dev/provenance/v1' }),
    whole('newer-predicate-type', 'a newer statement', { predicateType: 'urn:mcp-lock:lock:v2' }),
    whole('two-subjects', 'exactly one subject', { subject: [own, subject] }),
    whole('no-subject', 'exactly one subject', { subject: [] }),
    whole('other-subject-name', 'the subject is `mcp.lock`', { subject: [{ ...own, name: 'package.json' }] }),
    whole('two-digests', 'the digest is SHA-256 alone', { subject: [{ ...own, digest: { ...own.digest, sha512: '0'.repeat(128) } }] }),
    whole('unknown-statement-member', 'the statement is closed', { note: 'x' }),
    over('duplicate-key', 'strict JSON', 'STATEMENT_INVALID', text.replace('"serial":1', '"serial":2,"serial":1')),
    over('not-json', 'strict JSON', 'STATEMENT_INVALID', 'mcp.lock'),
    over('byte-order-mark', 'strict JSON', 'STATEMENT_INVALID', `\ufeff${text}`),
    over('empty-payload', 'a payload is not empty', 'BUNDLE_INVALID', ''),
  ]
}

function member(value: JsonObject, ...names: readonly string[]): JsonObject {
  const found: JsonObject = names.reduce((within, name) => JSON.parse(JSON.stringify(within[name])), value)
  return found
}
