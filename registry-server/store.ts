/** What a registry keeps: the one thing that SQLite and PostgreSQL do differently, behind one contract. */
import type { Head, Manifest, Metadata, Refusal, Signed, History, LogRecord } from '../core/registry/index.ts'

export type { Head }

/** The status that was signed last, and the head, both as they were at one moment. */
export type LastStatus = {
  /** 0 before the first. */
  readonly epoch: number
  /** Null before the first, and where the epoch is the one that is known. */
  readonly text: string | null
  readonly head: Head
}

/** An accepted form of a submission, ready for the log. */
export type Write = Signed & {
  /** The leaf. */
  readonly record: LogRecord
  /** The DSSE payload. */
  readonly payload: Uint8Array
  /** The Sigstore bundle, as it was sent. */
  readonly bundle: Uint8Array
  /** Of a manifest statement. */
  readonly manifest: { readonly bytes: Uint8Array; readonly document: Manifest; readonly metadata: Metadata } | null
  /** The closure that the manifest names, where it was sent. */
  readonly closure: Uint8Array | null
  /** Milliseconds of the epoch. */
  readonly received: number
}

export type { Metadata }

export type Outcome =
  /** `same`: the statement was there already, by the same signer; nothing new was written. */
  { readonly kind: 'accepted' | 'same'; readonly index: number } | { readonly kind: 'refused'; readonly refusal: Refusal }

/**
 * Whether a write may be, after all that was before it, writes of the same batch included. `seenRoot` is the root of
 * the log at the size that a control statement saw; null where the log, as it was before the batch, has not so many
 * records: nobody can have seen another.
 */
export type Judge = (write: Write, history: History, seenRoot: string | null) => Refusal | null

/** A record with all that proves it but its place in the tree. */
export type Logged = Signed & { readonly index: number; readonly record: Uint8Array; readonly bundle: `sha256:${string}` }

/** A record as it is served: what a client checks it by is in the bundle. */
export type ServedRecord = { readonly index: number; readonly record: Uint8Array; readonly bundle: Uint8Array }

export type Listed = {
  readonly name: string
  readonly version: string
  readonly manifest: `sha256:${string}`
  readonly metadata: Metadata
  readonly isLatest: boolean
  /** Milliseconds of the epoch. */
  readonly published: number
  readonly updated: number
}

export type Page = {
  /** Names that contain it, without case; '' for all. */
  readonly search: string
  /** What `cursorOf` made of the last of the page before; '' from the first. */
  readonly after: string
  readonly limit: number
  readonly updatedSince?: number
  readonly latestOnly: boolean
}

export type LookAlike = {
  readonly name: string
  readonly version: string
  readonly kind: 'definition' | 'description' | 'inputSchema' | 'surface'
  /** `tools/read_file` */
  readonly subject: string
}

export type Opening = {
  /** Whether a database is made where there is none, which is the default; otherwise that is refused. */
  readonly create?: boolean
}

export type Store = {
  /**
   * One transaction: each write that may be gets the next index, in order. When it resolves, what was accepted is
   * kept whatever happens to process or machine, and the head is committed. When it rejects, all of it was written or
   * nothing; the same writes again are then `same` or written, never doubled.
   * @throws LockError `REGISTRY_BUSY` where the database did not take it in time
   */
  append(writes: readonly Write[], judge: Judge): Promise<{ readonly outcomes: readonly Outcome[]; readonly head: Head }>
  head(): Promise<Head>
  /** As far as it is filled. */
  tile(level: number, index: number): Promise<Uint8Array | null>
  /** Leaves from `from` to before `to`, as many as there are, in order. */
  records(from: number, to: number): Promise<readonly Uint8Array[]>
  /** A manifest, bundle or closure. */
  object(digest: string): Promise<Uint8Array | null>
  /** All records about a name, and those about everything, in the order of the log; null: all control statements. */
  logged(name: string | null): Promise<readonly Logged[]>
  /** The records that `logged` gives, as they are served; whoever reads a bundle that was lost fails. */
  served(name: string): Promise<readonly ServedRecord[]>
  /** By name without case, then by version, in the order of code units. */
  list(page: Page): Promise<readonly Listed[]>
  /** All versions of a name, the newest publication first. */
  versions(name: string): Promise<readonly Listed[]>
  /** The first who published it first: whoever copies it later does not hide them. */
  lookAlikes(digest: string): Promise<readonly LookAlike[]>
  /** @param known an epoch whose text is not needed again */
  lastStatus(known: number): Promise<LastStatus>
  /** In the place of the status of the epoch before it; false where that is not the last any more. */
  keepStatus(epoch: number, text: string): Promise<boolean>
  /** Of which log it is, by the text of its verifier: the first that is given is remembered for good, and returned. */
  remember(log: string): Promise<string>
  /** Called soon after each append that added something, of whichever replica; and when some may have been missed. Returns what ends it. */
  watch(listener: () => void): () => void
  close(): Promise<void>
}
