/** Tiles of a log with all their hashes, in memory: a proof out of raw tiles hashes each of them again. */
import { LRUCache } from 'lru-cache'
import { EXPANDED_BYTES, expandTile, HASH_BYTES, type Hash, type Node, type Tile } from '../core/registry/index.ts'
import type { Store } from './store.ts'

type ExpandedTile = (node: Node) => Hash
/** The hashes of a tile of this width, whatever was added since. */
export type TileCache = (tile: Tile) => Promise<ExpandedTile>

/** Enough for the tiles of a million records. */
const MAX_BYTES = 64 * 1024 * 1024

export function tileCache({ tile: read }: Pick<Store, 'tile'>): TileCache {
  const kept = new LRUCache<string, ExpandedTile>({ max: Math.floor(MAX_BYTES / EXPANDED_BYTES) })
  return async ({ level, index, width }) => {
    const key = `${level}/${index}/${width}`
    const found = kept.get(key)
    if (found !== undefined) return found
    const bytes = await read(level, index)
    if (bytes === null) throw new Error(`the store has no tile ${level}/${index}`)
    const expanded = expandTile(bytes.subarray(0, width * HASH_BYTES))
    kept.set(key, expanded)
    return expanded
  }
}
