import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { formatLockStatement, parseLockStatement, type LockPredicate } from '../core/signing/index.ts'

const PREDICATE: LockPredicate = {
  lockfileVersion: 1,
  digestScheme: 1,
  path: 'apps/web/mcp.lock',
  repository: { uri: 'https://github.com/acme/tools', id: '42' },
  serial: 3,
  previous: `sha256:${'a'.repeat(64)}`,
  policy: { path: 'apps/web/mcp-lock.yaml', sha256: 'b'.repeat(64) },
  servers: { notes: `mcl1:${'c'.repeat(64)}` },
  commit: 'd'.repeat(40),
  tool: { name: 'mcp-lock', version: '1.0.0' },
}

test('a statement is read as it was written, and written again the same', () => {
  const payload = formatLockStatement('e'.repeat(64), PREDICATE)
  const statement = parseLockStatement(payload)
  assert.deepEqual(statement.predicate, PREDICATE)
  assert.deepEqual(formatLockStatement(statement.subject[0].digest.sha256, statement.predicate), payload)
})

test('a statement is closed, has one subject, and a path below the repository', () => {
  const text = formatLockStatement('e'.repeat(64), PREDICATE).toString()
  const changes: readonly (readonly [from: string, to: string])[] = [
    ['"serial":3', '"serial":0'],
    ['"serial":3', '"serial":3,"serials":3'],
    ['Statement/v1', 'Statement/v0.1'],
    ['"name":"mcp.lock"', '"name":"mcp.lock.txt"'],
    ['"subject":[', '"subject":[{"name":"mcp.lock","digest":{"sha256":"x"}},'],
    ['apps/web/mcp.lock', '../mcp.lock'],
    ['apps/web/mcp.lock', '/mcp.lock'],
    ['urn:mcp-lock:lock:v1', 'urn:mcp-lock:lock:v2'],
    ['"previous":"sha256:', '"previous":"'],
  ]
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), from)
    assert.throws(() => parseLockStatement(Buffer.from(text.replace(from, to))), isInvalid, to)
  }
  for (const bytes of ['', '[]', '{}', 'null', '\xff']) assert.throws(() => parseLockStatement(Buffer.from(bytes, 'latin1')), isInvalid)
})

function isInvalid(error: unknown): boolean {
  return error instanceof LockError && error.code === 'STATEMENT_INVALID'
}
