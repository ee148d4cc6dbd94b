/** DER by the tags that it must have. */
import type { ASN1Obj } from '@sigstore/core'

/** X.690 §8.1.2, and [0] of a context. */
export const [INTEGER, BIT_STRING, OCTETS, OID, SEQUENCE, SET, TAGGED] = [0x02, 0x03, 0x04, 0x06, 0x30, 0x31, 0xa0] as const

/** The parts of an object that must have exactly these tags. Throws a plain error otherwise. */
export function parts<Tags extends readonly number[]>(
  object: ASN1Obj | undefined,
  tag: number,
  ...tags: Tags
): { [index in keyof Tags]: ASN1Obj } {
  const subs = object?.subs ?? []
  if (object?.tag.toDER() !== tag || subs.length !== tags.length || !tags.every((one, i) => subs[i]?.tag.toDER() === one))
    throw new Error('other tags than expected')
  return subs as { [index in keyof Tags]: ASN1Obj } // as many as there are tags
}
