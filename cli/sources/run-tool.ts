/** A package manager or container engine of the machine, run for us. */
import { LockError } from '../../core/codes/errors.ts'
import { runProgram, type Program } from '../world/run-program.ts'
import type { SourceContext } from './source-kind.ts'

export type Tool = Omit<Program, 'shell'>

type Ran = { readonly ok: boolean; readonly stdout: string; /** The last of it. */ readonly stderr: string }

/** More than the longest list of releases that a registry has. */
const MAX_OUTPUT = 64 * 1024 * 1024

/** @throws LockError `TOOL_MISSING`, where it cannot be started; `INSTALL_TIMEOUT`; `REGISTRY_UNREACHABLE`, where it says too much; `INTERRUPTED` */
export async function runTool(tool: Tool, { timeout, signal }: SourceContext): Promise<Ran> {
  const outcome = await runProgram(tool, { timeout, maxOutput: MAX_OUTPUT, signal })
  const { program } = tool
  switch (outcome.kind) {
    case 'ended':
      return { ok: outcome.code === 0, stdout: outcome.stdout.toString('utf8'), stderr: outcome.stderr }
    case 'too much output':
      throw new LockError('REGISTRY_UNREACHABLE', `\`${program}\` wrote more than ${MAX_OUTPUT} bytes`)
    case 'too long':
      throw new LockError('INSTALL_TIMEOUT', `\`${program}\` took longer than ${timeout / 1_000} seconds`)
    case 'not started':
      throw new LockError('TOOL_MISSING', `the program \`${program}\` cannot be started`, { cause: outcome.cause })
  }
}
