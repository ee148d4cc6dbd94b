/** Gathers writes while the batch before is in flight: one transaction for many. */
import type { Head, Judge, Outcome, Store, Write } from './store.ts'

type Appended = { readonly outcome: Outcome; readonly head: Head }

const MAX_BATCH = 100

type Waiting = { readonly write: Write; readonly resolve: (appended: Appended) => void; readonly reject: (error: unknown) => void }

export type Sequencer = {
  readonly submit: (write: Write) => Promise<Appended>
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
        waiting.push({ write, resolve, reject })
        running ??= drain()
      }),
    settled: () => running ?? Promise.resolve(),
  }
}
