import assert from 'node:assert/strict'
import { test } from 'node:test'
import { edgeTiles, grow, type TileBytes } from '../core/log/append.ts'
import { leafHash, nodeHash, rootOf, type Hash, type Node } from '../core/log/tree.ts'

const leaves = Array.from({ length: 5000 }, (_, i) => leafHash(Buffer.from(String(i))))
const known = new Map<string, Hash>()
function hashOf({ level, index }: Node): Hash {
  if (level === 0) return leaves[index] as Hash
  const key = `${level}/${index}`
  const hash =
    known.get(key) ?? nodeHash(hashOf({ level: level - 1, index: 2 * index }), hashOf({ level: level - 1, index: 2 * index + 1 }))
  known.set(key, hash)
  return hash
}

test('a log that grows in steps has the root and the tiles of one that was made at once', () => {
  const steps = [1, 1, 253, 1, 1, 255, 512, 3000, 512, 1, 400]
  const kept = new Map<string, TileBytes>()
  let size = 0
  for (const step of steps) {
    const edge = edgeTiles(size).flatMap(({ level, index }) => kept.get(`${level}/${index}`) ?? [])
    const grown = grow(size, leaves.slice(size, size + step), edge)
    for (const tile of grown.tiles) kept.set(`${tile.level}/${tile.index}`, tile)
    size += step
    assert.equal(grown.size, size)
    assert.deepEqual(Buffer.from(grown.root), Buffer.from(rootOf(size, hashOf)), `${size} leaves`)
  }
  const atOnce = grow(0, leaves.slice(0, size), [])
  assert.equal(kept.size, atOnce.tiles.length)
  for (const tile of atOnce.tiles) assert.deepEqual(kept.get(`${tile.level}/${tile.index}`), tile)
})
