/** Tiles of a log (C2SP tlog-tiles): where hashes and records stand, and what is read of them for a root or a proof. */
import { HASH_BYTES, nodeHash, nodesOf, type Hash, type Node, type Range } from './tree.ts'

/** Hashes in a full tile; a tile covers eight levels. */
export const TILE_WIDTH = 256
export const TILE_HEIGHT = 8

/** `width` is below 256 only at the right edge of a tree. */
export type Tile = { readonly level: number; readonly index: number; readonly width: number }

/** `tile/0/x001/234`, `tile/1/000.p/17`; of the records themselves `tile/entries/…`. */
export function tilePath({ level, index, width }: Tile, kind: 'hashes' | 'entries' = 'hashes'): string {
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`
  return `tile/${kind === 'entries' ? 'entries' : level}/${indexPath(index)}${partial}`
}

/** The mirror of `tilePath`; null for anything that it does not write. */
export function parseTilePath(path: string): { readonly tile: Tile; readonly kind: 'hashes' | 'entries' } | null {
  const [, place, digits, last, width] =
    /^tile\/(entries|\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/)*)(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? []
  if (place === undefined || last === undefined) return null
  const index = Number(`${(digits ?? '').replaceAll(/[x/]/g, '')}${last}`)
  const tile = { level: place === 'entries' ? 0 : Number(place), index, width: width === undefined ? TILE_WIDTH : Number(width) }
  const kind = place === 'entries' ? 'entries' : 'hashes'
  return Number.isSafeInteger(index) && tilePath(tile, kind) === path ? { tile, kind } : null
}

/** Groups of three digits, all but the last with an `x`. */
function indexPath(index: number): string {
  const groups = String(index)
    .padStart(Math.ceil(String(index).length / 3) * 3, '0')
    .match(/\d{3}/g) as string[] // at least one digit was padded to three
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
}

/** How many hashes a tree of `size` has at a tile's level and place; 0 where it has no such tile. */
export function widthAt(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level)
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH))
}

/** The tile that has a node's hash, or those below it, in a tree of `size`. */
export function tileOf({ level, index }: Node, size: number): Tile {
  const tileLevel = Math.floor(level / TILE_HEIGHT)
  const tileIndex = Math.floor((index * 2 ** (level % TILE_HEIGHT)) / TILE_WIDTH)
  return { level: tileLevel, index: tileIndex, width: widthAt(tileLevel, tileIndex, size) }
}

/** The tiles, each once, that the hashes of these ranges are computed from. */
export function tilesFor(ranges: readonly Range[], size: number): Tile[] {
  const tiles = ranges.flatMap(nodesOf).map((node) => tileOf(node, size))
  return [...new Map(tiles.map((tile) => [placeOf(tile), tile])).values()]
}

/** A number of its own for each tile of a tree: its level is below 64. */
export function placeOf({ level, index }: Pick<Tile, 'level' | 'index'>): number {
  return index * 64 + level
}

/** The hash of a node out of the bytes of its tile. */
export function hashInTile({ level, index }: Node, bytes: Uint8Array): Hash {
  const below = level % TILE_HEIGHT
  const first = (index * 2 ** below) % TILE_WIDTH
  return subtree(bytes, first, 2 ** below)
}

function subtree(bytes: Uint8Array, first: number, count: number): Hash {
  if (count === 1) return bytes.subarray(first * HASH_BYTES, (first + 1) * HASH_BYTES)
  return nodeHash(subtree(bytes, first, count / 2), subtree(bytes, first + count / 2, count / 2))
}
