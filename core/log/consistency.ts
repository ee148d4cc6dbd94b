/** Whether one head of a log begins with another, from the log's own tiles: the signed roots vouch for them. */
import { LockError } from '../codes/errors.ts'
import type { Head } from './checkpoint.ts'
import { hashInTile, tileOf, tilePath, tilesFor, type Tile } from './tile.ts'
import { checkConsistency, consistencyRanges, HASH_BYTES, hashRange, type Hash, type Node } from './tree.ts'

/** @throws LockError `LOG_MALFORMED`, and what `tile` throws */
export async function isPrefix(before: Head, after: Head, tile: (tile: Tile) => Promise<Uint8Array>): Promise<boolean> {
  if (before.size === 0 || before.size >= after.size) return checkConsistency(before.size, after.size, [], before.root, after.root)
  const ranges = consistencyRanges(before.size, after.size)
  const read = async (one: Tile): Promise<readonly [string, Uint8Array]> => {
    const bytes = await tile(one)
    if (bytes.length !== one.width * HASH_BYTES)
      throw new LockError('LOG_MALFORMED', `expected ${one.width} hashes in \`${tilePath(one)}\`, got ${bytes.length} bytes`)
    return [tilePath(one), bytes]
  }
  const tiles = new Map(await Promise.all(tilesFor(ranges, after.size).map(read)))
  const hashOf = (node: Node): Hash => hashInTile(node, tiles.get(tilePath(tileOf(node, after.size))) as Uint8Array) // all of them were read
  const proof = ranges.map((range) => hashRange(range, hashOf))
  return checkConsistency(before.size, after.size, proof, before.root, after.root)
}
