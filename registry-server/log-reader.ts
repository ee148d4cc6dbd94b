/** Proofs out of stored tiles. */
import {
  consistencyRanges,
  formatProof,
  hashRange,
  inclusionRanges,
  placeOf,
  tileOf,
  tilesFor,
  type Hash,
  type Node,
  type Range,
  type SignedHead,
} from '../core/registry/index.ts'
import type { TileCache } from './tile-cache.ts'

/** The hashes of ranges in a tree of `size`. */
async function hashes(ranges: readonly Range[], size: number, tiles: TileCache): Promise<Hash[]> {
  const read = await Promise.all(tilesFor(ranges, size).map(async (tile) => [placeOf(tile), await tiles(tile)] as const))
  const byPlace = new Map(read)
  const hashOf = (node: Node): Hash => {
    const tile = byPlace.get(placeOf(tileOf(node, size)))
    if (tile === undefined) throw new Error('a tile that was not asked for')
    return tile(node)
  }
  return ranges.map((range) => hashRange(range, hashOf))
}

/** A C2SP tlog-proof of a record in a head. */
export async function proofOf(index: number, { size, checkpoint }: SignedHead, tiles: TileCache): Promise<string> {
  return formatProof({ index, hashes: await hashes(inclusionRanges(index, size), size, tiles), checkpoint })
}

/** RFC 6962 §2.1.2: that the tree of `size` begins with that of `before`; nothing is needed to say so of an empty one. */
export async function consistencyOf(before: number, size: number, tiles: TileCache): Promise<Hash[]> {
  return before === 0 ? [] : hashes(consistencyRanges(before, size), size, tiles)
}
