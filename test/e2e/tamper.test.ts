/**
 * Every field of bundle, lock, policy and trusted root, changed, removed, and swapped for another's: each change is
 * refused for the right reason, or stands in a table with the reason why it may pass.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placesOf, put, valueAt } from '../json-places.ts'
import { LOCK, POLICY, ROOT, standing, type Project } from '../vector-standing.ts'
import { bundleOf, changesAt, checkBundle, NAMES, VECTORS } from './bundle-changes.ts'

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
