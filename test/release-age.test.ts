import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAges, formatAge, formatTime, parseAge, strictest, wordTooNew } from '../core/packages/release-age.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-05-10T12:00:00Z')
const limit = { cutoff: NOW - 72 * HOUR, age: 72 * HOUR, by: 'it' }

test('an age as it is written and as it is said', () => {
  for (const [text, milliseconds] of [
    ['0 days', 0],
    ['1 minute', 60_000],
    ['90 minutes', 1.5 * HOUR],
    ['72 hours', 72 * HOUR],
    ['3 days', 72 * HOUR],
    ['1 weeks', 168 * HOUR],
  ] as const)
    assert.equal(parseAge(text), milliseconds, text)
  for (const [milliseconds, text] of [
    [-1, '0 minutes'],
    [60_000, '1 minute'],
    [1.9 * HOUR, '114 minutes'],
    [47.9 * HOUR, '47 hours'],
    [49 * HOUR, '2 days'],
  ] as const)
    assert.equal(formatAge(milliseconds), text)
  assert.equal(formatTime(NOW + 1), '2026-05-10T12:00:01Z')
  assert.equal(formatTime(Number.MAX_SAFE_INTEGER), 'never')
})

test('the strictest limit is the one that reaches back furthest', () => {
  const other = { ...limit, cutoff: NOW - 80 * HOUR }
  assert.equal(strictest([]), null)
  assert.equal(strictest([null, limit, null]), limit)
  assert.equal(strictest([limit, other]), other)
  assert.equal(strictest([other, limit]), other)
})

test('a release is allowed from the very moment that is said', () => {
  const release = (published: number | null): Parameters<typeof checkAges>[0] => [{ name: 'a', version: '1.0.0', published }]
  const published = NOW - 10 * HOUR
  assert.equal(wordTooNew(published, limit, NOW), 'published 10 hours ago, allowed from 2026-05-13T02:00:00Z (it)')
  const then = published + limit.age
  checkAges(release(published), { ...limit, cutoff: then - limit.age }, then)
  assert.throws(() => checkAges(release(published), { ...limit, cutoff: then - 1 - limit.age }, then - 1), { code: 'RELEASE_TOO_NEW' })
  assert.throws(() => checkAges(release(null), limit, NOW), { code: 'RELEASE_UNDATED' })
  assert.throws(() => checkAges([...release(null), ...release(NOW)], limit, NOW), { code: 'RELEASE_TOO_NEW' })
  const many = [1, 2, 3, 4, 5].flatMap(() => release(NOW))
  assert.throws(() => checkAges(many, limit, NOW), /; and 2 more$/)
})
