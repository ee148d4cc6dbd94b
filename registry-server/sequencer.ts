/**
 * Gathers writes while the batch before is in flight: one transaction for many. In the order in which they came, so that
 * nobody waits for those who came later; bounded, so that those who wait are answered in time.
 */
import { LockError } from '../core/codes/errors.ts'
import type { Head, Judge, Outcome, Store, Write } from './store.ts'

type Appended = { readonly outcome: Outcome; readonly head: Head }

export type Limits = {
  /** Writes in one transaction, and their bytes unless it is one alone. */
  readonly batch: number
  readonly batchBytes: number
  /** What may wait, that in flight included. */
  readonly queue: number
  readonly queueBytes: number
}

const LIMITS: Limits = { batch: 100, batchBytes: 8 * 1024 * 1024, queue: 1000, queueBytes: 64 * 1024 * 1024 }

type Waiting = {
  readonly write: Write
  readonly bytes: number
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: unknown) => void
}

export type Sequencer = {
  /** @throws LockError `REGISTRY_BUSY` where too many wait, or the store is busy */
  readonly submit: (write: Write) => Promise<Appended>
  /** How many are not answered yet. */
  readonly waiting: () => number
  /** Resolves when all that was submitted before is answered. */
  readonly settled: () => Promise<void>
}

export function sequencer(store: Pick<Store, 'append'>, judge: Judge, limits: Limits = LIMITS): Sequencer {
  const waiting: Waiting[] = []
  const pending = new Set<Promise<unknown>>()
  let pendingBytes = 0
  let isRunning = false

  async function drain(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) await append(waiting.splice(0, batchLength(waiting, limits)))
    isRunning = false
  }

  async function append(batch: readonly Waiting[]): Promise<void> {
    try {
      const { outcomes, head } = await store.append(
        batch.map(({ write }) => write),
        judge,
      )
      batch.forEach(({ resolve }, i) => resolve({ outcome: outcomes[i] as Outcome, head })) // as many as writes
    } catch (error) {
      // What one of them broke shall not harm the others.
      if (batch.length > 1 && !(error instanceof LockError)) for (const one of batch) await append([one])
      else for (const { reject } of batch) reject(error)
    }
  }

  return {
    submit: (write) => {
      const bytes = sizeOf(write)
      if (pending.size >= limits.queue || (pending.size > 0 && pendingBytes + bytes > limits.queueBytes))
        return Promise.reject(new LockError('REGISTRY_BUSY', `${pending.size} writes are waiting`))
      const appended = new Promise<Appended>((resolve, reject) => waiting.push({ write, bytes, resolve, reject }))
      const answered = appended.then(
        () => {},
        () => {},
      )
      pending.add(answered)
      pendingBytes += bytes
      void answered.then(() => {
        pending.delete(answered)
        pendingBytes -= bytes
      })
      if (!isRunning) void drain()
      return appended
    },
    waiting: () => pending.size,
    settled: async () => void (await Promise.all(pending)),
  }
}

/** At least one. */
function batchLength(waiting: readonly Waiting[], { batch, batchBytes }: Limits): number {
  let length = 0
  let bytes = 0
  for (const one of waiting.slice(0, batch)) {
    bytes += one.bytes
    if (length > 0 && bytes > batchBytes) break
    length++
  }
  return length
}

function sizeOf({ payload, bundle, manifest, closure }: Write): number {
  return payload.length + bundle.length + (manifest?.bytes.length ?? 0) + (closure?.length ?? 0)
}
