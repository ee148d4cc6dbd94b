/** What is said while something takes time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progress } from '../cli/report/progress.ts'
import type { World } from '../cli/world/world.ts'

test('without a terminal only a long wait is said, once', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let said = ''
  const world: Pick<World, 'terminal' | 'signal' | 'stderr'> = {
    terminal: null,
    signal: new AbortController().signal,
    stderr: (text) => void (said += text),
  }
  const { update, done, clear } = progress(world, ['slow', 'quick', 'gone'])
  for (const name of ['slow', 'quick', 'gone']) update(name, 'asking the package registry')
  t.mock.timers.tick(9_000)
  done('quick', '✓ 1 tool', '')
  clear('gone')
  assert.equal(said, '  quick  ✓ 1 tool\n')
  t.mock.timers.tick(60_000)
  assert.equal(said, '  quick  ✓ 1 tool\n  slow   still asking the package registry\n')
})
