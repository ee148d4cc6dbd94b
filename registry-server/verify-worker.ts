/** A thread that verifies bundles, one after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { LockError } from '../core/codes/errors.ts'
import type { Trust } from '../core/signing/index.ts'
import { openStatement } from './submission.ts'
import type { Answer, Question } from './verify-pool.ts'

const trust = workerData as Trust // as `verifyPool` gives it

parentPort?.on('message', ({ bundle }: Question) => parentPort?.postMessage(answer(bundle)))

function answer(bundle: string): Answer {
  try {
    return { opened: openStatement(bundle, trust) }
  } catch (error) {
    if (error instanceof LockError) return { refused: { code: error.code, message: error.message } }
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}
