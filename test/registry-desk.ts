/** Those who write to a registry without a socket: what the commands open, and a world that remembers what was said. */
import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { formatVerifier, noteSigner, parseVerifier, signersOf } from '../core/registry/index.ts'
import { publicGood } from '../core/signing/index.ts'
import { keysOf } from '../core/signing/verify-lock.ts'
import { parsePlainPolicy } from '../core/policy/plain-policy.ts'
import type { FilingOptions } from '../cli/publishing/file-statement.ts'
import type { Opened } from '../cli/publishing/desk.ts'
import type { World } from '../cli/world/world.ts'
import { apiOf } from './registry-client.ts'
import { logKey, ORIGIN, pemOf, rules, statusKey, type Requests, type TestKey } from './registry-fixtures.ts'

/** A machine that has seen nothing of the log yet. */
const NOTHING_SEEN: Opened['watch'] = {
  read: () => Promise.resolve({ version: 1, origin: ORIGIN, head: null, roots: {}, epoch: 0, status: null, distrust: null }),
  take: () => Promise.reject(new Error('there is nothing to compare')),
  refuse: () => Promise.reject(new Error('nothing is refused')),
}

export function openedFor(requests: Requests, ofRules = rules, watch = NOTHING_SEEN): Opened {
  const policy = parsePlainPolicy('')
  assert.ok(policy !== null)
  return {
    api: apiOf(requests),
    watch,
    trust: {
      rules: ofRules,
      log: parseVerifier(formatVerifier(noteSigner(ORIGIN, 'ed25519', pemOf(logKey)))),
      witnesses: { verifiers: [], threshold: 0 },
      status: createPublicKey(statusKey.pem),
      bundles: { root: publicGood(), keys: keysOf(signersOf(ofRules)), thresholds: {} },
    },
    inForce: { policy, readBeside: () => Promise.resolve(null) } as unknown as Opened['inForce'], // all that signing reads of it
  }
}

export type Desk = { readonly world: World; readonly said: () => string; readonly shown: () => string; readonly options: FilingOptions }

/** Somebody with a key; with `answers` at a terminal. */
export function personWith(key: TestKey, answers: readonly string[] | null = null, now: () => number = Date.now): Desk {
  const [said, shown] = [[] as string[], [] as string[]]
  const left = [...(answers ?? [])]
  const ask = (question: string): Promise<string> => {
    said.push(question)
    const answer = left.shift()
    assert.ok(answer !== undefined, `nobody answers: ${question}`)
    return Promise.resolve(answer)
  }
  const world: World = {
    cwd: '/',
    env: { SIGNING_KEY: pemOf(key) },
    platform: 'linux',
    now,
    stdout: (text) => void shown.push(text),
    stderr: (text) => void said.push(text),
    terminal: answers === null ? null : { ask, askHidden: ask, columns: 100 },
    color: false,
    signal: new AbortController().signal,
    handOver: () => Promise.reject(new Error('nothing is started')),
  }
  const options = { key: 'ENV:SIGNING_KEY', timeout: 20, yes: answers === null }
  return { world, said: () => said.join(''), shown: () => shown.join(''), options }
}
