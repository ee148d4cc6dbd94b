import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oldEnough, standing } from '../core/packages/outdated.ts'
import { chooseRelease, type Choice, type Releases } from '../core/packages/releases.ts'

const limit = { cutoff: 100, age: 50, by: 'it' }

/** `1.0.0`, `1.1.0@200` with its time, `1.2.0!` deprecated. */
function releases(words: string, tags: { readonly [tag: string]: string } = {}): Releases {
  const all = words.split(' ').map((word) => {
    const [, version = '', time, deprecated] = /^([^@!]+)(?:@(\d+|\?))?(!)?$/.exec(word) ?? []
    return { version, published: time === '?' ? null : Number(time ?? 0), deprecated: deprecated === undefined ? null : 'no' }
  })
  return { all, tags: { latest: all.at(-1)?.version ?? '', ...tags } }
}

function chosen(words: string, range: string, tags?: { readonly [tag: string]: string }): string {
  const { release, tooNew }: Choice = chooseRelease(releases(words, tags), { type: 'npm', range }, oldEnough(limit, true))
  return `${release?.version ?? '-'} ${tooNew?.version ?? '-'}`
}

test('a release is chosen as npm chooses', () => {
  for (const [words, range, expected, tags] of [
    ['1.0.0 1.1.0 2.0.0', '', '2.0.0 -'],
    ['1.0.0 1.1.0 2.0.0', '', '1.1.0 -', { latest: '1.1.0' }],
    ['1.0.0 1.1.0 2.0.0', 'old', '1.0.0 -', { old: '1.0.0' }],
    ['1.0.0 1.1.0 2.0.0', 'none', '- -'],
    ['1.0.0 1.1.0 2.0.0', 'constructor', '- -'],
    ['1.0.0 1.1.0 2.0.0', '^1', '1.1.0 -'],
    ['1.0.0 1.1.0 1.2.0', '^1', '1.1.0 -', { latest: '1.1.0' }],
    ['1.0.0 1.1.0 1.2.0!', '^1', '1.1.0 -'],
    ['1.0.0! 1.1.0!', '^1', '1.1.0 -'],
    ['1.0.0 1.1.0', '^2', '- -'],
    ['1.10.0 1.9.0', '^1', '1.10.0 -', { latest: '3.0.0' }],
    ['1.0.0 1.1.0-rc.1', '^1', '1.0.0 -', { latest: '1.0.0' }],
    ['1.0.0 1.1.0-rc.1 1.1.0-rc.2', '^1.1.0-rc.1', '1.1.0-rc.2 -', { latest: '1.0.0' }],
    ['1.0.0 1.1.0-rc.1', 'next', '1.1.0-rc.1 -', { latest: '1.0.0', next: '1.1.0-rc.1' }],
    ['1.0.0 1.1.0-rc.1@200', 'next', '1.0.0 1.1.0-rc.1', { latest: '1.0.0', next: '1.1.0-rc.1' }],
    ['1.0.0 1.1.0@200', '', '1.0.0 1.1.0'],
    ['1.0.0 1.1.0 2.0.0 1.2.0@200', '', '1.1.0 1.2.0'],
    ['1.0.0 1.1.0@200', '^1', '1.0.0 1.1.0'],
    ['1.0.0@200 1.1.0@201', '^1', '- 1.1.0'],
    ['1.0.0@100 1.1.0@?', '^1', '1.0.0 1.1.0'],
    ['1.0.0 1.1.0', '1.0.0', '1.0.0 -'],
  ] as const)
    assert.equal(chosen(words, range, tags), expected, `${words}: ${range}`)
})

test('a release without a date is old enough for npm, and not for the policy', () => {
  const [release] = releases('1.0.0@?').all
  assert.ok(release !== undefined && oldEnough(limit, false)(release) && oldEnough(null, true)(release) && !oldEnough(limit, true)(release))
})

test('only what is newer than the pinned version counts', () => {
  const of = (words: string, range: string, tags?: { readonly [tag: string]: string }) =>
    standing({ type: 'npm', range }, '1.1.0', releases(words, tags), limit, true)
  const still = { pinned: '1.1.0', wanted: '1.1.0', newest: '1.1.0', outdated: false }
  assert.deepEqual(of('1.0.0 1.1.0', ''), still)
  assert.deepEqual(of('1.0.0 1.1.0', '', { latest: '1.0.0' }), still)
  assert.deepEqual(of('1.1.0 2.0.0', '1.1.0'), { ...still, newest: '2.0.0', outdated: true })
  assert.deepEqual(of('1.1.0 1.2.0 2.0.0', '^1'), { ...still, wanted: '1.2.0', newest: '2.0.0', outdated: true })
  assert.deepEqual(of('1.1.0 1.2.0', '^1', { latest: '1.1.0' }), { ...still, outdated: false })
  assert.deepEqual(of('1.0.0 1.1.0@200', ''), still)
  assert.deepEqual(of('1.1.0! 1.2.0', ''), { ...still, wanted: '1.2.0', newest: '1.2.0', outdated: true, deprecated: 'no' })
  assert.deepEqual(of('1.0.0', ''), { ...still, missing: true })
  const tooNew = { version: '1.2.0', published: '1970-01-01T00:00:01Z', allowed: '1970-01-01T00:00:01Z', by: 'it' }
  assert.deepEqual(of('1.1.0 1.2.0@200', ''), { ...still, tooNew })
  assert.deepEqual(of('1.1.0 1.2.0@?', ''), { ...still, tooNew: { ...tooNew, published: null, allowed: null } })
})
