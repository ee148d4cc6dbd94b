/**
 * What a change may do to the signature of a lock: between two reviews a lock may be unsigned, but nothing
 * gets weaker. All of it is judged by the trust base's policy.
 */
import type { Finding } from '../compare/finding.ts'

export type Standing =
  /** There is no lock. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unsigned' }
  /** The bundle verifies: by a signer, of this lock and policy, here. */
  | { readonly kind: 'signed'; readonly serial: number }
  /** The bundle is one of a signer, for here, and of another lock or policy. */
  | { readonly kind: 'outdated'; readonly serial: number; readonly findings: readonly Finding[] }
  /** The bundle is to be believed in nothing. */
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] }

/** What of the base the change has byte for byte. */
export type Same = { readonly lock: boolean; readonly policy: boolean; readonly bundle: boolean }

/** @param needed whether somebody must have signed */
export function judgeSignature(lock: Standing, needed: boolean): readonly Finding[] {
  switch (lock.kind) {
    case 'absent':
    case 'signed':
      return []
    case 'unsigned':
      return needed ? [{ code: 'SIGNATURE_MISSING', subject: 'signature' }] : []
    case 'outdated':
    case 'refused':
      return lock.findings
  }
}

/**
 * The base must stand by itself. There are two ways back where it does not only because a lock or policy was merged
 * unsigned: its bundle on its way in, alone, or what is signed taken back.
 */
export function judgeChange(base: Standing, head: Standing, same: Same, needed: boolean): readonly Finding[] {
  const ofBase = judgeSignature(base, needed).map(atBase)
  const wasSigned = base.kind === 'signed' || base.kind === 'outdated' || base.kind === 'refused'
  switch (head.kind) {
    case 'absent':
      return wasSigned || ofBase.length > 0 ? [...ofBase, removed('with the lock')] : []
    case 'unsigned':
      if (wasSigned) return [...ofBase, removed('')]
      return base.kind === 'absent' && needed ? [pending({ ...same, lock: false })] : ofBase
    case 'outdated':
      if (base.kind === 'signed' && same.bundle) return [pending(same)]
      return [...ofBase, ...(same.bundle && ofBase.length > 0 ? [] : head.findings)]
    case 'refused':
      return [...ofBase, ...(same.bundle && ofBase.length > 0 ? [] : head.findings)]
    case 'signed':
      return judgeSigned(base, head.serial, same, ofBase)
  }
}

/** The change brings or keeps a bundle that verifies. */
function judgeSigned(base: Standing, serial: number, same: Same, ofBase: readonly Finding[]): readonly Finding[] {
  switch (base.kind) {
    case 'absent':
      return []
    case 'unsigned':
      return same.lock ? [] : ofBase
    case 'refused':
      return ofBase
    case 'outdated':
      if (same.bundle) return []
      return same.lock ? checkSerial(serial, base.serial + 1) : ofBase
    case 'signed':
      // Signed again, the same may have the same serial, and no lower one: what came between could come back.
      return checkSerial(serial, same.lock && same.policy ? base.serial : base.serial + 1)
  }
}

function checkSerial(serial: number, least: number): readonly Finding[] {
  if (serial >= least) return []
  return [{ code: 'SIGNATURE_STALE', subject: 'signature', detail: `its serial is ${serial}, expected at least ${least}` }]
}

function pending({ lock, policy }: Same): Finding {
  const what = [...(lock ? [] : ['the lock']), ...(policy ? [] : ['the policy'])].join(' and ')
  return { code: 'SIGNATURE_PENDING', subject: 'signature', detail: `${what} changed` }
}

function removed(how: string): Finding {
  return { code: 'SIGNATURE_REMOVED', subject: 'signature', ...(how === '' ? {} : { detail: how }) }
}

function atBase(finding: Finding): Finding {
  return { ...finding, detail: finding.detail === undefined ? 'at the base' : `at the base: ${finding.detail}` }
}
