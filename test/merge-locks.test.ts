import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatConflict, parseConflict } from '../core/lock/conflict-text.ts'
import { EMPTY_LOCK, formatLock, parseLock, type Lock } from '../core/lock/lockfile.ts'
import { mergeLocks, samePin } from '../core/lock/merge-locks.ts'
import { lockOf, pinOf } from './pins.ts'

const [one, two, three] = [pinOf('one\ntext'), pinOf('two'), pinOf('three', 'other')]

test('both sides keep what they added, removed and changed', () => {
  const base = lockOf({ changed: one, removed: one, same: one })
  const ours = lockOf({ changed: two, removed: one, same: one, 'added-here': one, both: three })
  const theirs = lockOf({ changed: one, same: one, 'added-there': two, both: three })
  const { lock, collisions } = mergeLocks({ base, ours, theirs })
  assert.deepEqual(lock, lockOf({ changed: two, same: one, 'added-here': one, 'added-there': two, both: three }))
  assert.deepEqual(collisions, [])
})

test('a server that is not the same on both sides, nor unchanged on one, collides', () => {
  const base = lockOf({ changed: one, gone: one })
  const ours = lockOf({ changed: two, added: one, fine: one })
  const theirs = lockOf({ changed: three, gone: two, added: two })
  const { lock, collisions } = mergeLocks({ base, ours, theirs })
  assert.deepEqual(Object.keys(lock.servers), ['fine'])
  assert.deepEqual(collisions, [
    { name: 'added', base: undefined, ours: one, theirs: two },
    { name: 'changed', base: one, ours: two, theirs: three },
    { name: 'gone', base: one, ours: undefined, theirs: two },
  ])
})

test('what is outside of the digest counts too', () => {
  const adHoc = { ...one, adHoc: true as const }
  const modern = { ...one, observed: { ...one.observed, era: 'modern' as const } }
  assert.ok(!samePin(one, adHoc) && !samePin(one, modern) && samePin(one, { ...one }))
  assert.equal(mergeLocks({ base: EMPTY_LOCK, ours: lockOf({ a: adHoc }), theirs: lockOf({ a: modern }) }).collisions.length, 1)
})

test('where it is not known what both come from, each difference collides', () => {
  const { lock, collisions } = mergeLocks({ base: null, ours: lockOf({ a: one, b: one }), theirs: lockOf({ b: one, c: two }) })
  assert.deepEqual(lock, lockOf({ b: one }))
  assert.deepEqual(
    collisions.map(({ name }) => name),
    ['a', 'c'],
  )
})

const anyLock = fc.dictionary(fc.constantFrom('a', 'b', 'c', '10', '9', 'ä'), fc.constantFrom(one, two, three)).map(lockOf)
const sides = fc.record({ base: anyLock, ours: anyLock, theirs: anyLock })

test('a conflict reads back as the merge that it came from', () => {
  fc.assert(
    fc.property(sides, (input) => {
      const merge = mergeLocks(input)
      if (merge.collisions.length === 0) return
      const text = formatConflict(merge)
      assert.throws(() => parseLock(text), { code: 'LOCK_MERGE_MARKERS' })
      const read = parseConflict(text)
      assert.ok(read)
      assert.deepEqual(mergeLocks(read), merge)
    }),
    { numRuns: 150 },
  )
})

test('whose side is whose makes no difference to a merge, and a merge with oneself none at all', () => {
  fc.assert(
    fc.property(sides, ({ base, ours, theirs }) => {
      const { lock, collisions } = mergeLocks({ base, ours, theirs })
      const other = mergeLocks({ base, ours: theirs, theirs: ours })
      assert.deepEqual(other.lock, lock)
      assert.deepEqual(
        other.collisions.map((it) => ({ ...it, ours: it.theirs, theirs: it.ours })),
        collisions,
      )
      assert.equal(formatLock(mergeLocks({ base, ours, theirs: ours }).lock), formatLock(ours))
      assert.equal(formatLock(mergeLocks({ base, ours, theirs: base }).lock), formatLock(ours))
      for (const name of Object.keys(lock.servers)) assert.ok(!collisions.some((it) => it.name === name))
    }),
    { numRuns: 150 },
  )
})

test('markers stand round the lines that differ, and round no other server', () => {
  const theirs = lockOf({ a: one, b: pinOf('a text of theirs'), c: one })
  const text = formatConflict(mergeLocks({ base: EMPTY_LOCK, ours: lockOf({ a: one, b: two }), theirs }))
  const marked = text.slice(text.indexOf('<<<<<<<'), text.indexOf('>>>>>>>'))
  assert.match(text, /^<<<<<<< ours\n.*^\|\|\|\|\|\|\| base\n=======\n.*^>>>>>>> theirs\n/ms)
  assert.ok(marked.includes('"two"') && marked.includes('a text of theirs') && !marked.includes('"a"') && !marked.includes('"c"'))
})

/** As git writes a conflict of two texts in which everything differs but the first and last lines. */
function gitConflict(ours: Lock, theirs: Lock): string {
  const [start, end] = [3, -3]
  const [own, other] = [formatLock(ours).split('\n'), formatLock(theirs).split('\n')]
  return [
    ...own.slice(0, start),
    '<<<<<<< HEAD',
    ...own.slice(start, end),
    '=======',
    ...other.slice(start, end),
    '>>>>>>> topic',
    ...own.slice(end),
  ].join('\n')
}

test("git's own conflict is read as well, as what each side added", () => {
  const read = parseConflict(gitConflict(lockOf({ a: one, c: two }), lockOf({ b: one, c: three })))
  assert.ok(read)
  const { lock, collisions } = mergeLocks(read)
  assert.deepEqual(lock, lockOf({ a: one, b: one }))
  assert.deepEqual(
    collisions.map(({ name }) => name),
    ['c'],
  )
})

test('what is no conflict of two locks is not read as one', () => {
  const text = gitConflict(lockOf({ a: one }), lockOf({ a: two }))
  assert.equal(parseConflict(formatLock(lockOf({ a: one }))), null)
  assert.equal(parseConflict(text.replace('=======\n', '')), null)
  assert.equal(parseConflict(text.replace('<<<<<<< HEAD\n', '')), null)
  assert.equal(parseConflict(text.replace('>>>>>>> topic\n', '')), null)
  assert.equal(parseConflict(text.replace('=======\n', '<<<<<<< again\n')), null)
  assert.throws(() => parseConflict(text.replace('"one\\n', '"won\\n').replace('"one"', '"won"')), { code: 'LOCK_INCONSISTENT' })
})
