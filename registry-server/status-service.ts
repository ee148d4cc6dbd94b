/** The current status: signed anew after each commit, and before the last one gets old. */
import { compileStatus, MAX_AGE, signStatus, type Status } from '../core/registry/index.ts'
import type { Clock, RegistrySigner } from './registry.ts'
import type { Store } from './store.ts'

/** `etag` is that of the text. */
type SignedStatus = {
  readonly text: string
  readonly epoch: number
  readonly etag: string
  /** Milliseconds of the epoch. */
  readonly issued: number
  /** What was signed. */
  readonly status: Status
}

export type StatusService = { readonly current: () => Promise<SignedStatus>; readonly invalidate: () => void }

/** A status is given out for half of its time, so that who gets it has the other half. */
export function statusService(store: Store, signer: Pick<RegistrySigner, 'log' | 'status'>, clock: Clock): StatusService {
  let kept: { readonly status: Promise<SignedStatus>; readonly until: number } | null = null

  async function make(now: number): Promise<SignedStatus> {
    // Both at once: a later epoch never says less than an earlier one, whichever replica signs it.
    const {
      epoch,
      head: { size, root },
    } = await store.nextEpoch()
    // What is committed in between is in a later status.
    const accepted = (await store.logged(null)).filter(({ index }) => index < size)
    const status: Status = {
      statusVersion: 1,
      registry: signer.log.name,
      epoch,
      issued: new Date(now).toISOString(),
      expires: new Date(now + MAX_AGE).toISOString(),
      log: { size, root: Buffer.from(root).toString('base64') },
      ...compileStatus({ accepted }),
    }
    return { text: signStatus(status, signer.status), epoch, etag: `"${epoch}"`, issued: now, status }
  }

  return {
    current: () => {
      const now = clock()
      if (kept === null || now >= kept.until) {
        const status = make(now)
        kept = { status, until: now + MAX_AGE / 2 }
        // What failed is not kept.
        status.catch(() => void (kept = null))
      }
      return kept.status
    },
    invalidate: () => void (kept = null),
  }
}
