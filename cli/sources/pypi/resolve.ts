/** Resolving a Python package to its closure, by the machine's own uv or pip. Nothing is installed, no build code runs. */
import type { Artifact } from '../../../core/launch/artifact.ts'
import { sha256 } from '../../../core/json/digest.ts'
import { LockError } from '../../../core/codes/errors.ts'
import { member, parseStrict, type Json } from '../../../core/json/json.ts'
import { normalName } from '../../../core/launch/pypi-launch.ts'
import { strictest, type ReleaseLimit } from '../../../core/packages/release-age.ts'
import {
  formatRequirements,
  isRequirementsOf,
  readRequirements,
  type Requirement,
  type Requirements,
} from '../../../core/packages/requirements.ts'
import type { PypiPackage } from '../../../core/launch/source.ts'
import type { ResolveContext } from '../source-kind.ts'
import { indexesOf, pythonOf, requirementsOf } from './options.ts'
import { inFolder, pythonTool, type PythonTool } from './python-tool.ts'

export type Resolved = { readonly package: PypiPackage; readonly requirements: string; readonly size: number }

/**
 * The newest version that the launch allows here, without its dependencies; null where there is none.
 * @throws LockError `TOOL_MISSING`, `REGISTRY_UNREACHABLE`, `RELEASE_UNDATED`
 */
export async function newestVersion(artifact: Artifact, context: ResolveContext): Promise<string | null> {
  const tool = await pythonTool(pythonOf(artifact), context)
  const alone = { ...artifact, options: artifact.options.filter(([name]) => name !== '-w' && name !== '--with') }
  const found = await (
    tool.kind === 'uv' ? compile(alone, ['--no-deps', ...ageOf(context).flags], tool) : report(alone, tool, context, ['--no-deps'])
  ).catch((error: unknown) => {
    if (error instanceof LockError && (error.code === 'PACKAGE_NOT_FOUND' || error.code === 'PACKAGE_UNUSABLE')) return null
    throw error
  })
  return found?.entries.find(({ name }) => name === artifact.name)?.version ?? null
}

/**
 * The newest version that the launch allows, with its closure: by uv for every platform, by pip for this one
 * alone. What has no wheel is not taken, for its version and dependencies are known only to its build code.
 * @throws LockError `TOOL_MISSING`, `REGISTRY_UNREACHABLE`, `PACKAGE_*`, `RELEASE_*`
 */
export async function resolveRequirements(artifact: Artifact, context: ResolveContext): Promise<Resolved> {
  const tool = await pythonTool(pythonOf(artifact), context)
  const found = tool.kind === 'uv' ? await withinLimit(artifact, tool, context) : await report(artifact, tool, context)
  const [top, ...others] = found.entries.filter(({ name }) => name === artifact.name)
  if (top === undefined || top.marker !== '' || others.length > 0)
    throw new LockError('PACKAGE_UNUSABLE', `\`${artifact.name}\` has not one version for every platform; name one in the client config`)
  const requirements = formatRequirements(found)
  const pinned: PypiPackage = { closure: sha256(requirements), name: artifact.name, type: 'pypi', version: top.version }
  if (!isRequirementsOf(pinned, requirements))
    throw new LockError('PACKAGE_UNUSABLE', `\`${artifact.name}\` has a closure that cannot be written down`)
  return { package: pinned, requirements, size: new Set(found.entries.map(({ name }) => name)).size }
}

/** How old releases must be, by the policy and by the user's own `UV_EXCLUDE_NEWER`. */
function ageOf({ env, limit: own }: ResolveContext): { readonly limit: ReleaseLimit | null; readonly flags: readonly string[] } {
  const named = env['UV_EXCLUDE_NEWER'] ?? ''
  const cutoff = Date.parse(named)
  const limit = strictest([own, Number.isNaN(cutoff) ? null : { cutoff, age: null, by: '`UV_EXCLUDE_NEWER`' }])
  const date = limit === null ? named : new Date(limit.cutoff).toISOString()
  return { limit, flags: date === '' ? [] : ['--exclude-newer', date] }
}

async function withinLimit(artifact: Artifact, uv: PythonTool, context: ResolveContext): Promise<Requirements> {
  const { limit, flags } = ageOf(context)
  return compileOne(artifact, flags, uv).catch(async (error: unknown) => {
    if (limit !== null && error instanceof LockError && error.code.startsWith('PACKAGE_')) await explainTooNew(artifact, limit, uv)
    throw error
  })
}

async function explainTooNew(artifact: Artifact, limit: ReleaseLimit, uv: PythonTool): Promise<void> {
  const free = await compileOne(artifact, [], uv).catch(() => null)
  const top = free?.entries.find(({ name }) => name === artifact.name)
  if (top === undefined) return
  const before = new Date(limit.cutoff).toISOString()
  throw new LockError(
    'RELEASE_TOO_NEW',
    `\`${artifact.name}==${top.version}\`, or a package that it needs, was published after ${before}, or has no date (${limit.by})`,
  )
}

/** A package that older Pythons get in an older version is the one that this machine would get. */
async function compileOne(artifact: Artifact, age: readonly string[], uv: PythonTool): Promise<Requirements> {
  const found = await compile(artifact, ['--universal', ...age], uv)
  if (found.entries.filter(({ name }) => name === artifact.name).length === 1) return found
  const here = await compile(artifact, age, uv)
  const version = here.entries.find(({ name }) => name === artifact.name)?.version
  return version === undefined ? found : compile({ ...artifact, range: version }, ['--universal', ...age], uv)
}

async function compile(artifact: Artifact, flags: readonly string[], uv: PythonTool): Promise<Requirements> {
  const python = pythonOf(artifact)
  const args = ['pip', 'compile', '-', '--generate-hashes', '--no-header', '--no-annotate', '--no-build', '--no-progress', ...flags]
  const version = python === null ? [] : ['--python-version', python]
  const input = `${requirementsOf(artifact).join('\n')}\n`
  const text = await inFolder((folder) => uv.run([...args, ...version, ...indexesOf(artifact, 'uv')], folder, input))
  const found = readRequirements(text)
  if (found === null)
    throw new LockError('PACKAGE_UNUSABLE', `\`${artifact.name}\`: the index gives no hashes for a package of its closure`)
  return found
}

async function report(artifact: Artifact, pip: PythonTool, { limit }: ResolveContext, more: readonly string[] = []): Promise<Requirements> {
  if (limit !== null) throw new LockError('RELEASE_UNDATED', 'pip does not say when releases were published; install uv')
  const args = ['install', '--dry-run', '--ignore-installed', '--quiet', '--report', '-', '--only-binary', ':all:', ...more]
  const text = await inFolder((folder) => pip.run([...args, ...indexesOf(artifact, 'pip'), '--', ...requirementsOf(artifact)], folder))
  const value = parseStrict(text)
  const installed = member(value, 'install')
  const python = member(member(value, 'environment'), 'python_version')
  const entries = (Array.isArray(installed) ? installed : []).map(entryOf)
  return { only: `${process.platform}-${process.arch}, Python ${typeof python === 'string' ? python : ''}`, entries }
}

function entryOf(item: Json): Requirement {
  const metadata = member(item, 'metadata')
  const [name, version] = [member(metadata, 'name'), member(metadata, 'version')]
  const hash = member(member(member(member(item, 'download_info'), 'archive_info'), 'hashes'), 'sha256')
  if (typeof name !== 'string' || typeof version !== 'string' || typeof hash !== 'string')
    throw new LockError('PACKAGE_UNUSABLE', 'pip gives no version with a hash for a package of the closure')
  return { name: normalName(name), version, marker: '', hashes: [`sha256:${hash}`] }
}
