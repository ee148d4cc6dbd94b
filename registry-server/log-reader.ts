/** Proofs out of stored tiles. */
import {
  consistencyRanges,
  formatProof,
  HASH_BYTES,
  hashRange,
  inclusionRanges,
  tileOf,
  type Hash,
  type Node,
  type Range,
  type SignedHead,
  type Tile,
} from '../core/registry/index.ts'
import type { TileCache } from './tile-cache.ts'

export type LogReader = {
  /** A C2SP tlog-proof of a record in a head. */
  readonly proofOf: (index: number, head: Pick<SignedHead, 'size' | 'checkpoint'>) => Promise<string>
  /** RFC 6962 §2.1.2: that the tree of `size` begins with that of `before`; nothing is needed to say so of an empty one. */
  readonly consistencyOf: (before: number, size: number) => Promise<Hash[]>
}

export function logReader(tiles: TileCache): LogReader {
  /** By where they start, the hashes of the ranges that reach to the end of a tree of this size: many proofs share them. */
  let edge = { size: 0, hashes: new Map<number, Hash>() }

  async function hashesOf(ranges: readonly Range[], size: number): Promise<Hash[]> {
    for (;;) {
      const missing: Tile[] = []
      const hashes = ranges.map((range) => known(range, size) ?? hashRange(range, (node) => hashOf(node, size, missing)))
      if (missing.length > 0) {
        await Promise.all(missing.map(tiles.load))
        continue
      }
      if (edge.size !== size) edge = { size, hashes: new Map() }
      for (const [i, { start, end }] of ranges.entries()) if (end === size) edge.hashes.set(start, hashes[i] as Hash) // as many
      return hashes
    }
  }

  function known({ start, end }: Range, size: number): Hash | undefined {
    return end === size && edge.size === size ? edge.hashes.get(start) : undefined
  }

  function hashOf(node: Node, size: number, missing: Tile[]): Hash {
    const tile = tileOf(node, size)
    const kept = tiles.kept(tile)
    if (kept !== undefined) return kept(node)
    missing.push(tile)
    return NOT_READ
  }

  return {
    proofOf: async (index, { size, checkpoint }) =>
      formatProof({ index, hashes: await hashesOf(inclusionRanges(index, size), size), checkpoint }),
    consistencyOf: async (before, size) => (before === 0 ? [] : hashesOf(consistencyRanges(before, size), size)),
  }
}

/** In the place of a hash, until its tile was read. */
const NOT_READ: Hash = new Uint8Array(HASH_BYTES)
