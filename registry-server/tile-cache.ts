/** Tiles of a log with all their hashes, in memory: a proof out of raw tiles hashes each of them again. */
import { LRUCache } from 'lru-cache'
import { EXPANDED_BYTES, expandTile, HASH_BYTES, placeOf, TILE_WIDTH, type Hash, type Node, type Tile } from '../core/registry/index.ts'
import type { Store } from './store.ts'

/** The hashes of a tile of some width, whatever was added since. */
type ExpandedTile = (node: Node) => Hash

export type TileCache = {
  readonly kept: (tile: Tile) => ExpandedTile | undefined
  /** Reads one from the store, and keeps it. */
  readonly load: (tile: Tile) => Promise<void>
}

/** Enough for the tiles of a million records. */
const MAX_BYTES = 64 * 1024 * 1024

export function tileCache({ tile: read }: Pick<Store, 'tile'>): TileCache {
  const kept = new LRUCache<number, ExpandedTile>({ max: Math.floor(MAX_BYTES / EXPANDED_BYTES) })
  return {
    kept: (tile) => kept.get(keyOf(tile)),
    load: async (tile) => {
      if (kept.has(keyOf(tile))) return
      const { level, index, width } = tile
      const bytes = await read(level, index)
      if (bytes === null) throw new Error(`the store has no tile ${level}/${index}`)
      kept.set(keyOf(tile), expandTile(bytes.subarray(0, width * HASH_BYTES)))
    },
  }
}

function keyOf(tile: Tile): number {
  return placeOf(tile) * TILE_WIDTH + tile.width - 1
}
