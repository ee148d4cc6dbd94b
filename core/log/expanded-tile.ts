/** A tile with every hash that it stands for, computed once: a proof takes a few of many tiles. */
import { TILE_HEIGHT, TILE_WIDTH } from './tile.ts'
import { HASH_BYTES, nodeHash, type Hash, type Node } from './tree.ts'

/** The bytes that one takes at most. */
export const EXPANDED_BYTES = (2 * TILE_WIDTH - 1) * HASH_BYTES

/** By a node of the tree, its hash; as `hashInTile`. @param bytes of the tile, as far as it is filled */
export function expandTile(bytes: Uint8Array): (node: Node) => Hash {
  const levels = [bytes]
  for (let below = bytes; below.length >= 2 * HASH_BYTES;) {
    const hashes = Array.from({ length: Math.floor(below.length / (2 * HASH_BYTES)) }, (_, i) =>
      nodeHash(at(below, 2 * i), at(below, 2 * i + 1)),
    )
    below = Buffer.concat(hashes)
    levels.push(below)
  }
  return ({ level, index }) => {
    const height = level % TILE_HEIGHT
    return at(levels[height] ?? new Uint8Array(), index % 2 ** (TILE_HEIGHT - height))
  }
}

function at(hashes: Uint8Array, index: number): Hash {
  const hash = hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  if (hash.length !== HASH_BYTES) throw new Error(`a tile without its hash ${index}`)
  return hash
}
