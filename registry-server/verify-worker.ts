/** A thread that verifies bundles, one after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { LockError } from '../core/codes/errors.ts'
import type { Trust } from '../core/signing/index.ts'
import { openStatement } from './submission.ts'
import type { Answer, PassedTrust, Question } from './verify-pool.ts'

const { root, keys, thresholds } = workerData as PassedTrust // as `verifyPool` gives it
const trust: Trust = {
  root: TrustedRoot.fromJSON(root),
  keys: keys.map((key) => ({ ...key, spki: Buffer.from(key.spki) })),
  thresholds,
}

parentPort?.on('message', ({ bundle }: Question) => parentPort?.postMessage(answer(bundle)))

function answer(bundle: string): Answer {
  try {
    return { opened: openStatement(bundle, trust) }
  } catch (error) {
    if (error instanceof LockError) return { refused: { code: error.code, message: error.message } }
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}
