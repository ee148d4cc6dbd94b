/**
 * Mutated bundles, the same for the same seed, and what `verify` says of them. Each says something else than the bundle
 * it was made from: changes that leave the meaning as it was (white space, a proof that nobody asked for) are not made.
 */
import { placesOf, put, valueAt, type Place } from './json-places.ts'
import { tagged } from './sigstore/der.ts'
import { vectorNamed } from './vector-standing.ts'

/** Bundles that hold, of different signers: what one has fits into no other. */
export const VALID = ['workflow-rekor1', 'workflow-rekor2-tsa', 'person-rekor1', 'person-rekor2-tsa', 'p256', 'ed25519-tsa'].map(
  (name) => vectorNamed(name).bundle,
)

export interface Mutation {
  readonly kind: string
  readonly text: string
}

type Random = (below: number) => number

export function* mutations(seed: number, count: number): Generator<Mutation> {
  const random = mulberry32(seed)
  const kinds = Object.entries(KINDS)
  for (let made = 0; made < count;) {
    const [kind, mutate] = kinds[random(kinds.length)] ?? ['', undefined]
    const text = pick(VALID, random)
    const mutated = mutate?.(text, random)
    if (mutated === undefined || VALID.includes(mutated)) continue
    made++
    yield { kind, text: mutated }
  }
}

const KINDS: { readonly [kind: string]: (text: string, random: Random) => string | undefined } = {
  'a bit of the text': (text, random) => {
    const at = random(text.length)
    return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << random(7))) + text.slice(at + 1)
  },
  'a cut text': (text, random) => text.slice(0, random(text.length)),
  'a text within': (text, random) => text.slice(0, random(text.length)) + text.slice(random(text.length)),
  'a bit of some bytes': (text, random) =>
    ofBytes(text, random, (bytes) => {
      const at = random(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8))
      return bytes
    }),
  'cut bytes': (text, random) => ofBytes(text, random, (bytes) => bytes.subarray(0, random(bytes.length))),
  'more bytes': (text, random) => ofBytes(text, random, (bytes) => Buffer.concat([bytes, Buffer.alloc(1 + random(64), random(256))])),
  'bytes of DER': (text, random) => ofBytes(text, random, () => pick(HARD, random)(random)),
  "another bundle's member": (text, random) => {
    const other: unknown = JSON.parse(pick(VALID, random))
    const place = pick(placesOf(JSON.parse(text)), random)
    const instead = valueAt(other, place)
    return instead === undefined ? undefined : put(text, place, instead)
  },
  'no member': (text, random) => put(text, pick(placesOf(JSON.parse(text)).filter(isNeeded), random), undefined),
  'another value': (text, random) => put(text, pick(placesOf(JSON.parse(text)).filter(isNeeded), random), pick(VALUES, random)),
  'another number': (text, random) => {
    const places = placesOf(JSON.parse(text)).filter((place) => NUMBERS.includes(place.at(-1) ?? ''))
    return places.length === 0 ? undefined : put(text, pick(places, random), String(random(2 ** 31) * 2 ** random(30)))
  },
  'a giant text': (text, random) => put(text, pick(placesOf(JSON.parse(text)), random), 'A'.repeat(4 ** (2 + random(8)))),
  'many of them': (text, random) => {
    const lists = placesOf(JSON.parse(text)).filter((place) => place.at(-1) === 0)
    const place = pick(lists, random)
    return put(
      text,
      place.slice(0, -1),
      Array.from({ length: pick([2, 3, 500], random) }, () => valueAt(JSON.parse(text), place)),
    )
  },
  'deep JSON': (text, random) => put(text, pick(placesOf(JSON.parse(text)), random), nestedJson(1 + random(2000))),
}

const VALUES: readonly unknown[] = [null, true, 0, -1, 1e300, '', '0', '\0', '__proto__', 'constructor', [], {}, [[]], { constructor: 1 }]
const NUMBERS: readonly (string | number)[] = ['logIndex', 'treeSize', 'integratedTime']

/** Logs and timestamps as a whole: a signature by a key needs none, so none of them missing is no fault. */
const UNNEEDED = /^verificationMaterial,(?:tlogEntries|timestampVerificationData(?:,rfc3161Timestamps)?)(?:,\d+)?$/
const isNeeded = (place: Place): boolean => place.length > 0 && !UNNEEDED.test(place.join())

/** DER that is hard on a parser. */
const HARD: readonly ((random: Random) => Buffer)[] = [
  (random) => nested(0x30, 1 + random(3000)),
  (random) => nested(0x04, 1 + random(3000)),
  (random) => nested(0xa0, 99 + random(4)),
  (random) => tagged(0x30, Buffer.concat(Array.from({ length: random(7000) }, () => Buffer.from([0x30, 0])))),
  (random) => tagged(0x30, tagged(0x06, Buffer.alloc(random(15_000), 0xff))),
  (random) => tagged(0x30, tagged(0x02, Buffer.alloc(random(15_000), 0x7f))),
  (random) => Buffer.alloc(random(16_000), 0x30),
]

function nested(tag: number, depth: number): Buffer {
  let value: Buffer = Buffer.alloc(0)
  for (let i = 0; i < depth; i++) value = tagged(tag, value)
  return value
}

function nestedJson(depth: number): unknown {
  let value: unknown = 0
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

function ofBytes(text: string, random: Random, change: (bytes: Buffer) => Buffer): string {
  const bundle: unknown = JSON.parse(text)
  const leaves = placesOf(bundle).filter((place) => BYTES.includes(place.findLast((key) => typeof key === 'string') ?? ''))
  const place = pick(
    leaves.filter((leaf) => typeof valueAt(bundle, leaf) === 'string'),
    random,
  )
  return put(text, place, change(Buffer.from(String(valueAt(bundle, place)), 'base64')).toString('base64'))
}

const BYTES: readonly (string | number)[] = [
  'rawBytes', 'hint', 'keyId', 'signedEntryTimestamp', 'rootHash', 'hashes', 'canonicalizedBody', 'signedTimestamp', 'payload', 'sig',
] // prettier-ignore

function pick<T>(list: readonly T[], random: Random): T {
  return list[random(list.length)] as T // no list here is empty
}

/** A small generator of good numbers (Tommy Ettinger, public domain). */
function mulberry32(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
