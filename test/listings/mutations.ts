/** Every smallest change of a JSON value, one at a time, made in place and taken back. */
import { canonicalize } from '../../core/json/digest.ts'
import { member, type Json } from '../../core/json/json.ts'

export type MutableObject = { [key: string]: Json }
export type Kind = 'changed' | 'retyped' | 'renamed' | 'removed' | 'added' | 'swapped'

export type Mutation = {
  readonly kind: Kind
  /** Of the changed place, from the root on, in stored keys; of the new one for `added`. */
  readonly path: readonly (string | number)[]
  /** What holds the place; its canonical form is the smallest that differs. */
  readonly container: Json
  readonly apply: () => void
  readonly undo: () => void
}

/** All mutations below `root`, which must not be changed otherwise meanwhile; members of the root in `except` are left alone. */
export function* mutations(
  root: MutableObject,
  except: ReadonlySet<string> = new Set(),
  path: readonly (string | number)[] = [],
): Generator<Mutation> {
  for (const key of Object.keys(root)) {
    if (path.length === 0 && except.has(key)) continue
    const value = root[key] as Json
    const here = [...path, key]
    const restore = (): void => {
      root[key] = value
    }
    const remove = (): void => {
      delete root[key]
    }
    yield* replaced(value, here, root, (other) => (root[key] = other), restore)
    yield { kind: 'removed', path: here, container: root, apply: remove, undo: restore }
    const renamed = `${key}\u200b`
    yield {
      kind: 'renamed',
      path: here,
      container: root,
      apply: () => {
        remove()
        root[renamed] = value
      },
      undo: () => {
        delete root[renamed]
        restore()
      },
    }
    yield* below(value, here)
  }
  let added = 'added'
  while (Object.hasOwn(root, added)) added += '_'
  yield { kind: 'added', path: [...path, added], container: root, apply: () => (root[added] = null), undo: () => delete root[added] }
}

function* inArray(array: Json[], path: readonly (string | number)[]): Generator<Mutation> {
  for (let i = 0; i < array.length; i++) {
    const value = array[i] as Json
    const next = array[i + 1]
    const here = [...path, i]
    const restore = (): void => {
      array[i] = value
    }
    yield* replaced(value, here, array, (other) => (array[i] = other), restore)
    yield { kind: 'removed', path: here, container: array, apply: () => array.splice(i, 1), undo: () => array.splice(i, 0, value) }
    if (next !== undefined && canonicalize(next) !== canonicalize(value)) {
      const swap = (): void => {
        ;[array[i], array[i + 1]] = [array[i + 1] as Json, array[i] as Json]
      }
      yield { kind: 'swapped', path: here, container: array, apply: swap, undo: swap }
    }
    yield* below(value, here)
  }
  yield { kind: 'added', path: [...path, array.length], container: array, apply: () => array.push(null), undo: () => array.pop() }
}

function* below(value: Json, path: readonly (string | number)[]): Generator<Mutation> {
  if (isLeaf(value)) return
  if (Array.isArray(value)) yield* inArray(value, path)
  else yield* mutations(value as MutableObject, undefined, path)
}

function* replaced(
  value: Json,
  path: readonly (string | number)[],
  container: Json,
  set: (other: Json) => unknown,
  undo: () => void,
): Generator<Mutation> {
  const other = isLeaf(value) ? changed(value) : undefined
  if (other !== undefined) yield { kind: 'changed', path, container, apply: () => set(other), undo }
  const retype = retyped(value)
  yield { kind: 'retyped', path, container, apply: () => set(retype), undo }
}

/** A number that a double cannot hold is one value. */
function isLeaf(value: Json): boolean {
  return typeof value !== 'object' || value === null || member(value, '$number') !== undefined
}

/** A value of the same type; undefined where the type has but one. */
function changed(value: Json): Json | undefined {
  if (typeof value === 'string') return `${value}\u200b`
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1 === value ? value / 2 : value + 1
  return value === null ? undefined : { $number: '2e+400' }
}

/** A value of another type that looks much the same. */
function retyped(value: Json): Json {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return String(value)
  const number = member(value, '$number')
  if (typeof number === 'string') return number
  return Array.isArray(value) ? Object.fromEntries(value.entries()) : [value]
}
