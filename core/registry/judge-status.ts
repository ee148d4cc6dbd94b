/** Whether a status may be believed: of this registry, fresh, and not older than one that was seen before. */
import { LockError } from '../codes/errors.ts'
import type { RegistryTrust } from './registry-trust.ts'
import { MAX_AGE, openStatus, type Status } from './status.ts'

export type StatusBounds = {
  readonly origin: string
  /** Milliseconds of the epoch. */
  readonly now: number
  /** How old it may be, in milliseconds, where the registry is not there to give a newer one; without, until it expires. */
  readonly maxAge?: number
  /** The highest epoch that was seen. */
  readonly epoch: number
  /** The status of that epoch, signed with the same key; null where there is none. */
  readonly last: string | null
}

/** How far the clocks of registry and client may differ, in milliseconds. */
const SKEW = 2 * 60_000

/** @throws LockError `STATUS_INVALID`, `STATUS_EXPIRED`, `STATUS_ROLLED_BACK` */
export function judgeStatus(text: string, key: RegistryTrust['status'], { origin, now, maxAge, epoch, last }: StatusBounds): Status {
  const status = openStatus(text, key)
  const [issued, expires] = [Date.parse(status.issued), Date.parse(status.expires)]
  if (status.registry !== origin) throw new LockError('STATUS_INVALID', 'it is that of another registry')
  if (!(expires > issued && expires - issued <= MAX_AGE)) throw new LockError('STATUS_INVALID', 'it holds longer than ten minutes')
  if (issued > now + SKEW) throw new LockError('STATUS_INVALID', `it is of ${status.issued}, which is yet to come; is the clock right?`)
  if (maxAge === undefined ? expires <= now : issued + maxAge <= now)
    throw new LockError('STATUS_EXPIRED', `it is of ${status.issued}, and held until ${status.expires}`)
  if (status.epoch < epoch) throw new LockError('STATUS_ROLLED_BACK', `its epoch is ${status.epoch}, and ${epoch} was seen before`)
  const missing = last === null || last === text ? undefined : forgotten(openStatus(last, key), status)
  if (missing !== undefined) throw new LockError('STATUS_ROLLED_BACK', `it no longer revokes ${missing}, which is final`)
  return status
}

/** What one status revokes and a later one does not. */
function forgotten({ revoked: before }: Status, { revoked: after }: Status): string | undefined {
  for (const kind of ['manifests', 'versions', 'names'] as const) {
    const missing = Object.keys(before[kind]).find((key) => !Object.hasOwn(after[kind], key))
    if (missing !== undefined) return missing
  }
  const signers = new Set(after.signers.map(({ index }) => index))
  const missing = before.signers.find(({ index }) => !signers.has(index))
  return missing === undefined ? undefined : `the signer of record ${missing.index}`
}
