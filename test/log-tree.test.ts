import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  checkConsistency,
  checkInclusion,
  consistencyRanges,
  hashRange,
  inclusionRanges,
  leafHash,
  nodeHash,
  rootOf,
  type Hash,
  type Node,
} from '../core/log/tree.ts'

/** Leaves and roots that the authors of Certificate Transparency test with. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const records = Array.from({ length: 70 }, (_, i) => Buffer.from(`record ${i}`))

/** Every node from the leaves up, the slow way. */
function hasher(leaves: readonly Uint8Array[]): (node: Node) => Hash {
  const known = new Map<string, Hash>()
  const hashOf = ({ level, index }: Node): Hash => {
    const key = `${level}/${index}`
    const hash = known.get(key) ?? compute({ level, index })
    known.set(key, hash)
    return hash
  }
  const compute = ({ level, index }: Node): Hash =>
    level === 0
      ? leafHash(leaves[index] as Uint8Array)
      : nodeHash(hashOf({ level: level - 1, index: 2 * index }), hashOf({ level: level - 1, index: 2 * index + 1 }))
  return hashOf
}

const hashOf = hasher(records)
const root = (size: number): Hash => rootOf(size, hashOf)
const inclusion = (index: number, size: number): Hash[] => inclusionRanges(index, size).map((range) => hashRange(range, hashOf))
const consistency = (before: number, size: number): Hash[] => consistencyRanges(before, size).map((range) => hashRange(range, hashOf))

test('roots are those of RFC 6962', () => {
  const known = hasher(LEAVES.map((leaf) => Buffer.from(leaf, 'hex')))
  ROOTS.forEach((expected, size) => assert.equal(Buffer.from(rootOf(size, known)).toString('hex'), expected, `${size} leaves`))
})

test('every leaf is proven in every tree that has it, and nothing else is', () => {
  for (let size = 1; size <= records.length; size++) {
    for (let index = 0; index < size; index++) {
      const proof = inclusion(index, size)
      const leaf = leafHash(records[index] as Uint8Array)
      assert.ok(checkInclusion(leaf, index, size, proof, root(size)), `${index} of ${size}`)
      assert.ok(!checkInclusion(leafHash(Buffer.from('x')), index, size, proof, root(size)))
      assert.ok(!checkInclusion(leaf, (index + 1) % size, size, proof, root(size)) || size === 1)
      assert.ok(!checkInclusion(leaf, index, size, [...proof, leaf], root(size)))
      if (size > 1) assert.ok(!checkInclusion(leaf, index, size, proof.slice(1), root(size)))
    }
  }
})

test('every tree is proven to be the beginning of every later one, and of nothing else', () => {
  for (let size = 1; size <= records.length; size++) {
    for (let before = 1; before <= size; before++) {
      const proof = before === size ? [] : consistency(before, size)
      assert.ok(checkConsistency(before, size, proof, root(before), root(size)), `${before} in ${size}`)
      const other = leafHash(Buffer.from('x'))
      assert.ok(!checkConsistency(before, size, proof, other, root(size)), `another old root, ${before} in ${size}`)
      assert.ok(!checkConsistency(before, size, proof, root(before), other), `another new root, ${before} in ${size}`)
      proof.forEach((_, i) => assert.ok(!checkConsistency(before, size, proof.with(i, other), root(before), root(size))))
      assert.ok(!checkConsistency(before, size, [...proof, other], root(before), root(size)))
    }
  }
})

test('places beyond the tree, and what is no place, prove nothing', () => {
  fc.assert(
    fc.property(fc.double(), fc.double(), (index, size) => {
      if (Number.isSafeInteger(index) && index >= 0 && Number.isSafeInteger(size) && index < size) return
      assert.ok(!checkInclusion(root(1), index, size, [], root(1)))
    }),
  )
  assert.ok(!checkConsistency(3, 2, [], root(3), root(2)))
  assert.ok(!checkConsistency(-1, 2, [], root(1), root(2)))
})

test('large sizes are split as small ones are', () => {
  const size = 2 ** 52 + 1
  assert.deepEqual(inclusionRanges(size - 1, size), [{ start: 0, end: 2 ** 52 }])
  assert.equal(inclusionRanges(0, size).length, 53)
  for (const power of [31, 32, 33, 40, 52]) assert.equal(inclusionRanges(0, 2 ** power).length, power)
})
