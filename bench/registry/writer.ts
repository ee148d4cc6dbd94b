/** A replica as far as it writes: as the registry does, gathering while the batch before is in flight, or each write by itself. */
import pLimit from 'p-limit'
import { sequencer } from '../../registry-server/sequencer.ts'
import type { Outcome, Store, Write } from '../../registry-server/store.ts'
import type { Storage } from '../../test/e2e/registry-process.ts'
import { answering } from './child.ts'
import { openStore } from './databases.ts'
import { everybodyMay, writeAt } from './fill.ts'

/** As many as a replica has connections. */
const ALONE = 8
const WAITING = 500

const questions = {
  open: async (storage: Storage): Promise<void> => {
    store = await openStore(storage)
    submit = sequencer(store, everybodyMay).submit
  },
  /** What the next question writes. */
  prepare: ({ from, count }: { readonly from: number; readonly count: number }): void => {
    writes = Array.from({ length: count }, (_, i) => writeAt(from + i))
  },
  gathered: (): Promise<number> => countOf(WAITING, async (write) => (await submit(write)).outcome),
  alone: (): Promise<number> => countOf(ALONE, async (write) => (await store?.append([write], everybodyMay))?.outcomes[0]),
}
export type WriterQuestions = typeof questions
answering(questions)

let store: Store | null = null
let submit: ReturnType<typeof sequencer>['submit']
let writes: readonly Write[] = []

/** How many were accepted. */
async function countOf(atOnce: number, write: (one: Write) => Promise<Outcome | undefined>): Promise<number> {
  const outcomes = await pLimit(atOnce).map(writes, write)
  return outcomes.filter((outcome) => outcome?.kind === 'accepted').length
}
