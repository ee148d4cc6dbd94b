/** A registry as `serve` opens it, on a port of the loopback, as a process of its own. */
import { BlockList } from 'node:net'
import pLimit from 'p-limit'
import { growingTree, leafHash, parseRecord } from '../../core/registry/index.ts'
import { parseTrustedRoot } from '../../core/signing/index.ts'
import type { AnswerCache } from '../../registry-server/answer-cache.ts'
import { listen } from '../../registry-server/http/listen.ts'
import { openRegistry, type Registry } from '../../registry-server/registry.ts'
import { verifyPool } from '../../registry-server/verify-pool.ts'
import type { Storage } from '../../test/e2e/registry-process.ts'
import { options } from '../../test/registry-fixtures.ts'
import { answering } from './child.ts'
import { openStore } from './databases.ts'
import { everybodyMay, writeAt } from './fill.ts'

type Opening = { readonly storage: Storage; /** The text of a trusted_root.json. */ readonly root?: string }

const questions = {
  /** Answers with its port, and that of one which keeps no answer. */
  open: async ({ storage, root }: Opening): Promise<{ readonly port: number; readonly uncached: number }> => {
    const { policy, ...others } = options({ store: await openStore(storage) })
    const trust = root === undefined ? policy.trust : { ...policy.trust, root: parseTrustedRoot(root) }
    registry = openRegistry({ ...others, policy: { ...policy, trust }, verifier: verifyPool(trust, POOL) })
    return { port: await listening(registry), uncached: await listening({ ...registry, answers: forgetful }) }
  },
  /** Microseconds that a proof takes, once the tiles were read. */
  proof: async (): Promise<number> => {
    const { proofs, signedHead } = opened()
    const head = await signedHead()
    const some = (): number[] => Array.from({ length: PROOFS }, () => Math.floor(Math.random() * head.size))
    for (let index = 0; index < head.size; index += 256) await proofs.proofOf(index, head)
    for (const index of some()) await proofs.proofOf(index, head)
    const indexes = some()
    const start = performance.now()
    for (const index of indexes) await proofs.proofOf(index, head)
    return ((performance.now() - start) * 1000) / PROOFS
  },
  /** Bundles verified in a second, and nothing done with them. */
  verify: async (bundles: readonly string[]): Promise<number> => {
    const { verifier } = opened()
    const atOnce = pLimit(50)
    const start = performance.now()
    await atOnce.map(bundles, (bundle) => verifier.verify(bundle))
    return (bundles.length * 1000) / (performance.now() - start)
  },
  /** Reads the whole log: how many records, about how many names, and whether the root is that of the records. */
  audit: async (): Promise<Audit> => {
    const { store } = opened()
    const { size, root } = await store.head()
    const tree = growingTree()
    const names = new Set<string | undefined>()
    for (let from = 0; from < size; from += 256) {
      for (const record of await store.records(from, Math.min(size, from + 256))) {
        tree.add(leafHash(record))
        names.add(parseRecord(record).name)
      }
    }
    return { size, names: names.size, isWhole: tree.size() === size && Buffer.compare(tree.rootAt(size), root) === 0 }
  },
  /** Bytes that the process has in memory, once nothing is left over. */
  memory: (): number => {
    globalThis.gc?.()
    globalThis.gc?.()
    return process.memoryUsage.rss()
  },
  /** Appends a record, and says when that was begun: milliseconds of the epoch. */
  event: async (index: number): Promise<number> => {
    const at = performance.timeOrigin + performance.now()
    await opened().store.append([writeAt(index)], everybodyMay)
    return at
  },
}
export type ServerQuestions = typeof questions
export type Audit = { readonly size: number; readonly names: number; readonly isWhole: boolean }
answering(questions)

const POOL = { threads: 2, queue: 200 }
const PROOFS = 20_000

let registry: Registry | null = null
function opened(): Registry {
  if (registry === null) throw new Error('the registry is not open')
  return registry
}

const forgetful: AnswerCache = { forever: (_, make) => make(), untilCommit: (_key, _until, make) => make() }

const UNLIMITED = { perSecond: 1e9, burst: 1e9 }
const TIMES = { headersSeconds: 60, requestSeconds: 300, idleSeconds: 60, stopSeconds: 1 }

async function listening(on: Registry): Promise<number> {
  const limits = { connections: 20_000, openPerAddress: 20_000, reads: UNLIMITED, writes: UNLIMITED, ...TIMES }
  return (await listen(on, { host: '127.0.0.1', port: 0, tls: null, trustedProxies: new BlockList(), limits })).port
}
