/** Two locks against each other: what changed of each server, and what a reader should know of that first. */
import { diffPin, diffSurface, NOTHING } from '../../core/compare/diff.ts'
import type { Finding, LockVerdict, ServerVerdict } from '../../core/compare/finding.ts'
import { judge } from '../../core/compare/upgrade.ts'
import { own } from '../../core/json/json.ts'
import type { Lock, Pin } from '../../core/lock/lockfile.ts'
import { newRisks } from '../../core/surface/risky.ts'
import { judgementLines } from './judgement.ts'

export type LockComparison = {
  readonly verdict: LockVerdict
  /** By server, as in a report. */
  readonly notes: { readonly [server: string]: readonly string[] }
  readonly differs: boolean
}

/** `path` is what the report calls the lock. */
export function compareLocks(path: string, before: Lock, after: Lock): LockComparison {
  const names = [...new Set([...Object.keys(before.servers), ...Object.keys(after.servers)])].sort()
  const servers: { [name: string]: ServerVerdict } = {}
  const notes: { [name: string]: readonly string[] } = {}
  for (const name of names) {
    const [old, now] = [own(before.servers, name), own(after.servers, name)]
    const findings = compare(old, now)
    servers[name] = { status: findings.length > 0 ? 'changed' : 'ok', findings }
    if (findings.length === 0) continue
    const judged = old === undefined ? ['a new server'] : now === undefined ? [] : judgementLines(judge(old, now, findings))
    notes[name] = [...judged, ...riskLines(newRisks(old?.surface ?? null, now?.surface ?? null))]
  }
  const differs = Object.values(servers).some(({ findings }) => findings.length > 0)
  return { verdict: { path, servers, findings: [], coverage: [] }, notes, differs }
}

const SHOWN = 5

function riskLines(risks: readonly string[]): string[] {
  const more = risks.length > SHOWN ? [`and ${risks.length - SHOWN} more: mcp-lock show --risky`] : []
  return [...risks.slice(0, SHOWN).map((risk) => `read first: ${risk}`), ...more]
}

function compare(before: Pin | undefined, after: Pin | undefined): Finding[] {
  if (after === undefined) return before === undefined ? [] : [{ code: 'PIN_REMOVED', subject: 'source' }]
  if (before !== undefined) return diffPin(before, after)
  return [
    { code: 'PIN_ADDED', subject: 'source', after: after.source },
    ...(after.surface === null ? [] : diffSurface(NOTHING, after.surface)),
  ]
}
