import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renameInPolicy } from '../core/policy/policy-rename.ts'

test('a section gets its new name, and nothing else changes', () => {
  for (const [text, after, expected] of [
    ['servers:\n  # a\n  old: # b\n    floating: allow\n', 'new', 'servers:\n  # a\n  new: # b\n    floating: allow\n'],
    ['servers: { "old": {}, other: {} }', 'new', 'servers: { new: {}, other: {} }'],
    ["servers:\n  'old' : {}\n", 'true', 'servers:\n  "true" : {}\n'],
    ['servers:\n  ? old\n  : {}\n', 'a b: "c"', 'servers:\n  ? "a b: \\"c\\""\n  : {}\n'],
    ['servers: { &a old: {} }', '10', 'servers: { &a "10": {} }'],
    ['servers: { other: { volatile: [] } } # old', 'new', 'servers: { other: { volatile: [] } } # old'],
    ['# old: {}\n', 'new', '# old: {}\n'],
  ] as const) {
    assert.equal(renameInPolicy(text, 'old', after), expected)
  }
})

test('what cannot be renamed is refused', () => {
  assert.throws(() => renameInPolicy('servers: { old: {}, new: {} }', 'old', 'new'), { code: 'USAGE' })
  assert.throws(() => renameInPolicy('servers: &s { x: {}, *y : {} }', 'old', 'new'), { code: 'POLICY_INVALID' })
  assert.throws(() => renameInPolicy('servers: { &a other: { floating: allow }, ? !!str old : {}, x: 1 }', 'old', 'new'), {
    code: 'POLICY_INVALID',
  })
})
