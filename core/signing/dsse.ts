/** DSSE envelopes as ours: what a signature covers (DSSE v1, protocol.md). */

/** The payload type of in-toto statements. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** PAE(type, payload): the bytes that are signed. */
export function pae(payloadType: string, payload: Uint8Array): Buffer<ArrayBuffer> {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}
