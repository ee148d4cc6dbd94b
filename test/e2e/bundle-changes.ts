/** Bundles that verify, ways to alter a member of one, and what must then be said of it. */
import assert from 'node:assert/strict'
import { put, valueAt, type Place } from '../json-places.ts'
import { standing, vectorNamed } from '../vector-standing.ts'

export const NAMES = [
  'workflow-rekor1', 'workflow-rekor1-tsa', 'workflow-rekor2-tsa', 'person-rekor2-tsa',
  'p256', 'p256-rekor1', 'p256-rekor1-tsa', 'p256-rekor2-tsa', 'ed25519', 'ed25519-tsa',
] // prettier-ignore
export const VECTORS = new Map(NAMES.map((name) => [name, vectorNamed(name)]))
export const bundleOf = (name: string): string => VECTORS.get(name)?.bundle ?? assert.fail(name)

/** By the member that is altered: which codes say so. The outer members count for what is within. */
const CODES: readonly (readonly [place: RegExp, codes: readonly string[]])[] = [
  [/^mediaType/, ['BUNDLE_INVALID']],
  [/^verificationMaterial$/, ['BUNDLE_INVALID', 'LOG_ENTRY_INVALID', 'SIGNATURE_INVALID', 'TIMESTAMP_INVALID', 'SIGNER_UNTRUSTED']],
  [/^verificationMaterial\/certificate/, ['BUNDLE_INVALID', 'CERTIFICATE_INVALID', 'LOG_ENTRY_INVALID']],
  [/^verificationMaterial\/publicKey/, ['BUNDLE_INVALID', 'SIGNER_UNTRUSTED', 'SIGNATURE_INVALID', 'LOG_ENTRY_INVALID']],
  // Without the log, nothing says the time that a certificate needs, or the time that its promise covers is another.
  [/^verificationMaterial\/tlogEntries/, ['BUNDLE_INVALID', 'LOG_ENTRY_INVALID', 'TIMESTAMP_INVALID', 'CERTIFICATE_INVALID']],
  [/^verificationMaterial\/timestampVerificationData/, ['BUNDLE_INVALID', 'TIMESTAMP_INVALID']],
  // The last one: the same key has signed another statement.
  [/^dsseEnvelope/, ['BUNDLE_INVALID', 'SIGNATURE_INVALID', 'LOG_ENTRY_INVALID', 'TIMESTAMP_INVALID', 'SIGNATURE_OTHER_POLICY']],
]

interface Benign {
  readonly why: string
  readonly bundle: (name: string) => boolean
  readonly place: RegExp
  readonly change: RegExp
}

/** What may pass. */
const BENIGN: readonly Benign[] = [
  {
    why: 'a signature by a key needs neither log nor time, unless the policy asks for them',
    bundle: (name) => name.startsWith('ed25519'),
    place: /^verificationMaterial\/(?:tlogEntries(?:\/0)?|timestampVerificationData(?:\/rfc3161Timestamps(?:\/0)?)?)$/,
    change: /^(?:removed|empty|null)$/,
  },
  {
    why: 'the log says the time too, and one time is enough, unless the policy asks for more',
    bundle: (name) => name.endsWith('-rekor1-tsa'),
    place: /^verificationMaterial\/timestampVerificationData(?:\/rfc3161Timestamps(?:\/0)?)?$/,
    change: /^(?:removed|empty|null)$/,
  },
  {
    why: "protobuf's JSON leaves a zero out",
    bundle: () => true,
    place: /\/logIndex$/,
    change: /^removed$/,
  },
]

type Change = readonly [how: string, text: string]

/** What is tried at a place: other values of its kind and of others. */
export function* changesAt(text: string, place: Place): Generator<Change> {
  const value = valueAt(JSON.parse(text), place)
  yield ['removed', put(text, place, undefined)]
  yield ['null', put(text, place, null)]
  yield ['a number', put(text, place, 1)]
  if (typeof value === 'object') {
    yield ['empty', put(text, place, Array.isArray(value) ? [] : {})]
    yield ['a text', put(text, place, '')]
    if (Array.isArray(value)) yield ['doubled', put(text, place, [...value, ...value])]
    else yield ['with one more', put(text, place, { ...value, more: '' })]
    return
  }
  const leaf = typeof value === 'string' ? value : JSON.stringify(value)
  yield ['a list', put(text, place, [leaf])]
  yield ['empty', put(text, place, '')]
  yield ['longer', put(text, place, `${leaf}A`)]
  yield ['cut', put(text, place, leaf.slice(0, -1))]
  yield [
    'in other case',
    put(
      text,
      place,
      leaf.replace(/[a-z]/i, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase())),
    ),
  ]
  yield [
    'another number',
    put(
      text,
      place,
      leaf.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)),
    ),
  ]
  const bytes = Buffer.from(leaf, 'base64')
  if (bytes.length < 16 || bytes.toString('base64') !== leaf) return
  for (const at of [0, 1, bytes.length >> 1, bytes.length - 2, bytes.length - 1])
    yield ['another bit', put(text, place, flipped(bytes, at, 0))]
}

export function flipped(bytes: Buffer, at: number, bit: number): string {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ (1 << bit)
  return copy.toString('base64')
}

/** Fails where a change passes that is not in the table, or is refused for another reason. */
export function checkBundle(name: string, place: Place, how: string, bundle: string): void {
  // Signatures with Ed25519 are the same each time, so parts of two bundles can be those of one.
  if (NAMES.some((one) => bundle === bundleOf(one))) return
  const path = place.join('/')
  const outcome = standing({ ...VECTORS.get(name), bundle })
  const where = `${name}: ${path}: ${how}: ${outcome}`
  if (outcome === 'signed')
    assert.ok(
      BENIGN.some((one) => one.bundle(name) && one.place.test(path) && one.change.test(how)),
      where,
    )
  else assert.ok(CODES.find(([one]) => one.test(path))?.[1].includes(outcome), where)
}
