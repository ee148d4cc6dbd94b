/** A registry: what it takes, decides and serves, over any store. */
import type { KeyObject } from 'node:crypto'
import type { Trust } from '../core/signing/index.ts'
import {
  judgeControl,
  judgeManifest,
  type History,
  type NoteSigner,
  type Refusal,
  type Rules,
  type SignedHead,
} from '../core/registry/index.ts'
import { answerCache, type AnswerCache } from './answer-cache.ts'
import { manifestCache, type ManifestCache } from './manifest-cache.ts'
import { makeMetrics, type Metrics } from './metrics.ts'
import { sequencer, type Sequencer } from './sequencer.ts'
import { statusService, type StatusService } from './status-service.ts'
import { statusStreams, type StatusStreams } from './status-stream.ts'
import type { Judge, Store, Write } from './store.ts'
import { signedHeads } from './signed-head.ts'
import { logReader, type LogReader } from './log-reader.ts'
import { tileCache } from './tile-cache.ts'
import { verifyInline, type Verifier } from './verify-pool.ts'
import type { DeliveryQueue } from './webhooks/queue.ts'
import { startWebhooks } from './webhooks/service.ts'
import type { WebhookTarget } from './webhooks/target.ts'
import { cosigner, type Witness } from './witnesses.ts'

/** Milliseconds of the epoch. */
export type Clock = () => number

export type RegistrySigner = {
  /** Its name is the log's origin. */
  readonly log: NoteSigner
  /** Ed25519, another key than the log's. */
  readonly status: KeyObject
}

export type RegistryPolicy = {
  readonly rules: Rules
  /** Whose bundles are believed. */
  readonly trust: Trust
}

/** What is worth a line: writes, errors, slow reads. Texts of requests stand only in fields. */
export type Log = (event: {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly [field: string]: unknown
}) => void

export type RegistryOptions = {
  readonly store: Store
  readonly signer: RegistrySigner
  readonly policy: RegistryPolicy
  readonly clock: Clock
  readonly log: Log
  /** Where bundles are verified; without, where the request is handled. */
  readonly verifier?: Verifier
  /** Who cosigns each head of the log. */
  readonly witnesses?: readonly Witness[]
  /** Streams of the status at a time. */
  readonly maxStreams?: number
  /** Who is told what happens, and what they have yet to be told. */
  readonly webhooks?: { readonly targets: readonly WebhookTarget[]; readonly queue: DeliveryQueue }
}

/** What the routes work with. */
export type Registry = RegistryOptions & {
  readonly verifier: Verifier
  readonly writes: Sequencer
  readonly status: StatusService
  readonly streams: StatusStreams
  readonly proofs: LogReader
  readonly answers: AnswerCache
  readonly manifests: ManifestCache
  readonly metrics: Metrics
  /** The head as it is now. */
  readonly signedHead: () => Promise<SignedHead>
  /** Answers what was accepted, and gives back all that it holds, the store too. */
  readonly close: () => Promise<void>
}

export function openRegistry(options: RegistryOptions): Registry {
  const { store, signer, policy, clock, maxStreams = 5_000 } = options
  const verifier = options.verifier ?? verifyInline(policy.trust)
  const status = statusService(store, signer, clock)
  const writes = sequencer(store, judgeBy(policy.rules, clock))
  const manifests = manifestCache(store)
  const webhooks = startWebhooks(options.webhooks, { ...options, manifests })
  const proofs = logReader(tileCache(store))
  const { witnesses = [] } = options
  const heads = signedHeads(store, signer, clock, witnesses.length === 0 ? null : cosigner(witnesses, { proofs, clock, log: options.log }))
  const streams = statusStreams(store, status, maxStreams)
  const metrics = makeMetrics({
    log_size: { help: 'Records in the log.', read: async () => (await store.head()).size },
    status_age_seconds: { help: 'Age of the status.', read: async () => (clock() - (await status.current()).issued) / 1000 },
    cosignatures_missing: { help: 'Witnesses that did not cosign the last head.', read: heads.missing },
    streams: { help: 'Open streams of the status.', read: streams.count },
    verify_queue: { help: 'Bundles that wait to be verified.', read: verifier.waiting },
    write_queue: { help: 'Statements that wait to be written.', read: writes.waiting },
  })
  return {
    ...options,
    verifier,
    writes,
    status,
    streams,
    metrics,
    proofs,
    answers: answerCache(store),
    manifests,
    signedHead: heads.current,
    close: async () => {
      streams.close()
      await writes.settled()
      await webhooks.close()
      await verifier.close()
      await store.close()
    },
  }
}

/** A signer who is revoked from a record on that nobody has seen: a slip, and for good. Clients let it count where it was accepted. */
function isAhead({ statement }: Pick<Write, 'statement'>, { size }: History): Refusal | null {
  if (statement.kind !== 'control' || statement.predicate.target.kind !== 'signer') return null
  const { fromIndex } = statement.predicate.target
  return fromIndex <= size ? null : { code: 'TARGET_UNKNOWN', detail: `the log has ${size} records, and none of index ${fromIndex}` }
}

function judgeBy(rules: Rules, clock: Clock): Judge {
  return (write, history, seenRoot) =>
    write.manifest === null
      ? (isAhead(write, history) ?? judgeControl(write, history, rules, () => seenRoot, clock()))
      : judgeManifest(write, write.manifest.document, history, rules)
}
