import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import {
  parseVerifier,
  checkProof,
  formatManifest,
  formatRecord,
  formatVerifier,
  manifestDigest,
  noteSigner,
  openCheckpoint,
  openStatus,
  type LogRecord,
} from '../core/registry/index.ts'
import { publicKeyOf } from '../core/signing/index.ts'
import {
  admin,
  alice,
  control,
  logKey,
  manifestOf,
  NAME,
  observer,
  ORIGIN,
  pemOf,
  post,
  publication,
  registry,
  statusKey,
  type Requests,
} from './registry-fixtures.ts'

const log = parseVerifier(formatVerifier(noteSigner(ORIGIN, 'ed25519', pemOf(logKey))))

type Answer = { readonly status: number; readonly body: { readonly code: string; readonly proof: string; readonly record: LogRecord } }

async function send(request: Requests, body: unknown): Promise<Answer> {
  const response = await request('/v1/statements', post(body))
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

async function seen(request: Requests): Promise<{ size: number; root: string }> {
  const { size, root } = openCheckpoint(await (await request('/log/checkpoint')).text(), log)
  return { size, root: Buffer.from(root).toString('base64') }
}

test('a signer is not revoked from a record that the log does not have', async () => {
  const requests = registry()
  await send(requests, publication(manifestOf()))
  const { size, root } = openCheckpoint(await (await requests('/log/checkpoint')).text(), log)
  const seen = { size, root: Buffer.from(root).toString('base64') }
  const identity = { spki: publicKeyOf(observer.secret).digest }
  const revoke = (fromIndex: number): ReturnType<typeof send> =>
    send(requests, control({ seen, action: 'revoke', target: { kind: 'signer', identity, fromIndex } }, admin))
  const { status, body } = await revoke(2)
  assert.deepEqual([status, body.code], [404, 'TARGET_UNKNOWN'])
  assert.equal((await revoke(1)).status, 201)
})

test('what is published is proven, served by digest, and written once', async () => {
  const request = registry()
  const manifest = manifestOf()
  const first = await send(request, publication(manifest))
  assert.equal(first.status, 201, JSON.stringify(first.body))
  assert.equal(checkProof(first.body.proof, formatRecord(first.body.record), log).index, 0)
  assert.equal((await send(request, publication(manifest))).status, 200)
  assert.equal((await seen(request)).size, 1)
  const served = await request(`/v1/manifests/${manifestDigest(formatManifest(manifest))}`)
  assert.equal(await served.text(), formatManifest(manifest).toString())
  const other = await send(request, publication(manifestOf(NAME, '1.0.0', 'Deletes every note')))
  assert.deepEqual([other.status, other.body.code], [409, 'VERSION_TAKEN'])
})

test('an approval counts, a revocation stands in the status', async () => {
  const request = registry()
  const manifest = manifestOf()
  await send(request, publication(manifest))
  const digest = manifestDigest(formatManifest(manifest))
  const target = { kind: 'manifest', name: NAME, version: '1.0.0', digest } as const
  assert.equal((await send(request, control({ seen: await seen(request), action: 'approve', target }, alice))).status, 201)
  const { versions } = (await (await request(`/v1/servers/${encodeURIComponent(NAME)}/versions`)).json()) as {
    versions: { approvals: unknown[] }[]
  }
  assert.equal(versions[0]?.approvals.length, 1)
  assert.equal((await send(request, control({ seen: await seen(request), action: 'revoke', target }, admin))).status, 201)
  const status = openStatus(await (await request('/v1/status')).text(), createPublicKey(statusKey.pem))
  assert.deepEqual(Object.keys(status.revoked.manifests), [digest])
  assert.equal(status.log.size, 3)
})

test('one version comes with every statement about it and their proofs', async () => {
  const request = registry()
  await send(request, publication(manifestOf()))
  await send(request, publication(manifestOf('com.acme/other')))
  const response = await request(`/v1/servers/${encodeURIComponent(NAME)}/versions/latest`)
  const { statements } = (await response.json()) as { statements: { index: number; record: string; proof: string }[] }
  assert.deepEqual(
    statements.map(({ index }) => index),
    [0],
  )
  for (const { index, record, proof } of statements) assert.equal(checkProof(proof, Buffer.from(record), log).index, index)
})

test('what is nowhere is a problem with a code', async () => {
  const response = await registry()('/v1/servers/com.acme%2Fnone/versions/latest')
  assert.equal(response.status, 404)
  assert.equal(response.headers.get('content-type'), 'application/problem+json')
  assert.equal(((await response.json()) as { code: string }).code, 'NOT_LISTED')
})
