/** A log's tree in memory (RFC 6962 §2.1) and its checkpoint (a signed note, C2SP tlog-checkpoint). */
import { sign, type KeyObject } from 'node:crypto'
import { sha256 } from './certificate.ts'

export class Tree {
  readonly #leaves: Buffer[] = []

  get size(): number {
    return this.#leaves.length
  }

  /** The index of the new leaf. */
  add(leaf: Uint8Array): number {
    return this.#leaves.push(leafHash(leaf)) - 1
  }

  root(from = 0, to = this.size): Buffer {
    const leaf = this.#leaves[from]
    if (leaf === undefined) return sha256('')
    if (to - from === 1) return leaf
    const middle = from + split(to - from)
    return sha256(Buffer.from([1]), this.root(from, middle), this.root(middle, to))
  }

  /** The audit path of a leaf, from below. */
  path(index: number, from = 0, to = this.size): Buffer[] {
    if (to - from <= 1) return []
    const middle = from + split(to - from)
    return index < middle
      ? [...this.path(index, from, middle), this.root(middle, to)]
      : [...this.path(index, middle, to), this.root(from, middle)]
  }
}

export const leafHash = (leaf: Uint8Array): Buffer => sha256(Buffer.from([0]), leaf)

/** The largest power of two below `n`. */
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1))

export interface Signer {
  /** The host of the log. */
  readonly name: string
  readonly keyId: Buffer
  readonly privateKey: KeyObject
}

export function checkpoint(origin: string, tree: Tree, { name, keyId, privateKey }: Signer): string {
  const note = `${origin}\n${tree.size}\n${tree.root().toString('base64')}\n`
  const signature = sign(privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', Buffer.from(note), privateKey)
  return `${note}\n\u2014 ${name} ${Buffer.concat([keyId.subarray(0, 4), signature]).toString('base64')}\n`
}
