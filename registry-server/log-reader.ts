/** Roots and proofs out of stored tiles. */
import {
  formatProof,
  hashInTile,
  hashRange,
  inclusionRanges,
  tileOf,
  tilesFor,
  type Hash,
  type Node,
  type Range,
} from '../core/registry/index.ts'
import type { Head, Store } from './store.ts'

type Tiles = Pick<Store, 'tile'>

/** The hashes of ranges in a tree of `size`, or of any size above it. */
async function hashes(ranges: readonly Range[], size: number, { tile }: Tiles): Promise<(node: Node) => Hash> {
  const wanted = tilesFor(ranges, size)
  const read = await Promise.all(wanted.map(async ({ level, index }) => [`${level}/${index}`, await tile(level, index)] as const))
  const tiles = new Map(read)
  return (node) => {
    const { level, index } = tileOf(node, size)
    const bytes = tiles.get(`${level}/${index}`)
    if (bytes === undefined || bytes === null) throw new Error(`the store has no tile ${level}/${index}`)
    return hashInTile(node, bytes)
  }
}

/** A C2SP tlog-proof of a record in a head. @param checkpoint the head, signed */
export async function proofOf(index: number, { size }: Pick<Head, 'size'>, checkpoint: string, tiles: Tiles): Promise<string> {
  const ranges = inclusionRanges(index, size)
  const hashOf = await hashes(ranges, size, tiles)
  return formatProof({ index, hashes: ranges.map((range) => hashRange(range, hashOf)), checkpoint })
}
