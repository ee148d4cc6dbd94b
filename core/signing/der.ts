/**
 * DER of @sigstore/core's values (X.690 §10.1), in the place of its own writer, which takes four buffers of a kilobyte for each
 * of a certificate's hundred values, and is called for every comparison of two certificates: a third of the time that a process
 * takes to verify its first bundle.
 */
import { ASN1Obj } from '@sigstore/core'

export { ASN1Obj }

ASN1Obj.prototype.toDER = function toDER(): Buffer {
  const content = this.subs.length === 0 ? this.value : Buffer.concat(this.subs.map((sub) => sub.toDER()))
  return Buffer.concat([Buffer.of(this.tag.toDER(), ...lengthOf(content)), content])
}

/** X.690 §8.1.3, in as few octets as it takes. */
function lengthOf({ length }: Uint8Array): number[] {
  if (length < 0x80) return [length]
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 0x100)) octets.unshift(rest % 0x100)
  return [0x80 | octets.length, ...octets]
}
