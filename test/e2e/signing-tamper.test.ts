/** Every member of bundle, lock, policy and trusted root, altered in each way that its form allows: nothing altered is believed. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../documents.ts'
import { outcomeOf, type SignedProject } from '../sigstore/outcome.ts'

const read = (name: string): string => readFileSync(join(ROOT, 'test/vectors/signing', name), 'utf8')

const signedBy = (bundle: string): SignedProject => ({
  lock: read('signed.lock'),
  bundle: read(`bundles/${bundle}.json`),
  policy: read('policies/all.yaml'),
  root: read('roots/root.json'),
  path: 'mcp.lock',
})

/** `holds`, or what is wrong. */
function outcome(files: SignedProject): string {
  const expected = outcomeOf(files)
  return 'signer' in expected ? 'holds' : expected.code
}

type Value = null | boolean | number | string | Value[] | { [name: string]: Value }

/** Pointers to every member and item, outermost first. */
function* places(value: Value, at: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (at.length > 0) yield at
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* places(item, [...at, i])
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) yield* places(member, [...at, name])
}

/** A value in other forms; `undefined` takes it away. */
function alterations(value: Value): readonly (Value | undefined)[] {
  if (typeof value === 'number') return [undefined, value + 1, -1, String(value)]
  if (typeof value === 'boolean' || value === null) return [undefined, 'x', value === false]
  if (typeof value !== 'string') return [undefined, null, 'x', Array.isArray(value) ? {} : []]
  const other = [undefined, null, 1, '', `${value}x`, value.slice(0, -1)]
  if (/^\d+$/.test(value)) return [...other, String(Number(value) + 1), `-${value}`]
  const bytes = Buffer.from(value, 'base64')
  if (bytes.length < 16 || bytes.toString('base64') !== value) return other
  return [...other, ...[bytes.length >> 1, (bytes.length * 3) >> 2, bytes.length - 1].map((i) => flipped(bytes, i))]
}

function flipped(bytes: Buffer, at: number): string {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy.toString('base64')
}

function replaced(value: Value, [name, ...deeper]: readonly (string | number)[], by: Value | undefined): Value {
  if (Array.isArray(value)) {
    const items = value.map((item, i) => (i !== name ? item : deeper.length === 0 ? by : replaced(item, deeper, by)))
    return items.filter((item) => item !== undefined)
  }
  const entries = Object.entries(Object(value) as { [name: string]: Value })
  const changed = entries.map(
    ([key, member]) => [key, key !== name ? member : deeper.length === 0 ? by : replaced(member, deeper, by)] as const,
  )
  return Object.fromEntries(changed.filter(([, member]) => member !== undefined)) as Value
}

/** What an alteration of a place must give: the first rule whose pattern fits. */
type Rules = readonly (readonly [place: RegExp, outcomes: RegExp])[]

function assertAltered(
  files: SignedProject,
  name: keyof SignedProject,
  rules: Rules,
  write = (value: Value) => JSON.stringify(value),
): void {
  assert.equal(outcome(files), 'holds')
  const value: Value = JSON.parse(files[name])
  const wrong: string[] = []
  let count = 0
  for (const at of places(value)) {
    const place = at.join('/')
    const expected = rules.find(([pattern]) => pattern.test(place))?.[1]
    assert.ok(expected !== undefined, `no rule for ${place}`)
    for (const by of alterations(at.reduce<Value>((inner, key) => (Object(inner) as { [key: string]: Value })[key] as Value, value))) {
      const altered = outcome({ ...files, [name]: write(replaced(value, at, by)) })
      if (!expected.test(altered)) wrong.push(`${place} as ${JSON.stringify(by)}: ${altered}`)
      count++
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(count > 30)
}

const ROOT_RULES: Rules = [
  [/\/(?:subject|uri)(?:\/|$)|^ctlogs\/0\/baseUrl$/, /./], // for people: nothing rests on them
  [/./, /^(?!holds)/],
]

const BUNDLE: Rules = [
  [/^dsseEnvelope\/payload$/, /^(?:BUNDLE_INVALID|SIGNATURE_INVALID|LOG_ENTRY_INVALID|STATEMENT_INVALID)$/],
  [/^dsseEnvelope/, /^(?:BUNDLE_INVALID|SIGNATURE_INVALID|LOG_ENTRY_INVALID|TIMESTAMP_INVALID)$/],
  [/\/certificate/, /^(?:BUNDLE_INVALID|CERTIFICATE_INVALID|LOG_ENTRY_INVALID)$/],
  [/\/publicKey/, /^(?:BUNDLE_INVALID|SIGNER_UNTRUSTED)$/],
  [/\/tlogEntries/, /^(?:BUNDLE_INVALID|LOG_ENTRY_INVALID)$/],
  [/\/timestampVerificationData/, /^(?:BUNDLE_INVALID|TIMESTAMP_INVALID)$/],
  [/./, /^BUNDLE_INVALID$/],
]
/** The log is the only one that says the time. */
const TIMED_BY_LOG: Rules = [[/\/tlogEntries(?:\/0)?$/, /^(?:BUNDLE_INVALID|LOG_ENTRY_INVALID|TIMESTAMP_INVALID)$/], ...BUNDLE]
/** Timestamps may be taken away as a whole: the log says the time, or a key needs none. */
const TIMED_TWICE: Rules = [
  [/\/timestampVerificationData(?:\/rfc3161Timestamps(?:\/0)?)?$/, /^(?:BUNDLE_INVALID|TIMESTAMP_INVALID|holds)$/],
  ...BUNDLE,
]

const BUNDLES: { readonly [bundle: string]: Rules } = {
  'workflow-rekor1': TIMED_BY_LOG,
  'workflow-rekor1-tsa': TIMED_TWICE,
  'workflow-rekor2-tsa': BUNDLE,
  'person-rekor1': TIMED_BY_LOG,
  p256: BUNDLE,
  'ed25519-tsa': TIMED_TWICE,
}

for (const [bundle, rules] of Object.entries(BUNDLES))
  test(`no member of a bundle can be altered: ${bundle}`, () => assertAltered(signedBy(bundle), 'bundle', rules))

test('no member of the lock can be altered', () => {
  const asWritten = (value: Value): string => `${JSON.stringify(value, null, 2)}\n`
  assertAltered(signedBy('p256'), 'lock', [[/./, /^(?:LOCK_\w+|SIGNATURE_OTHER_FILE)$/]], asWritten)
})

test('no member of the policy can be altered', () => {
  assertAltered(signedBy('workflow-rekor2-tsa'), 'policy', [[/./, /^(?!holds)/]])
})

test('no member of the root that vouches for the bundle can be altered', () => {
  const files = signedBy('workflow-rekor2-tsa')
  const root: { [name: string]: Value } & { tlogs: Value[] } = JSON.parse(files.root)
  const own = JSON.stringify({ ...root, tlogs: root.tlogs.slice(1) })
  assertAltered({ ...files, root: own }, 'root', ROOT_RULES)
})
