/** Whether the words of mcp-lock in client configs start the pin that is looked at, and by which version. */
import { resolve } from 'node:path'
import type { Finding } from '../../core/compare/finding.ts'
import type { ServerPolicy } from '../../core/policy/policy.ts'
import type { Configured } from '../clients/configured.ts'
import { findRoot, isUsers, type Project } from '../project/project.ts'
import type { World } from '../world/world.ts'
import { fromWorkspace } from '../../core/launch/template.ts'

/** `run` takes the lock that it finds from the folder in which the client starts it: that has to be this one. */
export async function checkWrapper(
  { entries }: Configured,
  { floating }: ServerPolicy,
  project: Project,
  world: World,
): Promise<Finding[]> {
  const findings: Finding[] = []
  if (floating !== 'allow' && entries.some(({ wrapper }) => wrapper?.floats === true))
    findings.push({
      code: 'LAUNCH_FLOATING',
      subject: 'source',
      detail: '`mcp-lock` itself; write its version behind it: `mcp-lock@1.2.3`',
    })
  for (const { wrapper, start, file } of entries) {
    if (wrapper === null || start.kind === 'address') continue
    const elsewhere = wrapper.global ? !isUsers(project) : isUsers(project) || !(await isHere(start.cwd ?? '.', project, world))
    const detail = `${file}: there, \`run\` finds another lock than this one`
    if (elsewhere) findings.push({ code: 'LAUNCH_CHANGED', subject: 'source', detail })
  }
  return findings
}

async function isHere(cwd: string, { root }: Project, world: World): Promise<boolean> {
  const folder = fromWorkspace(cwd, root)
  if (folder.includes('${')) return false
  const found = await findRoot({ ...world, cwd: resolve(root, folder) }).catch(() => null)
  return found === root
}
