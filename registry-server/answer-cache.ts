/** Finished answers in memory: of what never changes, and of what holds until the next commit. */
import { LRUCache } from 'lru-cache'
import type { Finished } from './answer.ts'
import type { Store } from './store.ts'

export type AnswerCache = {
  readonly forever: (key: string, make: () => Promise<Finished>) => Promise<Finished>
  /** @param until a text that says of what time it is: with another, it is made anew */
  readonly untilCommit: (key: string, until: string, make: () => Promise<Finished>) => Promise<Finished>
}

const MAX_BYTES = 64 * 1024 * 1024

export function answerCache(store: Pick<Store, 'watch'>): AnswerCache {
  const options = { maxSize: MAX_BYTES, sizeCalculation: ({ bytes }: Finished) => bytes.length + 500, maxEntrySize: MAX_BYTES / 8 }
  const forever = new LRUCache<string, Finished>(options)
  const now = new LRUCache<string, Finished>(options)
  let commits = 0
  store.watch(() => {
    commits++
    now.clear()
  })
  return {
    forever: async (key, make) => {
      const made = forever.get(key) ?? (await make())
      forever.set(key, made)
      return made
    },
    untilCommit: async (key, until, make) => {
      const whole = `${until} ${key}`
      const found = now.get(whole)
      if (found !== undefined) return found
      const begun = commits
      const made = await make()
      // What was read before a commit is not kept after it.
      if (commits === begun) now.set(whole, made)
      return made
    },
  }
}
