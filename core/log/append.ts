/** Growing a log: which tiles change when leaves are added, and the new root. */
import { hashInTile, TILE_WIDTH, tileOf } from './tile.ts'
import { HASH_BYTES, nodeHash, rootOf, type Hash } from './tree.ts'

/** The bytes of a tile as far as it is filled: a partial tile is the beginning of the full one. */
export type TileBytes = { readonly level: number; readonly index: number; readonly bytes: Uint8Array }

export type Grown = { readonly size: number; readonly root: Hash; /** New or longer than before. */ readonly tiles: readonly TileBytes[] }

/** The tiles at the right edge of a tree of `size`: what `grow` needs to be read before it. */
export function edgeTiles(size: number): { readonly level: number; readonly index: number }[] {
  const tiles: { level: number; index: number }[] = []
  for (let level = 0, hashes = size; hashes > 0; level++) {
    tiles.push({ level, index: Math.floor(hashes / TILE_WIDTH) })
    hashes = Math.floor(hashes / TILE_WIDTH)
  }
  return tiles
}

/**
 * A tree of `size` leaves with more of them.
 * @param edge the bytes of `edgeTiles(size)` that are not empty
 */
export function grow(size: number, leaves: readonly Hash[], edge: readonly TileBytes[]): Grown {
  const tiles = new Map<string, TileBytes>(edge.map((tile) => [`${tile.level}/${tile.index}`, tile]))
  const changed = new Map<string, TileBytes>()
  let count = size
  let added: readonly Hash[] = leaves
  for (let level = 0; added.length > 0; level++) {
    const full: Hash[] = []
    for (let at = 0; at < added.length;) {
      const index = Math.floor(count / TILE_WIDTH)
      const key = `${level}/${index}`
      const room = TILE_WIDTH - (count % TILE_WIDTH)
      const part = added.slice(at, at + room)
      const before = tiles.get(key)?.bytes.subarray(0, (count % TILE_WIDTH) * HASH_BYTES) ?? new Uint8Array()
      const tile = { level, index, bytes: Buffer.concat([before, ...part]) }
      tiles.set(key, tile)
      changed.set(key, tile)
      if (part.length === room) full.push(tileRoot(tile.bytes))
      count += part.length
      at += part.length
    }
    // The level above has one hash for each tile that was full before.
    count = Math.floor(size / TILE_WIDTH ** (level + 1))
    added = full
  }
  const grown = size + leaves.length
  const root = rootOf(grown, (node) => {
    const { level, index } = tileOf(node, grown)
    const tile = tiles.get(`${level}/${index}`)
    if (tile === undefined) throw new Error(`no tile ${level}/${index} at the edge of ${size}`)
    return hashInTile(node, tile.bytes)
  })
  return { size: grown, root, tiles: [...changed.values()] }
}

/** The hash that stands for a full tile in the level above. */
function tileRoot(bytes: Uint8Array): Hash {
  return nodeHash(hashInTile({ level: 7, index: 0 }, bytes), hashInTile({ level: 7, index: 1 }, bytes))
}
