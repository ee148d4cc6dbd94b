/** Real servers from the npm registry; skipped, with the reason, where it does not answer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lockIn } from '../world.ts'
import { REAL_MISSING, realProject, succeeds } from './real-servers.ts'

test('real servers are pinned and verified', { skip: REAL_MISSING }, async (t) => {
  const project = await realProject(t, {
    everything: ['@modelcontextprotocol/server-everything'],
    filesystem: ['@modelcontextprotocol/server-filesystem', '.'],
  })
  await succeeds(project.command('pin', '--yes', '--write-config'))
  await succeeds(project.command('verify'))
  const { servers } = await lockIn(project.folder)
  assert.equal(Object.keys(servers).length, 2)
  const conditional = Object.values(servers['everything']?.surface?.tools ?? {}).filter(
    (entry) => typeof entry === 'object' && entry.conditional === true,
  )
  assert.ok(conditional.length >= 5, `${conditional.length} tools depend on what the client can do`)
})
