/**
 * A Merkle tree of records as RFC 6962 defines it: which subtrees make a root or a proof, and whether a proof holds.
 * Sizes and indexes are whole numbers below 2^53; hashes have 32 bytes.
 */
const { createHash, hash } = process.getBuiltinModule('node:crypto')

export type Hash = Uint8Array

/** The complete subtree of the 2^level leaves from `index * 2^level` on. */
export type Node = { readonly level: number; readonly index: number }

/** The leaves from `start` to before `end`; `start` is a multiple of the largest power of two below their number. */
export type Range = { readonly start: number; readonly end: number }

export const HASH_BYTES = 32

/** RFC 6962 §2.1: the hash of a leaf. */
export function leafHash(record: Uint8Array): Hash {
  return createHash('sha256').update(LEAF).update(record).digest()
}

/** RFC 6962 §2.1: the hash of an inner node. */
export function nodeHash(left: Hash, right: Hash): Hash {
  inner.set(left, 1)
  inner.set(right, 1 + HASH_BYTES)
  return hash('sha256', inner, 'buffer')
}

const LEAF = Uint8Array.of(0)
/** What is hashed, each time anew; in one piece it takes two thirds of the time. */
const inner = Uint8Array.of(1, ...new Uint8Array(2 * HASH_BYTES))

/** The root of a tree without leaves: SHA-256 of nothing. */
function emptyRoot(): Hash {
  return createHash('sha256').digest()
}

/** The complete subtrees that a range consists of, the largest first. */
export function nodesOf({ start, end }: Range): Node[] {
  const nodes: Node[] = []
  for (let at = start; at < end;) {
    const level = levelWithin(end - at)
    nodes.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return nodes
}

/** The hash of a range that is not empty, from those of its subtrees. */
export function hashRange(range: Range, hashOf: (node: Node) => Hash): Hash {
  return nodesOf(range)
    .map(hashOf)
    .reduceRight((right, left) => nodeHash(left, right))
}

/** The root of the first `size` leaves. */
export function rootOf(size: number, hashOf: (node: Node) => Hash): Hash {
  return size === 0 ? emptyRoot() : hashRange({ start: 0, end: size }, hashOf)
}

/** RFC 6962 §2.1.1: the ranges whose hashes prove that a leaf is in a tree of `size`, the nearest first. */
export function inclusionRanges(index: number, size: number): Range[] {
  const ranges: Range[] = []
  for (let start = 0, end = size; end - start > 1;) {
    const middle = start + split(end - start)
    ranges.push(index < middle ? { start: middle, end } : { start, end: middle })
    if (index < middle) end = middle
    else start = middle
  }
  return ranges.toReversed()
}

/** RFC 6962 §2.1.2: the ranges whose hashes prove that a tree of `size` begins with the one of `before` leaves, `0 < before <= size`. */
export function consistencyRanges(before: number, size: number): Range[] {
  const ranges: Range[] = []
  let start = 0
  let end = size
  while (before < end) {
    const middle = start + split(end - start)
    ranges.push(before <= middle ? { start: middle, end } : { start, end: middle })
    if (before <= middle) end = middle
    else start = middle
  }
  // The old root itself is known to whoever asks, unless it is not one subtree.
  if (start > 0) ranges.push({ start, end })
  return ranges.toReversed()
}

/** The largest power of two below `size`, which is at least 2. */
function split(size: number): number {
  return 2 ** levelWithin(size - 1)
}

/** The largest n with 2^n <= size. A logarithm is not exact: just below a power of two it may be that of the power. */
function levelWithin(size: number): number {
  const level = Math.floor(Math.log2(size))
  return 2 ** level <= size ? level : level - 1
}

/** RFC 9162 §2.1.3.2: whether a proof says that a leaf is the one at `index` of the tree of `size` with this root. */
export function checkInclusion(leaf: Hash, index: number, size: number, proof: readonly Hash[], root: Hash): boolean {
  if (!isPlace(index, size) || index >= size) return false
  const ranges = inclusionRanges(index, size)
  if (proof.length !== ranges.length) return false
  const computed = ranges.reduce((hash, { start }, i) => {
    const sibling = proof[i] as Hash // as many as ranges
    return start > index ? nodeHash(hash, sibling) : nodeHash(sibling, hash)
  }, leaf)
  return isEqual(computed, root)
}

/** RFC 9162 §2.1.4.2: whether a proof says that the tree of `size` begins with that of `before`. */
export function checkConsistency(before: number, size: number, proof: readonly Hash[], oldRoot: Hash, root: Hash): boolean {
  if (!isPlace(before, size) || before > size) return false
  if (before === 0) return proof.length === 0 && isEqual(oldRoot, emptyRoot())
  if (before === size) return proof.length === 0 && isEqual(oldRoot, root)
  const ranges = consistencyRanges(before, size)
  if (proof.length !== ranges.length) return false
  // Either the old tree is the first subtree, or the proof begins with the old tree's last.
  const first = ranges[0] as Range // never empty: before < size
  const given = first.start > 0 && first.end === before
  let old = given ? (proof[0] as Hash) : oldRoot
  let now = old
  for (let i = given ? 1 : 0; i < ranges.length; i++) {
    const { start } = ranges[i] as Range
    const hash = proof[i] as Hash
    if (start >= before) now = nodeHash(now, hash)
    else {
      old = nodeHash(hash, old)
      now = nodeHash(hash, now)
    }
  }
  return isEqual(old, oldRoot) && isEqual(now, root)
}

function isPlace(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && size >= 0
}

function isEqual(a: Hash, b: Hash): boolean {
  return a.length === HASH_BYTES && Buffer.compare(a, b) === 0
}
