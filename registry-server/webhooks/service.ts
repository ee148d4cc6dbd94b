/**
 * Tells targets what happens in the log, each record at least once. The log is the queue: a record that is committed
 * will be told, whatever happens to this process. Each target has its own place in it, so that one that is slow
 * keeps nobody waiting.
 */
import { createHash } from 'node:crypto'
import type { Catalog } from '../catalog.ts'
import type { ManifestCache } from '../manifest-cache.ts'
import type { Registry } from '../registry.ts'
import { eventFor, happeningAt, messageOf } from './message.ts'
import { ATTEMPT, poster, type Answer, type Post } from './post.ts'
import type { Delivery, DeliveryQueue } from './queue.ts'
import { checkWebhookTarget, type WebhookTarget } from './target.ts'

/** To one target at a time. */
const AT_ONCE = 4
/** For that long nobody else takes what was taken: more than an attempt lasts. */
const LEASE = 4 * ATTEMPT
const FIRST_WAIT = 5_000
const LONGEST_WAIT = 3_600_000
const GIVEN_UP_AFTER = 24 * 3_600_000
/** Commits within this time are looked at together, and without any what is due again. */
const GATHERED = 100
const TICK = 5_000

export type Webhooks = {
  /** Tells all that is due, and resolves when nothing is. */
  readonly run: () => Promise<void>
  /** Gives up what is under way; it is due again later. */
  readonly close: () => Promise<void>
}

type Sources = Catalog & Pick<Registry, 'log'> & { readonly manifests: ManifestCache; readonly random?: () => number }
type Sending = Sources & { readonly queue: DeliveryQueue; readonly post: Post; readonly stop: AbortSignal }

/** @throws LockError `REGISTRY_CONFIG_INVALID` */
export function startWebhooks(
  to: { readonly targets: readonly WebhookTarget[]; readonly queue: DeliveryQueue } | undefined,
  sources: Sources,
): Webhooks {
  if (to === undefined) return { run: async () => {}, close: async () => {} }
  const { targets, queue } = to
  for (const target of targets) checkWebhookTarget(target)
  const { store, log } = sources
  const { post, close } = poster()
  const stopping = new AbortController()
  const runs = targets.map((target) => once(() => tell(target, { ...sources, queue, post, stop: stopping.signal })))
  const run = async (): Promise<void> => {
    await Promise.all(runs.map((one) => one()))
  }
  const start = (): void => {
    run().catch((error: unknown) => log({ level: 'error', message: 'webhooks failed', error: String(error) }))
  }
  let gathering: NodeJS.Timeout | null = null
  const unwatch = store.watch(() => {
    gathering ??= setTimeout(() => {
      gathering = null
      start()
    }, GATHERED).unref()
  })
  const tick = setInterval(start, TICK).unref()
  start()
  return {
    run,
    close: async () => {
      stopping.abort()
      unwatch()
      clearInterval(tick)
      clearTimeout(gathering ?? undefined)
      await Promise.allSettled(runs.map((one) => one()))
      await close()
      await queue.close()
    },
  }
}

/**
 * Not twice at the same time: who comes while it runs has it run again after that. Unlike `gathered` it begins before it
 * returns: the place of a target that is new is that of the log when the registry opens.
 */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const begin = (): Promise<void> => {
    const run = work().finally(() => void (running = null))
    running = run
    return run
  }
  return () => {
    if (running === null) return begin()
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null
        return begin()
      })
    return next
  }
}

async function tell(target: WebhookTarget, sending: Sending): Promise<void> {
  const { store, queue, clock, stop } = sending
  const id = createHash('sha256').update(target.url).digest('hex')
  while (!stop.aborted) {
    const { size } = await store.head()
    const now = clock()
    const taken = await queue.take(id, { size, now, until: now + LEASE, limit: AT_ONCE })
    if (taken.length === 0) return
    await Promise.all(taken.map((delivery) => deliver(target, id, delivery, sending)))
  }
}

async function deliver(target: WebhookTarget, id: string, { index, attempts, since }: Delivery, sending: Sending): Promise<void> {
  const { queue, policy, clock, log, post, stop, random = Math.random } = sending
  const happening = await happeningAt(index, sending)
  const type = eventFor(target, happening)
  const answer: Answer =
    type === null ? { kind: 'done' } : await post(target, messageOf(type, happening, policy.rules.origin, since), clock(), stop)
  const due = answer.kind === 'failed' ? nextAttempt(attempts, since, clock(), random) : null
  await queue.settle(id, index, due)
  if (answer.kind === 'done') return
  const { host } = new URL(target.url)
  const [level, message] = due === null ? (['error', 'webhook given up'] as const) : (['warn', 'webhook failed'] as const)
  log({ level, message, index, host, attempts, why: answer.why })
}

/** Exponential, with jitter, so that many do not come at once; null when a day is over. */
export function nextAttempt(attempts: number, since: number, now: number, random: () => number): number | null {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 3 ** (attempts - 1)) * (0.5 + random() / 2)
  return now + wait > since + GIVEN_UP_AFTER ? null : Math.round(now + wait)
}
