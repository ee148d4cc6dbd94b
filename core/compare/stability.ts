/** What several sessions with one server agree on; what they do not is unstable. */
import { diffSurface } from './diff.ts'
import { severityOf, type Finding } from './finding.ts'
import type { JsonObject } from '../json/json.ts'
import { formatPointer } from '../json/pointer.ts'
import { isFailed, LIST_NAMES, seal, sealEntry, type Entries, type Entry, type List, type Surface } from '../surface/surface.ts'

export type Settled = { readonly surface: Surface; readonly unstable: readonly Finding[] }

/**
 * The surface that all sessions make together. The first two are of the same profile, so between them
 * nothing may differ; from the others on, a definition that only some were offered is conditional.
 */
export function settle(first: Surface, again: Surface, others: readonly Surface[]): Settled {
  const unstable = [...diffSurface(first, again)]
  let merged = first
  for (const other of others) {
    for (const finding of diffSurface(merged, other)) if (!isOffer(finding)) unstable.push(finding)
    merged = merge(merged, other)
  }
  return { surface: merged, unstable: unique(unstable) }
}

/** A difference in what a profile is offered, not in what a definition says. */
function isOffer({ code, subject, before, after }: Finding): boolean {
  if (code === 'UI_CHANGED' || (code === 'LIST_CHANGED' && subject === 'ui')) return before === undefined || after === undefined
  return code === 'DEFINITION_ADDED' || code === 'DEFINITION_REMOVED' || code === 'CONDITIONAL_CHANGED'
}

function merge(merged: Surface, other: Surface): Surface {
  const lists: { [name: string]: List } = {}
  for (const name of LIST_NAMES) {
    const [ours, theirs] = [merged[name], other[name]]
    if (ours === undefined || theirs === undefined || isFailed(ours) || isFailed(theirs)) continue
    lists[name] = union(ours, theirs, (entry) => (entry.conditional === true ? entry : sealEntry(name, entry.definition, true)))
  }
  const ui: JsonObject = { ...other.ui, ...merged.ui }
  return seal({ ...merged, ...lists, ...(Object.keys(ui).length > 0 ? { ui } : {}) })
}

function union(ours: Entries, theirs: Entries, conditional: (entry: Entry) => Entry): Entries {
  const result: { [key: string]: Entry } = {}
  for (const [key, entry] of Object.entries({ ...theirs, ...ours })) {
    result[key] = Object.hasOwn(ours, key) && Object.hasOwn(theirs, key) ? entry : conditional(entry)
  }
  return result
}

function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>()
  for (const finding of findings) {
    const key = `${finding.subject ?? ''} ${finding.pointer ?? ''}`
    const known = seen.get(key)
    if (known === undefined || (severityOf(known) !== 'high' && severityOf(finding) === 'high')) seen.set(key, finding)
  }
  return [...seen.values()]
}

/** Where an unstable value stands, as a pointer from the surface on: the one that the policy takes. */
export function surfacePointer({ subject = '', pointer = '' }: Finding): string {
  const split = subject.indexOf('/')
  const path = split < 0 ? [subject] : [subject.slice(0, split), subject.slice(split + 1)]
  return formatPointer(path) + pointer
}
