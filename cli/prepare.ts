/** From what a config says to what is started: source resolved, package installed, variables filled in. */
import { heldClosure, isClosureOf, scriptsOf, type Closure } from '../core/closure.ts'
import { LockError } from '../core/errors.ts'
import type { Coverage } from '../core/finding.ts'
import { escapeKey, member, parseStrict } from '../core/json.ts'
import { isRemote, type Launch } from '../core/launch.ts'
import type { Pin } from '../core/lockfile.ts'
import { allows, isUnreadable, npmLaunch, withVersion, type NpmLaunch } from '../core/npm-launch.ts'
import type { ServerPolicy } from '../core/policy.ts'
import type { Package, Source, Transport } from '../core/source.ts'
import { expand } from '../core/template.ts'
import { displaySafe } from '../core/text.ts'
import type { Target } from './capture/capture.ts'
import { startOf, type Configured } from './clients/configured.ts'
import { readClosureFiles, type ClosureFiles } from './lock-store.ts'
import type { NpmContext } from './npm/run-npm.ts'
import { hashLaunchFiles } from './pinned-files.ts'

export type Resolved = {
  readonly source: Omit<Source, 'transport'>
  readonly npm: NpmLaunch | null
  readonly closure: ClosureFiles | null
  /** Packages in the closure, itself included. */
  readonly size: number
  /** Whether the closure was made now, not taken from beside the lock. */
  readonly fresh: boolean
}

/**
 * What a launch stands for. A version that is already pinned, and that the config allows, never moves.
 * @throws LockError `LAUNCH_UNREADABLE`, `REGISTRY_UNREACHABLE`, `PACKAGE_*`, `CLOSURE_ALTERED`
 */
export async function resolveSource(server: Configured, pinned: Pin | undefined, context: NpmContext): Promise<Resolved> {
  const { launch } = server
  const unreadable = server.launches.find(isUnreadable)
  if (unreadable !== undefined && !isRemote(unreadable)) {
    const line = displaySafe([unreadable.command, ...unreadable.args].join(' '), 200)
    throw new LockError('LAUNCH_UNREADABLE', `it is not certain which package \`${line}\` starts`)
  }
  const files = await hashLaunchFiles(context.root, launch)
  const some = Object.keys(files).length > 0 ? { files } : {}
  const npm = npmLaunch(launch)
  if (npm === null || isRemote(launch)) return { source: { ...some, launch }, npm: null, closure: null, size: 0, fresh: false }
  const { closure, fresh } = await resolvePackage(server.name, npm, pinned?.source.package, context)
  const source = { ...some, launch: withVersion(launch, npm, closure.package.version), package: closure.package }
  return { source, npm, closure, size: closure.size, fresh }
}

async function resolvePackage(
  server: string,
  npm: NpmLaunch,
  pinned: Package | undefined,
  context: NpmContext,
): Promise<{ closure: Closure; fresh: boolean }> {
  const { resolveClosure } = await import('./npm/store.ts')
  if (pinned === undefined || pinned.name !== npm.name || !allows(npm, pinned.version)) {
    return { closure: await resolveClosure(npm.name, npm.range, context), fresh: true }
  }
  const files = await readClosureFiles(context.root, server)
  if (files !== null && isClosureOf(pinned, files.manifest, files.lockfile)) {
    return { closure: heldClosure(pinned, files.manifest, files.lockfile), fresh: false }
  }
  const again = await resolveClosure(npm.name, pinned.version, context)
  if (again.package.integrity !== pinned.integrity) {
    throw new LockError('CLOSURE_ALTERED', `\`${npm.name}@${pinned.version}\` has another integrity in the registry than in the lock`)
  }
  return { closure: again, fresh: true }
}

/**
 * What to start or connect to. A package is installed from its closure and started by its path.
 * @throws LockError `VARIABLE_UNSET`, `REGISTRY_UNREACHABLE`, `PACKAGE_UNUSABLE`
 */
export async function makeTarget(
  server: Configured,
  resolved: Pick<Resolved, 'source' | 'npm' | 'closure'>,
  transport: Transport | null,
  policy: ServerPolicy,
  context: NpmContext & { readonly platform: NodeJS.Platform },
): Promise<Target> {
  const start = await startOf(server, context)
  if (start.unset.length > 0) throw new LockError('VARIABLE_UNSET', `no value for ${start.unset.map((name) => `\`${name}\``).join(', ')}`)
  if (start.url !== null) {
    return {
      kind: 'address',
      address: { url: start.url, headers: start.headers, secrets: start.secrets },
      transport: transport === 'stdio' ? null : transport,
    }
  }
  const base = { cwd: start.cwd, env: { ...inherited(context), ...start.env }, secrets: start.secrets }
  if (resolved.npm === null) {
    return { kind: 'program', program: { ...base, command: start.command, args: start.args } }
  }
  if (resolved.source.package === undefined || resolved.closure === null)
    throw new LockError('PACKAGE_UNUSABLE', `the lock has no closure of \`${displaySafe(resolved.npm.name, 200)}\``)
  const { installClosure, programOf } = await import('./npm/store.ts')
  const folder = await installClosure(resolved.source.package, resolved.closure.lockfile, policy.scripts === 'allow', context)
  const path = await programOf(folder, resolved.source.package.name, resolved.npm.bin)
  const args = resolved.npm.args.map((word) => expand(word, start.variables).text)
  return { kind: 'program', program: { ...base, command: path.command, args: [...path.args, ...args] } }
}

/** The variables that MCP clients hand to every server; the others stay with us. */
const INHERITED = ['HOME', 'LANG', 'LC_ALL', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'USER']
const INHERITED_WINDOWS = [
  'APPDATA',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATH',
  'PROCESSOR_ARCHITECTURE',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'USERNAME',
  'USERPROFILE',
  'PROGRAMFILES',
]

function inherited({ env, platform }: { readonly env: NpmContext['env']; readonly platform: NodeJS.Platform }): { [name: string]: string } {
  const result: { [name: string]: string } = {}
  for (const name of platform === 'win32' ? INHERITED_WINDOWS : INHERITED) {
    const value = env[name]
    if (value !== undefined) result[name] = value
  }
  return result
}

/** What a pin of this source does not cover. */
export function coverageOf(
  server: string,
  source: Omit<Source, 'transport'>,
  closure: ClosureFiles | null,
  policy: ServerPolicy,
): Coverage[] {
  const { launch } = source
  const coverage: Coverage[] = []
  const add = (code: Coverage['code'], detail?: string): void =>
    void coverage.push({ code, server, ...(detail === undefined ? {} : { detail }) })
  if (isRemote(launch)) add('REMOTE_CODE')
  else if (source.package === undefined) add(source.files === undefined ? 'SOURCE_UNRESOLVED' : 'IMPORTS_UNPINNED')
  const unpinned = unpinnedValues(launch)
  if (unpinned.length > 0) add('ENV_UNPINNED', unpinned.join(', '))
  if (policy.resources !== 'pin') add('RESOURCES_OFF')
  if (closure !== null && policy.scripts === 'deny' && closure.lockfile.includes('hasInstallScript')) {
    const scripts = scriptsOf(member(parseStrict(closure.lockfile), 'packages'))
    if (scripts.length > 0) add('SCRIPTS_NOT_RUN', scripts.join(', '))
  }
  return coverage
}

/** The headers, or variables and the file of them, whose values are not in the launch. */
function unpinnedValues(launch: Launch): readonly string[] {
  if (isRemote(launch)) return launch.headers ?? []
  const { env = [], envFile, envValues = {} } = launch
  const names = env.filter((name) => !Object.hasOwn(envValues, escapeKey(name)))
  return envFile === undefined ? names : [...names, `all of ${envFile}`]
}
