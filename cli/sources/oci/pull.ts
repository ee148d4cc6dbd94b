/** Bringing a pinned image to this machine, by the engine that the launch names, before a server's own time begins. */
import { tmpdir } from 'node:os'
import { LockError } from '../../../core/codes/errors.ts'
import { displaySafe } from '../../../core/text.ts'
import { inherited } from '../../world/inherited.ts'
import { runTool } from '../run-tool.ts'
import type { SourceContext } from '../source-kind.ts'

/** @throws LockError `TOOL_MISSING`, `INSTALL_TIMEOUT`, `REGISTRY_UNREACHABLE`, `INTERRUPTED` */
export async function pullImage(program: string, flags: readonly string[], reference: string, context: SourceContext): Promise<void> {
  // The environment of the server itself, for it says which engine is spoken to.
  const tool = { program, folder: tmpdir(), env: inherited({ env: context.env, platform: process.platform }, {}) }
  if ((await runTool({ ...tool, args: ['image', 'inspect', reference] }, context)).ok) return
  context.onInstall?.()
  const { ok, stderr } = await runTool({ ...tool, args: ['pull', '--quiet', ...flags, reference] }, context)
  if (ok) return
  const code = /cannot connect|is the docker daemon running|no such file or directory/i.test(stderr)
    ? 'TOOL_MISSING'
    : 'REGISTRY_UNREACHABLE'
  throw new LockError(code, `${displaySafe(program, 100)}: ${displaySafe(stderr.trim().split('\n').at(-1) ?? '', 300)}`)
}
