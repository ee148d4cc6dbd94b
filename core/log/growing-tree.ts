/** A tree in memory with all its complete subtrees: the root at any size that it had. */
import { nodeHash, rootOf, type Hash, type Node } from './tree.ts'

export type GrowingTree = {
  readonly add: (leaf: Hash) => void
  readonly size: () => number
  /** @param size at most what it has */
  readonly rootAt: (size: number) => Hash
  /** Of a complete subtree. */
  readonly hashOf: (node: Node) => Hash
}

export function growingTree(): GrowingTree {
  const levels: Hash[][] = [[]]
  const hashOf = ({ level, index }: Node): Hash => {
    const hash = levels[level]?.[index]
    if (hash === undefined) throw new Error(`the tree has no subtree ${level}/${index}`)
    return hash
  }
  return {
    add: (leaf) => {
      let hash = leaf
      for (let level = 0; ; level++) {
        const hashes = (levels[level] ??= [])
        hashes.push(hash)
        if (hashes.length % 2 === 1) return
        hash = nodeHash(hashOf({ level, index: hashes.length - 2 }), hash)
      }
    },
    size: () => levels[0]?.length ?? 0,
    rootAt: (size) => rootOf(size, hashOf),
    hashOf,
  }
}
