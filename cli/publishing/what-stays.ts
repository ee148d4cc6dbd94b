/** What else pauses or revokes something: ending one pause ends none of the others. */
import { own } from '../../core/json/json.ts'
import { digestOf, isSameTarget, nameKey, type History, type Status, type Target } from '../../core/registry/index.ts'
import { wordTarget } from './word-target.ts'

/** Whether anybody has paused it by these words: before, where its history is known, or as it stands now. */
export function wasPaused(target: Target, { paused }: Status, { controls }: History): boolean {
  const before = controls.some(({ statement: { predicate } }) => predicate.action === 'pause' && isSameTarget(predicate.target, target))
  return before || paused.some((one) => isSameTarget(one.target, target))
}

/** A line for each other pause and each revocation that bears on a target; of everything, only the pauses. */
export function stayLines(target: Target, { paused, revoked }: Status, history: History): string[] {
  const pauses = paused.filter((one) => !isSameTarget(one.target, target) && overlap(one.target, target))
  return [
    ...pauses.map(({ target: other, index }) => `${wordTarget(other)} stays paused, by record ${index}${ending(other)}`),
    ...(target.kind === 'all' ? [] : revokedOf(target, revoked, history)),
  ]
}

/** The command that ends a pause, where there is one. */
function ending(target: Target): string {
  if (target.kind === 'manifest') return ''
  return `; to end that: mcp-lock resume ${target.kind === 'all' ? '--all' : wordTarget(target)}`
}

function revokedOf(target: Target, { names, versions, manifests }: Status['revoked'], { publications }: History): string[] {
  const published = publications.map(({ statement }): Target => {
    const { name, version } = statement.predicate
    return { kind: 'manifest', name, version, digest: digestOf(statement) }
  })
  const lines = published.flatMap((one) => {
    if (one.kind !== 'manifest' || !overlap(one, target)) return []
    const entry = own(names, nameKey(one.name)) ?? own(versions, `${nameKey(one.name)}@${one.version}`) ?? own(manifests, one.digest)
    return entry === undefined ? [] : [`${wordTarget(one)} stays revoked, by record ${entry.index}`]
  })
  return [...new Set(lines)]
}

/** Whether something is part of both. */
function overlap(a: Target, b: Target): boolean {
  if (a.kind === 'all' || b.kind === 'all') return true
  if (a.kind === 'signer' || b.kind === 'signer' || nameKey(a.name) !== nameKey(b.name)) return false
  if (a.kind === 'name' || b.kind === 'name') return true
  return a.kind === 'manifest' && b.kind === 'manifest' ? a.digest === b.digest : a.version === b.version
}
