/** ECDSA on P-256 over a digest (FIPS 186-5 §6.4.2): Node verifies signatures of whole texts only. */
import type { KeyObject } from 'node:crypto'

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const G: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
]

/** Null at infinity. */
type Point = readonly [x: bigint, y: bigint] | null

export function isSignatureOfDigest(digest: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  const { crv, x = '', y = '' } = key.export({ format: 'jwk' })
  const values = integersOf(Buffer.from(signature))
  if (crv !== 'P-256' || values === null) return false
  const [r, s] = values
  if (r <= 0n || r >= N || s <= 0n || s >= N) return false
  const inverse = power(s, N - 2n, N)
  const u = (numberOf(digest) * inverse) % N
  const v = (r * inverse) % N
  const point = add(times(u, G), times(v, [numberOf(Buffer.from(x, 'base64url')), numberOf(Buffer.from(y, 'base64url'))]))
  return point !== null && point[0] % N === r
}

/** `SEQUENCE { r INTEGER, s INTEGER }`, each of less than 128 bytes. */
function integersOf(der: Buffer): readonly [bigint, bigint] | null {
  const size = der[3] ?? 0
  const isForm = der[0] === 0x30 && der[1] === der.length - 2 && der[2] === 0x02 && der[4 + size] === 0x02
  if (!isForm || der[5 + size] !== der.length - 6 - size) return null
  return [numberOf(der.subarray(4, 4 + size)), numberOf(der.subarray(6 + size))]
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).toString('hex')}`)

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus]
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function add(a: Point, b: Point): Point {
  if (a === null || b === null) return a ?? b
  const isSame = a[0] === b[0]
  if (isSame && (a[1] !== b[1] || a[1] === 0n)) return null
  const [rise, run] = isSame ? [3n * (a[0] * a[0] - 1n), 2n * a[1]] : [b[1] - a[1], b[0] - a[0]]
  const slope = modulo(rise * power(modulo(run), P - 2n, P))
  const x = modulo(slope * slope - a[0] - b[0])
  return [x, modulo(slope * (a[0] - x) - a[1])]
}

const modulo = (value: bigint): bigint => ((value % P) + P) % P

function times(factor: bigint, point: Point): Point {
  let [result, doubled]: [Point, Point] = [null, point]
  for (let left = factor; left > 0n; left >>= 1n) {
    if (left & 1n) result = add(result, doubled)
    doubled = add(doubled, doubled)
  }
  return result
}
