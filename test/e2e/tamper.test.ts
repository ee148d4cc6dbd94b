/**
 * Every field of bundle, lock, policy and trusted root, changed, removed, and swapped for another's: each change is
 * refused for the right reason, or stands in a table with the reason why it may pass.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placesOf, put, valueAt, type Place } from '../json-places.ts'
import { LOCK, POLICY, ROOT, standing, vectorNamed, type Project } from '../vector-standing.ts'

const NAMES = [
  'workflow-rekor1', 'workflow-rekor1-tsa', 'workflow-rekor2-tsa', 'person-rekor2-tsa',
  'p256', 'p256-rekor1', 'p256-rekor1-tsa', 'p256-rekor2-tsa', 'ed25519', 'ed25519-tsa',
] // prettier-ignore
const VECTORS = new Map(NAMES.map((name) => [name, vectorNamed(name)]))
const bundleOf = (name: string): string => VECTORS.get(name)?.bundle ?? assert.fail(name)

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
function* changesAt(text: string, place: Place): Generator<Change> {
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

function flipped(bytes: Buffer, at: number, bit: number): string {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ (1 << bit)
  return copy.toString('base64')
}

/** Fails where a change passes that is not in the table, or is refused for another reason. */
function checkBundle(name: string, place: Place, how: string, bundle: string): void {
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

for (const name of NAMES) {
  const text = bundleOf(name)
  const places = placesOf(JSON.parse(text))

  test(`${name}: every member and leaf of the bundle`, () => {
    assert.equal(standing({ ...VECTORS.get(name), bundle: text }), 'signed')
    for (const place of places) for (const [how, bundle] of changesAt(text, place)) checkBundle(name, place, how, bundle)
  })

  test(`${name}: members of other bundles`, () => {
    for (const other of NAMES) {
      const from: unknown = JSON.parse(bundleOf(other))
      for (const place of places) {
        const value = valueAt(from, place)
        checkBundle(name, place, value === undefined ? 'removed' : `swapped for that of ${other}`, put(text, place, value))
      }
    }
  })
}

test('no byte of a certificate, a timestamp, a promise, a proof or an entry can be another', () => {
  const name = 'workflow-rekor1-tsa'
  const text = bundleOf(name)
  for (const place of placesOf(JSON.parse(text))) {
    const value = valueAt(JSON.parse(text), place)
    const bytes = typeof value === 'string' && value.length > 60 ? Buffer.from(value, 'base64') : Buffer.alloc(0)
    if (bytes.toString('base64') !== value) continue
    for (let at = 0; at < bytes.length; at++) checkBundle(name, place, `byte ${at}`, put(text, place, flipped(bytes, at, at % 8)))
  }
})

const V2 = bundleOf('workflow-rekor2-tsa')

test('every leaf of the lock', () => {
  for (const place of placesOf(JSON.parse(LOCK))) {
    for (const [how, lock] of changesAt(LOCK, place)) {
      for (const text of [lock, `${JSON.stringify(JSON.parse(lock), null, 2)}\n`])
        if (text !== LOCK)
          assert.match(standing({ bundle: V2, lock: text }), /^(?:LOCK_\w+|SIGNATURE_OTHER_FILE)$/, `${place.join('/')}: ${how}`)
    }
  }
})

test('every leaf of the policy, and every spelling of it', () => {
  const refused = (policy: string, where: string): void =>
    assert.match(
      standing({ bundle: V2, policy }),
      /^(?:POLICY_INVALID|KEY_INVALID|SIGNER_UNTRUSTED|[\w,]*SIGNATURE_OTHER_POLICY|TIMESTAMP_INVALID|LOG_ENTRY_INVALID)$/,
      where,
    )
  for (const place of placesOf(JSON.parse(POLICY)))
    for (const [how, policy] of changesAt(POLICY, place)) refused(policy, `${place.join('/')}: ${how}`)
  for (const spelling of [`${POLICY}\n`, POLICY.trimEnd(), POLICY.replace('{', '{ '), `# a comment\n${POLICY}`])
    refused(spelling, 'spelling')
})

test('the place of lock and policy', () => {
  for (const path of ['x/mcp.lock', 'mcp.lock2', 'MCP.lock', './mcp.lock', '/mcp.lock', ''])
    assert.equal(standing({ bundle: V2, path }).split(',')[0], 'SIGNATURE_OTHER_PATH', path)
})

/** What a trusted root says besides, for people: whose it is, and where it is reached. */
const FOR_PEOPLE = /(?:^|\/)(?:operator|uri|subject(?:\/\w+)?|ctlogs\/\d\/baseUrl)$/

test('every leaf of the trusted root', () => {
  // Only what the bundle uses: what is said of another log does not matter to it.
  const root = put(
    ROOT,
    ['tlogs'],
    (valueAt(JSON.parse(ROOT), ['tlogs']) as { baseUrl: string }[]).filter(({ baseUrl }) => baseUrl.includes('log2026')),
  )
  const stands = (project: Omit<Project, 'bundle'>): string => standing({ bundle: V2, ...project })
  assert.equal(stands({ root }), 'signed')
  const later = '2026-11-02T09:30:01Z'
  const earlier = '2026-11-02T09:29:59Z'
  for (const place of placesOf(JSON.parse(root))) {
    const path = place.join('/')
    const changes = path.endsWith('/start') ? [['later', put(root, place, later)] as const] : [...changesAt(root, place)]
    const ended = path.endsWith('/validFor') ? [['ended', put(root, [...place, 'end'], earlier)] as const] : []
    for (const [how, text] of [...changes, ...ended]) {
      const outcome = stands({ root: text })
      if (text === root || ((FOR_PEOPLE.test(path) || how === 'doubled') && outcome === 'signed')) continue
      assert.match(outcome, /^(?:TRUSTED_ROOT|CERTIFICATE|LOG_ENTRY|TIMESTAMP)_INVALID$/, `${path}: ${how}`)
    }
  }
})
