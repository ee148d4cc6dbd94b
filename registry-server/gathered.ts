/** One answer for many who ask at once. */
import { setImmediate as turn } from 'node:timers/promises'

/**
 * Whoever asks while an answer is made gets the next one: an answer knows all that was before each of its questions.
 * It is made when all have asked of whom this turn of the event loop has heard.
 */
export function gathered<T>(make: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | null = null
  return () => {
    next ??= Promise.all([running, turn()]).then(() => {
      next = null
      const made = make()
      running = made.catch(() => {})
      return made
    })
    return next
  }
}
