/** The machine's uv or, where there is none, the pip of its Python: what resolves and installs Python packages. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Code } from '../../../core/codes/codes.ts'
import { LockError } from '../../../core/codes/errors.ts'
import { runTool } from '../run-tool.ts'
import type { SourceContext } from '../source-kind.ts'
import { pythonEnvironment } from './environment.ts'
import { inTemporaryFolder } from '../../world/temporary-folder.ts'

export type PythonTool = {
  readonly kind: 'uv' | 'pip'
  /** Of pip, the Python that it belongs to. */
  readonly program: string
  /** Runs it in a folder, with whatever stands there. */
  run(args: readonly string[], folder: string, input?: string): Promise<string>
}

/**
 * @param python `3.12`, the version that is asked for; null for any
 * @throws LockError `TOOL_MISSING`, where there is neither
 */
export async function pythonTool(python: string | null, context: SourceContext): Promise<PythonTool> {
  const uv = toolOf('uv', 'uv', [], context)
  if (await isThere(uv)) return uv
  // The programs that pip makes on Windows name the folder in which they were made, and the store's moves.
  const programs = process.platform === 'win32' ? [] : [...(python === null ? [] : [`python${python}`]), 'python3']
  for (const program of programs) {
    const pip = toolOf('pip', program, ['-m', 'pip', '--disable-pip-version-check', '--no-input'], context)
    if (await isThere(pip)) return pip
  }
  throw new LockError('TOOL_MISSING', 'there is neither `uv` nor a Python 3 with pip')
}

function toolOf(kind: PythonTool['kind'], program: string, prefix: readonly string[], context: SourceContext): PythonTool {
  const env = pythonEnvironment(context.env)
  return {
    kind,
    program,
    async run(args, folder, input) {
      const some = input === undefined ? {} : { input }
      const { ok, stdout, stderr } = await runTool({ program, args: [...prefix, ...args], folder, env, ...some }, context)
      if (!ok) throw pythonError(kind, stderr)
      return stdout
    },
  }
}

async function isThere(tool: PythonTool): Promise<boolean> {
  return inFolder((folder) => tool.run(['--version'], folder)).then(
    () => true,
    (error: unknown) => {
      if (error instanceof LockError && error.code === 'INTERRUPTED') throw error
      return false
    },
  )
}

/** An empty folder for one run; an empty `uv.toml` in it ends uv's search for a project's in the folders above. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  return inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, 'uv.toml'), '')
    return work(folder)
  })
}

const CODES: readonly (readonly [said: RegExp, code: Code])[] = [
  [/hash mismatch|do not match the hashes/i, 'INTEGRITY_MISMATCH'],
  [/--require-hashes|hashes are required|no wheels with a matching|not compatible with the current|requires python/i, 'PLATFORM_UNPINNED'],
  [
    /failed to fetch|request failed|error sending request|connection broken|max retries|could not connect|timed out/i,
    'REGISTRY_UNREACHABLE',
  ],
  [/no usable wheels|building from source is disabled|no wheels are available|no wheels/i, 'PACKAGE_UNUSABLE'],
  [
    /not found in the package registry|there (?:is|are) no versions?|no matching distribution|could not find a version/i,
    'PACKAGE_NOT_FOUND',
  ],
  [/no solution found|resolutionimpossible|failed to build|build backend/i, 'PACKAGE_UNUSABLE'],
]

function pythonError(kind: PythonTool['kind'], said: string): LockError {
  const [, code] = CODES.find(([pattern]) => pattern.test(said)) ?? []
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^\s*(?:error|ERROR|cause|\u00d7|[\u2570\u251c]\u2500\u25b6|\u2502)\s*:?\s*/, '').trim())
  const shown = lines.filter((line) => line !== '' && !/^(?:WARNING|Resolved|Using|warning)/.test(line)).slice(0, 2)
  return new LockError(code ?? 'REGISTRY_UNREACHABLE', `${kind}: ${shown.join(': ').slice(0, 300)}`)
}
