/** Launches that start a package from an npm registry: which package they name, and how freely. */
import satisfies from 'semver/functions/satisfies.js'
import valid from 'semver/functions/valid.js'
import validRange from 'semver/ranges/valid.js'
import { isRemote, type Launch, type StdioLaunch } from './launch.ts'
import { runnerCall, valueOf } from './runner.ts'

export type NpmLaunch = {
  readonly name: string
  /** What follows the `@`: a version, a range, a tag; '' where nothing does. */
  readonly range: string
  /** The program's name, where the launch chooses one of several. */
  readonly bin: string | null
  /** The arguments that the program gets. */
  readonly args: readonly string[]
  /** Where in `args` of the launch the package's token stands, and what precedes the name in it. */
  readonly token: { readonly index: number; readonly prefix: string }
}

/** A name with a version, range or tag: no path, URL, alias, tarball or variable (npm-package-arg). */
const SPEC = /^(?!.*\.(?:tgz|tar\.gz|tar)$)((?:@[a-z0-9~*_-][a-z0-9~*._-]*\/)?[a-z0-9_][a-z0-9~._-]*)(?:@([^/:$\\]*))?$/i

/** What an `npx`-like launch names, or null for any other launch, and where `isUnreadable`. */
export function npmLaunch(launch: Launch): NpmLaunch | null {
  if (isRemote(launch)) return null
  const call = runnerCall(launch.command, launch.args)
  if (call === null || call.registry !== 'npm' || !call.plain || !call.certain) return null
  const packages = packageOptions(launch.args, call.start, call.end)
  const [chosen] = packages
  const ended = launch.args[call.end] === '--'
  const index = call.end + (ended ? 1 : 0)
  const operand = launch.args[index]
  if (operand === undefined || packages.length > 1 || (chosen !== undefined && !/^[\w@][\w@./-]*$/.test(operand))) return null
  const args = passedOn(launch, index, ended)
  const token = chosen ?? { index, prefix: '', value: operand }
  const parts = SPEC.exec(token.value)
  if (parts === null || args === null) return null
  const [, name = '', range = ''] = parts
  return { name, range, bin: chosen === undefined ? null : operand, args, token: { index: token.index, prefix: token.prefix } }
}

/** Whether the launch starts a package through an npm runner in a way that leaves open which package that is. */
export function isUnreadable(launch: Launch): boolean {
  return !isRemote(launch) && npmLaunch(launch) === null && runnerCall(launch.command, launch.args)?.registry === 'npm'
}

function packageOptions(args: readonly string[], start: number, end: number) {
  const found = []
  for (let at = start; at < end; at++) {
    const option = valueOf(args, at, '-p', '--package')
    if (option === null) continue
    found.push(option)
    at = option.index
  }
  return found
}

/** What the program gets: npm itself, unlike the others, takes options up to a `--` for its own. */
function passedOn({ command, args }: StdioLaunch, operand: number, ended: boolean): readonly string[] | null {
  const rest = args.slice(operand + 1)
  if (command !== 'npm' || ended) return rest
  const dashes = rest.indexOf('--')
  const own = dashes < 0 ? rest : rest.slice(0, dashes)
  if (own.some((word) => word.startsWith('-'))) return null
  return dashes < 0 ? rest : [...own, ...rest.slice(dashes + 1)]
}

/** Whether the launch leaves open which version runs. */
export function floats(npm: NpmLaunch): boolean {
  return valid(npm.range) === null
}

/** Whether a pinned version is one that the launch allows; a tag, or none, allows every version. */
export function allows(npm: NpmLaunch, version: string): boolean {
  if (npm.range === '') return true
  const range = validRange(npm.range)
  return range === null ? true : satisfies(version, range, { includePrerelease: true })
}

/** The launch with its package's token at an exact version. */
export function withVersion(launch: StdioLaunch, npm: NpmLaunch, version: string): StdioLaunch {
  const args = [...launch.args]
  args[npm.token.index] = `${npm.token.prefix}${npm.name}@${version}`
  return { ...launch, args }
}
