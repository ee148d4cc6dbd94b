/** One answer for many who ask at once. */

/** Whoever asks while an answer is made gets the next one: an answer knows all that was before each of its questions. */
export function gathered<T>(make: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | null = null
  return () => {
    next ??= running.then(() => {
      next = null
      const made = make()
      running = made.catch(() => {})
      return made
    })
    return next
  }
}
