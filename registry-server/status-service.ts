/**
 * The current status. The store keeps the one that was signed last, and every replica serves that one: each question
 * looks whether it still is the last, so that no client is ever given an older one than another replica gave before.
 */
import { createPublicKey } from 'node:crypto'
import { LockError } from '../core/codes/errors.ts'
import { compileStatus, MAX_AGE, openStatus, signStatus, toHistory, type Status } from '../core/registry/index.ts'
import { gathered } from './gathered.ts'
import type { Clock, RegistrySigner } from './registry.ts'
import type { Head, Store } from './store.ts'

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

export type StatusService = {
  /** It reflects all that was committed before the question, and is not older than any that was given out before it. */
  readonly current: () => Promise<SignedStatus>
}

export function statusService(store: Store, signer: Pick<RegistrySigner, 'log' | 'status'>, clock: Clock): StatusService {
  const key = createPublicKey(signer.status)
  let kept: SignedStatus | null = null

  async function newest(): Promise<SignedStatus> {
    let last = await store.lastStatus(kept?.epoch ?? 0)
    const { size } = last.head
    for (;;) {
      if (last.text !== null) kept = opened(last.text)
      if (kept !== null && kept.epoch === last.epoch && kept.status.log.size >= size && isYoung(kept)) return kept
      const made = await make(last.epoch + 1, last.head)
      // Else another replica was faster: what it signed may do.
      if (await store.keepStatus(made.epoch, made.text)) return (kept = made)
      last = await store.lastStatus(kept?.epoch ?? 0)
    }
  }

  /** A status is given out for half of its time, so that who gets it has the other half. */
  function isYoung({ issued }: SignedStatus): boolean {
    return Math.abs(clock() - issued) < MAX_AGE / 2
  }

  async function make(epoch: number, { size, root }: Head): Promise<SignedStatus> {
    // What is committed in between is in a later status.
    const controls = (await store.logged(null)).filter(({ index }) => index < size)
    const now = clock()
    const status: Status = {
      statusVersion: 1,
      registry: signer.log.name,
      epoch,
      issued: new Date(now).toISOString(),
      expires: new Date(now + MAX_AGE).toISOString(),
      log: { size, root: Buffer.from(root).toString('base64') },
      ...compileStatus(toHistory(size, controls)),
    }
    return signed(signStatus(status, signer.status), status)
  }

  /** Null where it is of another key or log than this registry's: then it is signed anew. */
  function opened(text: string): SignedStatus | null {
    try {
      const status = openStatus(text, key)
      return status.registry === signer.log.name ? signed(text, status) : null
    } catch (error) {
      if (error instanceof LockError) return null
      throw error
    }
  }

  return { current: gathered(newest) }
}

function signed(text: string, status: Status): SignedStatus {
  const { epoch, issued } = status
  return { text, epoch, etag: `"${epoch}"`, issued: Date.parse(issued), status }
}
