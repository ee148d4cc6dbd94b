import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditLog } from '../registry-server/audit.ts'
import { admin, manifestOf, options, publication, registry, rules } from './registry-fixtures.ts'
import { act, submit } from './registry-shelf.ts'

test('what is wrong with records is said in the order of the log', async () => {
  const { store, policy } = options()
  const request = registry({ store })
  await submit(request, publication(manifestOf('com.acme/b')))
  await act(request, admin, { action: 'pause', target: { kind: 'all' } })
  await submit(request, publication(manifestOf('com.acme/a')))
  const { problems } = await auditLog(store, { ...policy, rules: { ...rules, publishers: [], admins: [] } })
  assert.deepEqual(
    problems.map((problem) => /^record \d+/.exec(problem)?.[0]),
    ['record 0', 'record 1', 'record 2'],
  )
})
