/** Listeners of a log that others may write to, who do not say so: its size is looked at now and then. */

const EVERY = 200

export type WatchedSize = {
  readonly watch: (listener: () => void) => () => void
  /** After an append of one's own. */
  readonly grown: (size: number) => void
  readonly close: () => void
}

export function watchSize(sizeNow: () => number): WatchedSize {
  const listeners = new Set<() => void>()
  let seen = sizeNow()
  let timer: NodeJS.Timeout | undefined

  function grown(size: number): void {
    if (size === seen) return
    seen = size
    for (const listener of listeners) listener()
  }
  function look(): void {
    let size: number
    try {
      size = sizeNow()
    } catch {
      // Locked for a moment: it is looked at again. Whoever asks for more hears why.
      return
    }
    grown(size)
  }
  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }

  return {
    watch: (listener) => {
      listeners.add(listener)
      timer ??= setInterval(look, EVERY).unref()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stop()
      }
    },
    grown,
    close: () => {
      listeners.clear()
      stop()
    },
  }
}
