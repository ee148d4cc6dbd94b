import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkProof, formatRecord, noteSigner, openCheckpoint, type LogRecord } from '../core/registry/index.ts'
import { logKey, manifestOf, newKey, options, ORIGIN, pemOf, post, publication, registry, type Requests } from './registry-fixtures.ts'
import { startWitness } from './registry-witness.ts'

const log = noteSigner(ORIGIN, 'ed25519', pemOf(logKey))

async function publish(request: Requests, name: string): Promise<{ readonly proof: string; readonly record: LogRecord }> {
  const response = await request('/v1/statements', post(publication(manifestOf(name))))
  assert.equal(response.status, 201)
  return (await response.json()) as { proof: string; record: LogRecord }
}

test('each head is cosigned by both witnesses, and a proof carries their signatures', async () => {
  await using a = await startWitness('witness.example/a', pemOf(newKey()), log)
  await using b = await startWitness('witness.example/b', pemOf(newKey()), log)
  const both = { verifiers: [a.verifier, b.verifier], threshold: 2 }
  const request = registry({ witnesses: [a, b] })
  for (const name of ['com.acme/a', 'com.acme/b', 'com.acme/c']) {
    const { proof, record } = await publish(request, name)
    assert.ok(checkProof(proof, formatRecord(record), log, both).checkpoint.size > 0)
  }
  assert.deepEqual([a.seen().size, b.seen().size], [3, 3])
  assert.equal(openCheckpoint(await (await request('/log/checkpoint')).text(), log, both).size, 3)
})

test('without one witness there is the signature of the other, and the log says who is missing', async () => {
  await using a = await startWitness('witness.example/a', pemOf(newKey()), log)
  const dead = { url: 'http://127.0.0.1:9', verifier: noteSigner('witness.example/b', 'cosignature', pemOf(newKey())) }
  const lines: unknown[] = []
  const request = registry({ witnesses: [a, dead], log: (event) => void lines.push(event['witness'] ?? event.message) })
  const { proof, record } = await publish(request, 'com.acme/a')
  checkProof(proof, formatRecord(record), log, { verifiers: [a.verifier, dead.verifier], threshold: 1 })
  assert.deepEqual(lines, ['accepted', 'witness.example/b'])
  assert.match(await (await request('/metrics')).text(), /mcp_lock_cosignatures_missing 1/)
})

test('a registry that starts anew goes on where the witness is; a log with another history gets no cosignature', async () => {
  await using a = await startWitness('witness.example/a', pemOf(newKey()), log)
  const { store } = options()
  const one = { verifiers: [a.verifier], threshold: 1 }
  await publish(registry({ store, witnesses: [a] }), 'com.acme/a')
  const again = registry({ store, witnesses: [a] })
  const { proof, record } = await publish(again, 'com.acme/b')
  assert.equal(checkProof(proof, formatRecord(record), log, one).index, 1)

  const fork = registry({ witnesses: [a] })
  for (const name of ['com.acme/x', 'com.acme/y', 'com.acme/z']) {
    const forked = await publish(fork, name)
    assert.throws(() => checkProof(forked.proof, formatRecord(forked.record), log, one), { code: 'CHECKPOINT_UNTRUSTED' })
  }
  assert.equal(a.seen().size, 2)
})
