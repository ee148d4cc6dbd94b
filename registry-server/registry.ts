/** A registry: what it takes, decides and serves, over any store. */
import { createHash, type KeyObject } from 'node:crypto'
import type { Trust } from '../core/signing/index.ts'
import { judgeControl, judgeManifest, signCheckpoint, type NoteSigner, type Rules } from '../core/registry/index.ts'
import { sequencer, type Sequencer } from './sequencer.ts'
import { statusService, type StatusService } from './status-service.ts'
import type { Head, Judge, Store } from './store.ts'

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
}

/** What the routes work with. */
export type Registry = RegistryOptions & {
  readonly writes: Sequencer
  readonly status: StatusService
  /** A head, signed: Ed25519 is deterministic, so every replica writes the same bytes. */
  readonly checkpoint: (head: Head) => string
}

export function openRegistry(options: RegistryOptions): Registry {
  const { store, signer, policy, clock } = options
  const status = statusService(store, signer, clock)
  store.watch(status.invalidate)
  const checkpoint = ({ size, root }: Head): string => signCheckpoint({ origin: signer.log.name, size, root }, signer.log)
  return { ...options, writes: sequencer(store, judgeBy(policy.rules, clock)), status, checkpoint }
}

function judgeBy(rules: Rules, clock: Clock): Judge {
  return (write, history, seenRoot) =>
    write.manifest === null
      ? judgeControl(write, history, rules, () => seenRoot, clock())
      : judgeManifest(write, write.manifest.document, history, rules)
}

/** A strong ETag of bytes that never change. */
export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('base64url')}"`
}
