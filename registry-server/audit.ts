/** Whether a log is what its records say: every hash, signature, digest and decision anew. */
import { LockError } from '../core/codes/errors.ts'
import { canonicalize } from '../core/json/digest.ts'
import {
  compileStatus,
  growingTree,
  HASH_BYTES,
  leafHash,
  nameKey,
  parseRecord,
  TILE_HEIGHT,
  TILE_WIDTH,
  toHistory,
  widthAt,
  type GrowingTree,
} from '../core/registry/index.ts'
import { auditRecord } from './audit-record.ts'
import type { RegistryPolicy } from './registry.ts'
import type { Logged, Store } from './store.ts'

/** What is wrong, in words: with the log as a whole, then with its records, in their order. Nothing where all is as it must be. */
export type Audit = { readonly size: number; readonly problems: readonly string[] }

/** What is accepted meanwhile is not looked at. */
export async function auditLog(store: Store, policy: RegistryPolicy): Promise<Audit> {
  const { size, root } = await store.head()
  const { tree, names, problems } = await readLeaves(store, size)
  if (tree.size() !== size) return { size, problems: [...problems, `the head has ${size} records, and the log ${tree.size()}`] }
  if (Buffer.compare(tree.rootAt(size), root) !== 0) problems.push('the root of the head is not that of the records')
  problems.push(...(await auditTiles(store, size, tree)))

  let known = 0
  const ofRecords = new Map<number, readonly string[]>()
  const controls: Logged[] = []
  for (const name of [null, ...names]) {
    const history = (await store.logged(name)).filter(({ index }) => index < size)
    for (const one of history.filter(({ statement }) => nameOf(statement) === name)) {
      known++
      if (one.statement.kind === 'control') controls.push(one)
      ofRecords.set(one.index, await auditRecord(one, history, store, policy, tree))
    }
  }
  if (known !== size) problems.push(`the log has ${size} records, and ${known} are known by what they are about`)
  const inOrder = controls.toSorted((a, b) => a.index - b.index)
  const kept = (await store.logged(null)).filter(({ index }) => index < size)
  const statusOf = (all: readonly Logged[]): string => canonicalize(compileStatus(toHistory(size, all)))
  if (statusOf(inOrder) !== statusOf(kept)) problems.push('the status is not what the control statements amount to')
  const inTurn = [...ofRecords].toSorted(([a], [b]) => a - b).flatMap(([, some]) => some)
  return { size, problems: [...problems, ...inTurn] }
}

async function readLeaves(store: Store, size: number): Promise<{ tree: GrowingTree; names: Set<string>; problems: string[] }> {
  const [tree, names, problems] = [growingTree(), new Set<string>(), new Array<string>()]
  for (let from = 0; from < size; from += TILE_WIDTH) {
    const records = await store.records(from, Math.min(size, from + TILE_WIDTH))
    records.forEach((bytes, i) => {
      tree.add(leafHash(bytes))
      try {
        const { name } = parseRecord(bytes)
        if (name !== undefined) names.add(nameKey(name))
      } catch (error) {
        if (!(error instanceof LockError)) throw error
        problems.push(`record ${from + i}: ${error.message}`)
      }
    })
  }
  return { tree, names, problems }
}

async function auditTiles(store: Store, size: number, tree: GrowingTree): Promise<string[]> {
  const problems: string[] = []
  for (let level = 0; TILE_WIDTH ** level <= size; level++) {
    for (let index = 0; widthAt(level, index, size) > 0; index++) {
      const width = widthAt(level, index, size)
      const bytes = (await store.tile(level, index))?.subarray(0, width * HASH_BYTES)
      const expected = Array.from({ length: width }, (_, i) => tree.hashOf({ level: level * TILE_HEIGHT, index: index * TILE_WIDTH + i }))
      if (bytes === undefined || Buffer.compare(bytes, Buffer.concat(expected)) !== 0)
        problems.push(`tile ${level}/${index} is not that of the records`)
    }
  }
  return problems
}

/** As it is unique; null for what is about everything. */
function nameOf(statement: Logged['statement']): string | null {
  const about = statement.kind === 'manifest' ? statement.predicate : statement.predicate.target
  return 'name' in about ? nameKey(about.name) : null
}
