/**
 * Bodies that are held at a time, from their first byte until they are answered. They share a number of bytes, and where
 * there are more, whoever has been sending for longest is let go: those who are quick do not wait for the slow.
 */
import { LockError } from '../core/codes/errors.ts'
import { readBody } from './read-body.ts'

export type HeldBodies = {
  /** @throws LockError `REGISTRY_BUSY`, and as `readBody` and `use` */
  readonly hold: <T>(request: Pick<Request, 'headers' | 'body'>, most: number, use: (body: Uint8Array) => Promise<T>) => Promise<T>
  /** Bytes of all of them. */
  readonly held: () => number
}

type Held = { bytes: number; readonly cut: AbortController }

export function heldBodies(limit: number): HeldBodies {
  let held = 0
  /** Those that have not come whole, the oldest first. */
  const coming = new Set<Held>()

  function grow(own: Held, bytes: number): void {
    own.bytes += bytes
    held += bytes
    for (const oldest of coming) {
      if (held <= limit) return
      release(oldest)
      oldest.cut.abort()
    }
    if (held > limit) own.cut.abort()
  }
  function release(own: Held): void {
    coming.delete(own)
    held -= own.bytes
    own.bytes = 0
  }

  return {
    hold: async (request, most, use) => {
      const own: Held = { bytes: 0, cut: new AbortController() }
      const { signal } = own.cut
      coming.add(own)
      try {
        const body = await readBody(request, most, { signal, onChunk: (bytes) => grow(own, bytes) })
        if (signal.aborted) throw new LockError('REGISTRY_BUSY', 'more is sent at a time than the registry holds')
        coming.delete(own)
        return await use(body)
      } finally {
        release(own)
      }
    },
    held: () => held,
  }
}
