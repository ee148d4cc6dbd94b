/** DER as X.509, CMS and RFC 3161 need it: one function a type, from a value to its bytes (X.690 §10). */

export function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => tagged(0x30, ...items)
/** §11.6: the elements of a set are in the order of their bytes. */
export const set = (...items: readonly Uint8Array[]): Buffer => tagged(0x31, ...items.toSorted((a, b) => Buffer.compare(a, b)))
export const explicit = (number: number, ...items: readonly Uint8Array[]): Buffer => tagged(0xa0 + number, ...items)
export const octets = (bytes: Uint8Array): Buffer => tagged(0x04, bytes)
export const bits = (bytes: Uint8Array, unused = 0): Buffer => tagged(0x03, Buffer.from([unused]), bytes)
export const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text))
export const TRUE = tagged(0x01, Buffer.from([0xff]))

/** Not negative. */
export function integer(value: bigint | number | Uint8Array): Buffer {
  const hex = typeof value === 'object' ? Buffer.from(value).toString('hex') : value.toString(16)
  const bytes = Buffer.from(hex.replace(/^(?:00)+(?=..)/, '').padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return tagged(0x02, (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 127]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left & 127) | 128)
    return digits
  })
  return tagged(0x06, Buffer.from(bytes))
}

/** Whole seconds, as certificates (RFC 5280 §4.1.2.5.2) and Go's timestamp authority have them. */
export function generalizedTime(milliseconds: number): Buffer {
  return tagged(0x18, Buffer.from(digits(milliseconds)))
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049. */
export function time(milliseconds: number): Buffer {
  const text = digits(milliseconds)
  return text < '2050' ? tagged(0x17, Buffer.from(text.slice(2))) : generalizedTime(milliseconds)
}

const digits = (milliseconds: number): string => `${new Date(milliseconds).toISOString().replace(/\.\d+Z|\D/g, '')}Z`
