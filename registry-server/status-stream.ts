/**
 * `GET /v1/status/stream`: tells clients that there is another status; what it says, they fetch and check. One event
 * serves all streams, and a client that does not read is let go.
 */
import type { Store } from './store.ts'

export type StatusStreams = {
  /** Null where there are as many as may be. */
  readonly open: () => ReadableStream<Uint8Array> | null
  readonly count: () => number
  readonly close: () => void
}

/** Bytes that may wait for one client. */
const MAX_WAITING = 16 * 1024
const HEARTBEAT = 15_000
/** Commits within this time are one event. */
const GATHERED = 50

type Controller = ReadableStreamDefaultController<Uint8Array>

/** What it tells is the epoch. */
type Epochs = { readonly current: () => Promise<{ readonly epoch: number }> }

export function statusStreams(store: Pick<Store, 'watch'>, status: Epochs, most: number): StatusStreams {
  const open = new Set<Controller>()
  let gathering: NodeJS.Timeout | null = null

  function sendAll(text: string): void {
    const bytes = Buffer.from(text)
    for (const controller of open) write(controller, bytes)
  }
  function write(controller: Controller, bytes: Uint8Array): void {
    if ((controller.desiredSize ?? 0) > 0) controller.enqueue(bytes)
    else end(controller)
  }
  function end(controller: Controller): void {
    if (!open.delete(controller)) return
    // What it has not read is of no use to it any more.
    controller.error(new Error('the client does not read'))
  }
  const announce = (): void => {
    gathering = null
    if (open.size === 0) return
    status.current().then(
      ({ epoch }) => sendAll(eventOf(epoch)),
      // Clients see by its age that a status is missing; the next commit or fetch tries again.
      () => {},
    )
  }
  const unwatch = store.watch(() => void (gathering ??= setTimeout(announce, GATHERED)))
  const heartbeat = setInterval(() => sendAll(': \n\n'), HEARTBEAT).unref()

  return {
    open: () => {
      if (open.size >= most) return null
      let own: Controller | null = null
      return new ReadableStream<Uint8Array>(
        {
          start: async (controller) => {
            own = controller
            open.add(controller)
            const { epoch } = await status.current()
            if (open.has(controller)) write(controller, Buffer.from(eventOf(epoch)))
          },
          cancel: () => void (own !== null && open.delete(own)),
        },
        new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING }),
      )
    },
    count: () => open.size,
    close: () => {
      unwatch()
      clearInterval(heartbeat)
      if (gathering !== null) clearTimeout(gathering)
      for (const controller of open) controller.close()
      open.clear()
    },
  }
}

function eventOf(epoch: number): string {
  return `event: status\nid: ${epoch}\ndata: {"epoch":${epoch}}\n\n`
}
