/** Gathers writes while the batch before is in flight: one transaction for many. */
import { LockError } from '../core/codes/errors.ts'
import type { Head, Judge, Outcome, Store, Write } from './store.ts'

type Appended = { readonly outcome: Outcome; readonly head: Head }

const MAX_BATCH = 100
/** So many bodies are kept in memory at most. */
const MAX_WAITING = 1000

type Waiting = { readonly write: Write; readonly resolve: (appended: Appended) => void; readonly reject: (error: unknown) => void }

export type Sequencer = {
  /** @throws LockError `REGISTRY_BUSY` where too many wait */
  readonly submit: (write: Write) => Promise<Appended>
  readonly waiting: () => number
  /** Resolves when nothing is in flight any more. */
  readonly settled: () => Promise<void>
}

export function sequencer(store: Pick<Store, 'append'>, judge: Judge): Sequencer {
  const waiting: Waiting[] = []
  let running: Promise<void> | null = null

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MAX_BATCH)
      try {
        const { outcomes, head } = await store.append(
          batch.map(({ write }) => write),
          judge,
        )
        batch.forEach(({ resolve }, i) => resolve({ outcome: outcomes[i] as Outcome, head })) // as many as writes
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    running = null
  }

  return {
    submit: (write) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= MAX_WAITING) throw new LockError('REGISTRY_BUSY', `${MAX_WAITING} statements are waiting to be written`)
        waiting.push({ write, resolve, reject })
        running ??= drain()
      }),
    waiting: () => waiting.length,
    settled: () => running ?? Promise.resolve(),
  }
}
