/** The differences between two stored values, leaf by leaf. */
import { canonicalize } from './digest.ts'
import { isArray, isObject, own, type Json, type JsonObject } from './json.ts'
import type { Path } from './pointer.ts'

/** One leaf; a whole subtree where one side has nothing there. */
export type Leaf = { readonly path: Path; readonly before?: Json; readonly after?: Json }

const WRAPPERS = ['$number', '$bytes', '$volatile', '$failed']
/** Cells of the table that finds what two arrays have in common; beyond it they are compared index by index. */
const MAX_CELLS = 250_000

/** Empty if and only if both are the same value (or both are absent). Objects in the order of their keys. */
export function diffLeaves(before: Json | undefined, after: Json | undefined, path: Path = []): Leaf[] {
  const leaves: Leaf[] = []
  walk(before, after, path, leaves)
  return leaves
}

/** Whether a stored value is one of our own markers, which stand for one value. */
export function isWrapper(value: Json): boolean {
  return isObject(value) && WRAPPERS.some((key) => Object.hasOwn(value, key))
}

function walk(before: Json | undefined, after: Json | undefined, path: Path, leaves: Leaf[]): void {
  if (before === after) return
  if (before === undefined || after === undefined) {
    leaves.push({ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) })
    return
  }
  if (isArray(before) && isArray(after)) return walkArrays(before, after, path, leaves)
  if (isObject(before) && isObject(after) && !isWrapper(before) && !isWrapper(after)) return walkObjects(before, after, path, leaves)
  if (canonicalize(before) !== canonicalize(after)) leaves.push({ path, before, after })
}

function walkObjects(before: JsonObject, after: JsonObject, path: Path, leaves: Leaf[]): void {
  for (const key of unionOfKeys(before, after)) {
    walk(own(before, key), own(after, key), [...path, key], leaves)
  }
}

/** The keys of both, each once, by code unit. */
export function unionOfKeys(before: object | undefined, after: object | undefined): string[] {
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort()
}

/** Arrays of one length are compared in place; else what was taken out stands at its old index, what came at its new one. */
function walkArrays(before: readonly Json[], after: readonly Json[], path: Path, leaves: Leaf[]): void {
  if (before.length === after.length) {
    for (let i = 0; i < before.length; i++) walk(before[i], after[i], [...path, i], leaves)
    return
  }
  const old = before.map((item) => canonicalize(item))
  const now = after.map((item) => canonicalize(item))
  const shorter = Math.min(old.length, now.length)
  let start = 0
  while (start < shorter && old[start] === now[start]) start++
  let tail = 0
  while (tail < shorter - start && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++
  const kept = inCommon(old.slice(start, old.length - tail), now.slice(start, now.length - tail))
  if (kept === null) {
    for (let i = start; i < Math.max(before.length, after.length); i++) walk(before[i], after[i], [...path, i], leaves)
    return
  }
  for (let i = start; i < before.length - tail; i++) if (!kept.old.has(i - start)) walk(before[i], undefined, [...path, i], leaves)
  for (let i = start; i < after.length - tail; i++) if (!kept.now.has(i - start)) walk(undefined, after[i], [...path, i], leaves)
}

type Kept = { readonly old: ReadonlySet<number>; readonly now: ReadonlySet<number> }

/** The indices of a longest common subsequence on both sides; null where finding it would take too long. */
function inCommon(old: readonly string[], now: readonly string[]): Kept | null {
  const width = now.length + 1
  if (old.length * now.length > MAX_CELLS) return null
  const lengths = new Uint16Array((old.length + 1) * width)
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const kept = { old: new Set<number>(), now: new Set<number>() }
  for (let i = 0, j = 0; i < old.length && j < now.length;) {
    if (old[i] === now[j]) {
      kept.old.add(i++)
      kept.now.add(j++)
    } else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return kept
}
