/** What a change may do to a signature: every pair of what the base has and what the change has. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CODES } from '../core/codes/codes.ts'
import type { Finding } from '../core/compare/finding.ts'
import { judgeChange, judgeSignature, type Same, type Standing } from '../core/signing/judge-change.ts'

const signed = (serial: number): Standing => ({ kind: 'signed', serial })
const outdated = (serial: number): Standing => ({ kind: 'outdated', serial, findings: [{ code: 'SIGNATURE_OTHER_FILE', detail: 'it' }] })
const absent: Standing = { kind: 'absent' }
const unsigned: Standing = { kind: 'unsigned' }
const refused: Standing = { kind: 'refused', findings: [{ code: 'SIGNATURE_INVALID', detail: 'it' }] }

const same: Same = { lock: true, policy: true, bundle: true }
const lockChanged: Same = { ...same, lock: false }
const policyChanged: Same = { ...same, policy: false }
const bundleOnly: Same = { ...same, bundle: false }
const signedAnew: Same = { lock: false, policy: true, bundle: false }
const policySigned: Same = { lock: true, policy: false, bundle: false }
const all: Same = { lock: false, policy: false, bundle: false }

/** With signers named. `base:` stands for a finding about the base itself. */
const TABLE: readonly (readonly [what: string, base: Standing, head: Standing, same: Same, ...codes: string[]])[] = [
  ['nothing changed', signed(3), signed(3), same],
  ['the lock changed, its signature is to come', signed(3), outdated(3), lockChanged, 'SIGNATURE_PENDING'],
  ['the policy changed', signed(3), outdated(3), policyChanged, 'SIGNATURE_PENDING'],
  ['both changed', signed(3), outdated(3), { ...all, bundle: true }, 'SIGNATURE_PENDING'],
  ['signed in the branch', signed(3), signed(4), signedAnew],
  ['the policy too', signed(3), signed(4), policySigned],
  ['a later one', signed(3), signed(9), all],
  ['signed again', signed(3), signed(4), bundleOnly],
  ['signed again by another, from the same', signed(3), signed(3), bundleOnly],
  ['the same bytes by an older signature', signed(3), signed(2), bundleOnly, 'SIGNATURE_STALE'],
  ['a lock from history', signed(3), signed(2), signedAnew, 'SIGNATURE_STALE'],
  ['two branches with one serial', signed(3), signed(3), signedAnew, 'SIGNATURE_STALE'],
  ['a policy from history', signed(3), signed(2), policySigned, 'SIGNATURE_STALE'],
  ['a policy with the serial of now', signed(3), signed(3), policySigned, 'SIGNATURE_STALE'],
  ['another bundle, of another lock', signed(3), outdated(4), signedAnew, 'SIGNATURE_OTHER_FILE'],
  ['another bundle, of another lock, and nothing else', signed(3), outdated(2), bundleOnly, 'SIGNATURE_OTHER_FILE'],
  ['another bundle that does not verify', signed(3), refused, signedAnew, 'SIGNATURE_INVALID'],
  ['the bundle is gone', signed(3), unsigned, bundleOnly, 'SIGNATURE_REMOVED'],
  ['the bundle is gone, the lock changed', signed(3), unsigned, all, 'SIGNATURE_REMOVED'],
  ['the lock is gone', signed(3), absent, { ...all, bundle: true }, 'SIGNATURE_REMOVED'],

  ['unsigned, and nothing changed', unsigned, unsigned, same, 'base:SIGNATURE_MISSING'],
  ['unsigned, and the lock changed', unsigned, unsigned, lockChanged, 'base:SIGNATURE_MISSING'],
  ['a bundle on its way in', unsigned, signed(1), bundleOnly],
  ['with a policy', unsigned, signed(1), policySigned],
  ['a bundle with another lock', unsigned, signed(1), signedAnew, 'base:SIGNATURE_MISSING'],
  ['a bundle of something else', unsigned, outdated(1), bundleOnly, 'base:SIGNATURE_MISSING', 'SIGNATURE_OTHER_FILE'],
  ['a bundle of nobody', unsigned, refused, bundleOnly, 'base:SIGNATURE_MISSING', 'SIGNATURE_INVALID'],
  ['an unsigned lock is gone', unsigned, absent, { ...all, bundle: true }, 'base:SIGNATURE_MISSING', 'SIGNATURE_REMOVED'],

  ['merged unsigned', outdated(3), outdated(3), same, 'base:SIGNATURE_OTHER_FILE'],
  ['merged unsigned, and changed again', outdated(3), outdated(3), lockChanged, 'base:SIGNATURE_OTHER_FILE'],
  ['its bundle on its way in', outdated(3), signed(4), bundleOnly],
  ['its bundle, and a policy', outdated(3), signed(4), policySigned],
  ['with the serial of the lock before', outdated(3), signed(3), bundleOnly, 'SIGNATURE_STALE'],
  ['with one from history', outdated(3), signed(1), bundleOnly, 'SIGNATURE_STALE'],
  ['its bundle with another lock', outdated(3), signed(4), signedAnew, 'base:SIGNATURE_OTHER_FILE'],
  ['the lock that is signed taken back', outdated(3), signed(3), lockChanged],
  ['the policy taken back', outdated(3), signed(3), policyChanged],
  ['no bundle any more', outdated(3), unsigned, bundleOnly, 'base:SIGNATURE_OTHER_FILE', 'SIGNATURE_REMOVED'],
  ['no lock any more', outdated(3), absent, all, 'base:SIGNATURE_OTHER_FILE', 'SIGNATURE_REMOVED'],
  ['a worse bundle', outdated(3), refused, bundleOnly, 'base:SIGNATURE_OTHER_FILE', 'SIGNATURE_INVALID'],

  ['a base that does not verify', refused, refused, same, 'base:SIGNATURE_INVALID'],
  ['and another lock', refused, refused, lockChanged, 'base:SIGNATURE_INVALID'],
  ['and a good bundle', refused, signed(9), bundleOnly, 'base:SIGNATURE_INVALID'],
  ['and no bundle', refused, unsigned, bundleOnly, 'base:SIGNATURE_INVALID', 'SIGNATURE_REMOVED'],
  ['and one of another lock', refused, outdated(9), bundleOnly, 'base:SIGNATURE_INVALID', 'SIGNATURE_OTHER_FILE'],

  ['a first lock', absent, unsigned, { ...all, bundle: true }, 'SIGNATURE_PENDING'],
  ['a first lock that is signed', absent, signed(1), all],
  ['a first lock with a bundle of something else', absent, outdated(1), all, 'SIGNATURE_OTHER_FILE'],
  ['a first lock with a bad bundle', absent, refused, all, 'SIGNATURE_INVALID'],
  ['no lock at all', absent, absent, same],
]

function codesOf(findings: readonly Finding[]): string[] {
  return findings.map(({ code, detail = '' }) => (detail.startsWith('at the base') ? `base:${code}` : code))
}

test('what a change does to the signature, where somebody must sign', () => {
  for (const [what, base, head, how, ...codes] of TABLE) assert.deepEqual(codesOf(judgeChange(base, head, how, true)), codes, what)
})

const KINDS = [absent, unsigned, signed(2), signed(3), signed(4), outdated(2), outdated(3), outdated(4), refused]
const BOOLEANS = [true, false]

/** Every case that can be: equal bytes stand equally, and only a changed lock or policy can outdate the same bundle. */
function* cases(): Generator<readonly [base: Standing, head: Standing, same: Same]> {
  for (const base of KINDS)
    for (const head of KINDS)
      for (const lock of BOOLEANS)
        for (const policy of BOOLEANS)
          for (const bundle of BOOLEANS) if (isPossible(base, head, { lock, policy, bundle })) yield [base, head, { lock, policy, bundle }]
}

function isPossible(base: Standing, head: Standing, how: Same): boolean {
  const serial = (one: Standing): number => ('serial' in one ? one.serial : 0)
  const hasBundle = (one: Standing): boolean => one.kind !== 'absent' && one.kind !== 'unsigned'
  if ((base.kind === 'absent') !== (head.kind === 'absent') && how.lock) return false
  if (base.kind !== 'absent' && head.kind !== 'absent' && hasBundle(base) !== hasBundle(head) && how.bundle) return false
  if (how.lock && how.policy && how.bundle) return base === head
  if (how.bundle && hasBundle(base) && hasBundle(head) && serial(base) !== serial(head)) return false
  // What is refused is refused for itself.
  if (how.bundle && hasBundle(base) && hasBundle(head) && (base.kind === 'refused') !== (head.kind === 'refused')) return false
  return !(how.bundle && base.kind === 'signed' && head.kind === 'signed')
}

test('whatever the change is, no signature gets weaker', () => {
  let count = 0
  for (const [base, head, how] of cases()) {
    count++
    const findings = judgeChange(base, head, how, true)
    const passes = findings.every(({ code }) => CODES[code].exit === 0)
    const where = JSON.stringify([base, head, how])
    for (const { code, subject } of findings) assert.ok(subject === 'signature' || CODES[code].exit === 4, where)
    // A base that was signed stays signed, or its bundle stays as the one of what is to be signed again.
    if (base.kind === 'signed') assert.ok(!passes || head.kind === 'signed' || (head.kind === 'outdated' && how.bundle), where)
    // A base that does not verify lets nothing through but what verifies itself.
    if (base.kind === 'unsigned' || base.kind === 'outdated') assert.ok(!passes || head.kind === 'signed', where)
    if (base.kind === 'refused') assert.ok(!passes, where)
    // No serial goes down, and none stays for other bytes under another bundle.
    if (passes && base.kind === 'signed' && head.kind === 'signed')
      assert.ok(head.serial > base.serial || (head.serial === base.serial && how.lock && how.policy), where)
    if (passes && base.kind === 'outdated' && head.kind === 'signed') assert.ok(how.bundle || head.serial > base.serial, where)
    // What does not verify passes only while it is to be signed again, and says so.
    if (passes && head.kind !== 'signed' && head.kind !== 'absent') assert.deepEqual(codesOf(findings), ['SIGNATURE_PENDING'], where)
    if (head.kind === 'refused') assert.ok(!passes, where)
  }
  assert.ok(count > 250, String(count))
})

test('where nobody must sign, unsigned is well and a bundle is not', () => {
  for (const [base, head, how] of cases()) {
    // Nobody is named, so nothing can be signed as it must be.
    if ([base.kind, head.kind].some((kind) => kind === 'signed' || kind === 'outdated')) continue
    const codes = codesOf(judgeChange(base, head, how, false))
    const expected = [
      ...(base.kind === 'refused' ? ['base:SIGNATURE_INVALID'] : []),
      ...(base.kind === 'refused' && head.kind !== 'refused' ? ['SIGNATURE_REMOVED'] : []),
      ...(head.kind === 'refused' && !(base.kind === 'refused' && how.bundle) ? ['SIGNATURE_INVALID'] : []),
    ]
    assert.deepEqual(codes, expected, JSON.stringify([base, head, how]))
  }
})

test('without a base: whether it verifies, and where it is unsigned whether it must be', () => {
  const codes = (one: Standing, needed: boolean): string[] => codesOf(judgeSignature(one, needed))
  for (const needed of BOOLEANS) {
    assert.deepEqual(codes(signed(1), needed), [])
    assert.deepEqual(codes(outdated(1), needed), ['SIGNATURE_OTHER_FILE'])
    assert.deepEqual(codes(refused, needed), ['SIGNATURE_INVALID'])
    assert.deepEqual(codes(unsigned, needed), needed ? ['SIGNATURE_MISSING'] : [])
    assert.deepEqual(codes(absent, needed), [])
  }
})
