/** A server that has another name in the config than in the lock. */
import { checkLaunch } from '../../core/compare/check-launch.ts'
import { policyFor } from '../../core/policy/policy.ts'
import { isPlainName } from '../../core/text.ts'
import { unusedPins, type Project } from './project.ts'

/** The one pin that no config names any more and that was made of what this unpinned server starts; null for none, and for several. */
export function renamedFrom(name: string, project: Project): string | null {
  const server = project.servers.get(name)
  if (server === undefined) return null
  const same = unusedPins(project).filter(([old, pin]) =>
    checkLaunch(server.launches, server.transport, pin, policyFor(project.policy, old)).every(({ code }) => code === 'LAUNCH_FLOATING'),
  )
  return same.length === 1 ? (same[0]?.[0] ?? null) : null
}

/** What to say of it; not yet fit to be shown. */
export function wordRename(before: string, after: string): string {
  const command = isPlainName(before) && isPlainName(after) ? `mcp-lock mv ${before} ${after}` : 'mcp-lock mv OLD NEW'
  return `it starts what \`${before}\` is pinned for, which no config names any more; to keep that pin: ${command}`
}
