/** What is wrong with a value that may be one of several things: the issue of the one that was meant. */
import type { z } from 'zod'
import { isObject, type Json } from '../json/json.ts'

type Issue = z.core.$ZodIssue

/**
 * Of a union's alternatives the one that knows most of the keys that are there, then the one that misses least. Where
 * two do, or none knows any key, the union's own words stand.
 */
export function meantIssue(issue: Issue, whole: unknown): Issue {
  if (issue.code !== 'invalid_union') return issue
  const keys = keysAt(whole, issue.path)
  const fitting = issue.errors
    .filter((issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0))
    .map((issues) => ({ issues, unknown: issues.flatMap((one) => (one.code === 'unrecognized_keys' ? one.keys : [])).length }))
    .filter(({ unknown }) => keys === null || unknown < keys)
    .toSorted((a, b) => a.unknown - b.unknown || a.issues.length - b.issues.length)
  const [first, second] = fitting
  const isClear = second === undefined || second.unknown !== first?.unknown || second.issues.length !== first.issues.length
  const found = first?.issues.find(({ code }) => code === 'unrecognized_keys') ?? first?.issues[0]
  if (found === undefined || !isClear) return issue
  return meantIssue({ ...found, path: [...issue.path, ...found.path] }, whole)
}

/** How many members stand there; null for what has none. */
function keysAt(whole: unknown, path: readonly PropertyKey[]): number | null {
  const value = path.reduce<unknown>((at, key) => (at as { readonly [key: PropertyKey]: unknown } | undefined)?.[key], whole) // zod has walked it
  return isObject(value as Json) ? Object.keys(value as object).length : null // what was parsed out of YAML
}
