/** What an upgrade does to a closure: packages that come, go or move. */
import { byCodeUnit } from '../json/digest.ts'
import type { ClosureEntry } from './closure.ts'

/** Versions of one package, before and after; a closure may hold several of one name. */
export type Moved = { readonly name: string; readonly before: readonly string[]; readonly after: readonly string[] }

export type ClosureChange = {
  readonly added: readonly Moved[]
  readonly removed: readonly Moved[]
  readonly changed: readonly Moved[]
  /** Packages of which no version had an install script before, and one has now. */
  readonly scripts: readonly string[]
}

export function diffClosures(before: readonly ClosureEntry[], after: readonly ClosureEntry[]): ClosureChange {
  const [old, now] = [versionsOf(before), versionsOf(after)]
  const names = [...new Set([...old.keys(), ...now.keys()])].sort(byCodeUnit)
  const moved = names.map((name): Moved => ({ name, before: old.get(name) ?? [], after: now.get(name) ?? [] }))
  const hadScript = new Set(before.filter(({ script }) => script).map(({ name }) => name))
  const hasScript = new Set(after.filter(({ script }) => script).map(({ name }) => name))
  return {
    added: moved.filter((one) => one.before.length === 0),
    removed: moved.filter((one) => one.after.length === 0),
    changed: moved.filter((one) => one.before.length > 0 && one.after.length > 0 && one.before.join(' ') !== one.after.join(' ')),
    scripts: names.filter((name) => hasScript.has(name) && !hadScript.has(name)),
  }
}

function versionsOf(entries: readonly ClosureEntry[]): Map<string, string[]> {
  const versions = new Map<string, string[]>()
  for (const { name, version } of entries) versions.set(name, [...(versions.get(name) ?? []), version].sort(byCodeUnit))
  return versions
}
