/** One record of a log, with all that was kept of its statement. */
import { LockError } from '../core/codes/errors.ts'
import { canonicalize, sha256 } from '../core/json/digest.ts'
import type { Json } from '../core/json/json.ts'
import {
  formatStatement,
  judgeControl,
  judgeManifest,
  leafHash,
  parseManifest,
  parseRecord,
  signerId,
  toHistory,
  type GrowingTree,
  type History,
  type Manifest,
  type Refusal,
} from '../core/registry/index.ts'
import type { RegistryPolicy } from './registry.ts'
import type { Logged, Store } from './store.ts'
import { openStatement } from './submission.ts'

/**
 * What is wrong with it, in words. It is judged by the policy as it is now: what nobody may do any more is said.
 * @param history all that is about the same
 */
export async function auditRecord(
  logged: Logged,
  history: readonly Logged[],
  store: Store,
  { rules, trust }: RegistryPolicy,
  tree: GrowingTree,
): Promise<string[]> {
  const { index } = logged
  const wrong = (problem: string): string[] => [`record ${index}: ${problem}`]
  try {
    if (Buffer.compare(leafHash(logged.record), tree.hashOf({ level: 0, index })) !== 0) return wrong('it is not the leaf of the log')
    const record = parseRecord(logged.record)
    const bundle = await stored(record.bundle, store)
    const { identity, payload, statement } = openStatement(bundle.toString(), trust)
    if (sha256(payload) !== record.statement) return wrong('the bundle signs another statement')
    if (!isSame(signerId(identity), record.signer) || !isSame(identity, logged.identity)) return wrong('somebody else signed it')
    if (!formatStatement(statement).equals(formatStatement(logged.statement)))
      return wrong('what is kept of the statement is not what was signed')
    const manifest = record.kind === 'manifest' ? parseManifest(await stored(record.manifest ?? '', store)) : null
    const before = toHistory(
      index,
      history.filter((one) => one.index < index),
    )
    const refusal = judge({ statement, identity }, manifest, before, rules, tree)
    return refusal === null ? [] : wrong(`it would be refused: ${refusal.code}, ${refusal.detail}`)
  } catch (error) {
    if (!(error instanceof LockError)) throw error
    return wrong(`${error.code}: ${error.message}`)
  }
}

function judge(
  signed: Pick<Logged, 'statement' | 'identity'>,
  manifest: Manifest | null,
  before: History,
  rules: RegistryPolicy['rules'],
  tree: GrowingTree,
): Refusal | null {
  if (manifest !== null) return judgeManifest(signed, manifest, before, rules)
  const rootAt = (size: number): string | null => (size > before.size ? null : Buffer.from(tree.rootAt(size)).toString('base64'))
  // When it was accepted is not in the log, so that nothing has expired.
  return judgeControl(signed, before, rules, rootAt, 0)
}

/** @throws LockError `LOG_BROKEN` */
async function stored(digest: string, store: Pick<Store, 'object'>): Promise<Buffer> {
  const bytes = await store.object(digest)
  if (bytes === null) throw new LockError('LOG_BROKEN', `there is no ${digest}`)
  if (sha256(bytes) !== digest) throw new LockError('LOG_BROKEN', `what is kept as ${digest} is something else`)
  return Buffer.from(bytes)
}

function isSame(a: object, b: object): boolean {
  return canonicalize(a as unknown as Json) === canonicalize(b as unknown as Json) // plain data, all of it JSON
}
