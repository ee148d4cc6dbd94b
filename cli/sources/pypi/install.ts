/** Python packages as they were pinned: a virtual environment in the store, and their program started by its path in it. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '../../../core/launch/artifact.ts'
import { LockError } from '../../../core/codes/errors.ts'
import { readRequirements } from '../../../core/packages/requirements.ts'
import type { PypiPackage } from '../../../core/launch/source.ts'
import { displaySafe } from '../../../core/text.ts'
import { runTool } from '../run-tool.ts'
import type { SourceContext, StartPath } from '../source-kind.ts'
import { inStore } from '../store.ts'
import { pythonEnvironment } from './environment.ts'
import { indexesOf, pythonOf } from './options.ts'
import { pythonTool } from './python-tool.ts'

const WINDOWS = process.platform === 'win32'
const PROGRAMS = WINDOWS ? 'Scripts' : 'bin'
const PYTHON = join(PROGRAMS, WINDOWS ? 'python.exe' : 'python')

/**
 * The environment in which a closure is installed, installing it if need be. Only wheels are, unless the policy
 * lets packages run code when they are installed: the others are built by code of theirs.
 * @throws LockError `PLATFORM_UNPINNED`, `TOOL_MISSING`, `REGISTRY_UNREACHABLE`, `PACKAGE_*`, `INTEGRITY_MISMATCH`
 */
export async function installRequirements(
  pinned: PypiPackage,
  requirements: string,
  artifact: Artifact,
  scripts: boolean,
  context: SourceContext,
): Promise<string> {
  const [platform, only] = (readRequirements(requirements)?.only ?? '').split(', Python ')
  if (only !== undefined && platform !== `${process.platform}-${process.arch}`)
    throw new LockError(
      'PLATFORM_UNPINNED',
      `the packages are pinned for ${platform} only, this is ${process.platform}-${process.arch}; pin with uv, which does so for all`,
    )
  const python = pythonOf(artifact) ?? only ?? null
  const key = [
    pinned.closure.slice('sha256:'.length),
    process.platform,
    process.arch,
    `python${python ?? ''}`,
    ...(scripts ? ['scripts'] : []),
  ]
  const install = async (folder: string): Promise<void> => {
    await writeFile(join(folder, 'requirements.txt'), requirements)
    await writeFile(join(folder, 'uv.toml'), '')
    const tool = await pythonTool(python, context)
    const hashed = ['--require-hashes', '-r', 'requirements.txt', ...indexesOf(artifact, tool.kind)]
    if (tool.kind === 'uv') {
      await tool.run(
        ['venv', '--relocatable', '--no-project', '--no-progress', ...(python === null ? [] : ['--python', python]), 'venv'],
        folder,
      )
      const flags = ['--python', 'venv', '--link-mode', 'copy', '--compile-bytecode', '--no-progress', ...(scripts ? [] : ['--no-build'])]
      await tool.run(['pip', 'install', ...flags, ...hashed], folder)
    } else {
      const made = await runTool(
        { program: tool.program, args: ['-m', 'venv', '--without-pip', 'venv'], folder, env: pythonEnvironment(context.env) },
        context,
      )
      if (!made.ok) throw new LockError('TOOL_MISSING', `\`${tool.program} -m venv\` fails; install uv, or the system's package for venv`)
      const flags = ['--python', join('venv', PYTHON), 'install', '--quiet', ...(scripts ? [] : ['--only-binary', ':all:'])]
      await tool.run([...flags, ...hashed], folder)
    }
  }
  return join(await inStore(key.join('-'), context, install, join('venv', PYTHON)), 'venv')
}

/**
 * How to start a program of the environment: a script by the environment's Python, whatever stands in its
 * first line, for that names the folder in which it was made.
 * @throws LockError `PACKAGE_UNUSABLE`
 */
export async function programIn(environment: string, name: string): Promise<StartPath> {
  const file = join(environment, PROGRAMS, WINDOWS ? `${name}.exe` : name)
  const found = await stat(file).catch(() => null)
  if (found === null || !found.isFile()) {
    const all = (await readdir(join(environment, PROGRAMS)))
      .filter((one) => !/^(?:python[\d.]*|pip[\d.]*|(?:de)?activate.*|pydoc)(?:\.\w+)?$/i.test(one))
      .sort()
    throw new LockError(
      'PACKAGE_UNUSABLE',
      `there is no program \`${name}\` in the package; it has ${displaySafe(all.join(', '), 300) || 'none'}`,
    )
  }
  const head = WINDOWS ? '' : (await readFile(file)).toString('latin1', 0, 512)
  return /^#!.*?python/s.test(head) ? { command: join(environment, PYTHON), args: [file] } : { command: file, args: [] }
}
