/** Many publish at once, to two replicas. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { POSTGRES_MISSING, startPostgres } from './postgres.ts'
import { audit, nothingSeen, publish } from './registry-load.ts'
import { replica } from './registry-process.ts'

test('500 publications at once, over two replicas, make a log without gaps', { skip: POSTGRES_MISSING ?? false }, async (t) => {
  await using postgres = await startPostgres()
  const { url } = await postgres.create()
  const replicas = [replica({ kind: 'postgres', url }), replica({ kind: 'postgres', url })]
  const seen = nothingSeen()
  const failed = new AbortController()
  try {
    await Promise.all(replicas.map((one) => one.start()))
    await Promise.all(Array.from({ length: 500 }, (_, n) => publish(n, replicas, seen, () => failed.signal.aborted)))
    assert.deepEqual(
      [...seen.answered.keys()].toSorted((a, b) => a - b),
      Array.from({ length: 500 }, (_, n) => n),
    )
    for (const one of replicas) assert.equal((await audit(one.url() ?? '', seen)).records, 500)
    t.diagnostic(`500 publications in ${seen.heads.size} heads`)
  } finally {
    failed.abort()
    await Promise.all(replicas.map((one) => one.kill()))
  }
})
