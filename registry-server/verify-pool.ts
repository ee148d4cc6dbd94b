/**
 * Verifies bundles in threads, for a certificate takes as long as hundreds of reads: a bounded number of threads, each
 * with one bundle and the next, and a bounded queue before them.
 */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import type { Code } from '../core/codes/codes.ts'
import { LockError } from '../core/codes/errors.ts'
import type { PublicKey, Trust } from '../core/signing/index.ts'
import { openStatement, type Opened } from './submission.ts'

export type Verifier = {
  /** @throws LockError as `openStatement`; `REGISTRY_BUSY` where too many wait */
  readonly verify: (bundle: string) => Promise<Opened>
  readonly waiting: () => number
  readonly close: () => Promise<void>
}

/** What is left of `Trust` on its way to a thread: buffers would arrive as something less. */
export type PassedTrust = Pick<Trust, 'thresholds'> & { readonly root: unknown; readonly keys: readonly PublicKey[] }

function passed({ root, keys, thresholds }: Trust): PassedTrust {
  return { root: TrustedRoot.toJSON(root), keys, thresholds }
}

export type Question = { readonly bundle: string }
export type Answer =
  | { readonly opened: Opened }
  | { readonly refused: { readonly code: Code; readonly message: string } }
  | { readonly failed: string }

/** In the thread of the caller, for a registry that is a library or a test. */
export function verifyInline(trust: Trust): Verifier {
  return {
    verify: (bundle) => new Promise((resolve) => resolve(openStatement(bundle, trust))),
    waiting: () => 0,
    close: () => Promise.resolve(),
  }
}

type Job = { readonly bundle: string; readonly resolve: (opened: Opened) => void; readonly reject: (error: Error) => void }
type Thread = { readonly worker: Worker; /** The one that it works on, and what it goes on with. */ readonly jobs: Job[] }

/** With the next one at hand, a thread does not wait for the one that serves requests, which may wait for the disk. */
const AT_HAND = 2

export function verifyPool(trust: Trust, { threads: count, queue }: { readonly threads: number; readonly queue: number }): Verifier {
  const waiting: Job[] = []
  const threads: Thread[] = []
  let isClosed = false

  function start(): Thread {
    const worker = new Worker(new URL(`verify-worker${extname(import.meta.filename)}`, import.meta.url), { workerData: passed(trust) })
    const thread: Thread = { worker, jobs: [] }
    worker.on('message', (answer: Answer) => {
      const job = thread.jobs.shift()
      if (job !== undefined) settle(job, answer)
      next(thread)
    })
    // A thread that dies takes its bundle with it, and nothing else.
    let failure = new Error('the thread that verified it ended')
    worker.on('error', (cause) => (failure = new Error('a thread failed', { cause })))
    worker.on('exit', () => {
      threads.splice(threads.indexOf(thread), 1)
      const [job, ...others] = thread.jobs.splice(0)
      job?.reject(failure)
      waiting.unshift(...others)
      if (isClosed) refuseAll()
      else if (waiting.length > 0) next(start())
    })
    threads.push(thread)
    return thread
  }

  function next(thread: Thread): void {
    const job = thread.jobs.length < AT_HAND ? waiting.shift() : undefined
    if (job === undefined) return
    thread.jobs.push(job)
    thread.worker.postMessage({ bundle: job.bundle } satisfies Question)
  }

  function refuseAll(): void {
    for (const { reject } of waiting.splice(0)) reject(new LockError('REGISTRY_BUSY', 'the registry is stopping'))
  }

  return {
    verify: (bundle) =>
      new Promise((resolve, reject) => {
        if (isClosed || waiting.length >= queue) {
          reject(new LockError('REGISTRY_BUSY', `${waiting.length} bundles are waiting to be verified`))
          return
        }
        waiting.push({ bundle, resolve, reject })
        const idle = threads.find(({ jobs }) => jobs.length === 0) ?? (threads.length < count ? start() : undefined)
        const free = idle ?? threads.find(({ jobs }) => jobs.length < AT_HAND)
        if (free !== undefined) next(free)
      }),
    waiting: () => waiting.length,
    close: async () => {
      isClosed = true
      refuseAll()
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}

function settle({ resolve, reject }: Job, answer: Answer): void {
  if ('opened' in answer) resolve(answer.opened)
  else if ('refused' in answer) reject(new LockError(answer.refused.code, answer.refused.message))
  else reject(new Error(answer.failed))
}
