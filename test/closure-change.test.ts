import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closureLines } from '../cli/report/closure-change.ts'
import type { ClosureEntry } from '../core/packages/closure.ts'
import { diffClosures } from '../core/packages/closure-change.ts'

/** `name@1.0.0`, with a `!` where it has an install script. */
function entries(words: string): ClosureEntry[] {
  return words.split(' ').flatMap((word) => {
    const [, name = '', version = '', script] = /^(.+)@([^!]+)(!)?$/.exec(word) ?? []
    return name === '' ? [] : [{ name, version, registry: true, script: script !== undefined }]
  })
}

function lines(before: string, after: string): string[] {
  return closureLines(diffClosures(entries(before), entries(after)), 'top')
}

test('what comes, goes and moves, and new install scripts', () => {
  assert.deepEqual(lines('top@1.0.0 a@1.0.0', 'a@1.0.0 top@2.0.0'), [])
  assert.deepEqual(lines('top@1.0.0 a@1.0.0 b@1.0.0 b@2.0.0 c@1.0.0', 'top@1.0.0 b@2.0.0 b@3.0.0 c@1.0.0! @s/d@1.0.0!'), [
    'added 1 package: @s/d 1.0.0',
    'removed 1 package: a 1.0.0',
    'changed 1 package: b 1.0.0 and 2.0.0 → 2.0.0 and 3.0.0',
    '! new install scripts: @s/d, c',
  ])
  assert.deepEqual(lines('a@1.0.0!', 'a@1.1.0!'), ['changed 1 package: a 1.0.0 → 1.1.0'])
  assert.deepEqual(lines('', 'top@1.0.0!'), ['added 1 package: top 1.0.0', '! new install scripts: top'])
})

test('what is shown is bounded and fit to be shown', () => {
  const many = Array.from({ length: 8 }, (_, i) => `p${i}@1.0.0`).join(' ')
  assert.deepEqual(lines('', many), ['added 8 packages: p0 1.0.0, p1 1.0.0, p2 1.0.0, p3 1.0.0, p4 1.0.0, and 3 more'])
  assert.deepEqual(lines('', 'a\u202eb@1.0.0'), ['added 1 package: a<U+202E>b 1.0.0'])
})
