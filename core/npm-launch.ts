/** Launches that start a package from an npm registry: which package they name, and how freely. */
import satisfies from 'semver/functions/satisfies.js'
import valid from 'semver/functions/valid.js'
import validRange from 'semver/ranges/valid.js'
import { isRemote, type Launch, type StdioLaunch } from './launch.ts'

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

const RUNNERS: { readonly [command: string]: readonly string[] } = {
  npx: [],
  pnpx: [],
  bunx: [],
  npm: ['exec', 'x'],
  pnpm: ['dlx'],
  yarn: ['dlx'],
  bun: ['x'],
}
const QUIET = new Set(['-y', '--yes', '-q', '--quiet', '-s', '--silent', '--bun', '--prefer-online', '--prefer-offline'])

/** A name with a version, range or tag: no path, URL, alias, tarball or variable (npm-package-arg). */
const SPEC = /^(?!.*\.(?:tgz|tar\.gz|tar)$)((?:@[a-z0-9~*_-][a-z0-9~*._-]*\/)?[a-z0-9_][a-z0-9~._-]*)(?:@([^/:$\\]*))?$/i

/** What an `npx`-like launch names, or null for any other launch, or one with options that are not understood. */
export function npmLaunch(launch: Launch): NpmLaunch | null {
  if (isRemote(launch)) return null
  const start = firstOperand(launch)
  if (start === null) return null
  let chosen: { index: number; prefix: string; spec: string } | null = null
  let index = start
  let ended = false
  for (; index < launch.args.length; index++) {
    const word = launch.args[index] as string
    if (word === '--') {
      index++
      ended = true
      break
    }
    const option = packageOption(launch.args, index)
    if (option !== null) {
      if (chosen !== null) return null
      chosen = option
      index = option.index
    } else if (!QUIET.has(word)) {
      if (word.startsWith('-')) return null
      break
    }
  }
  const operand = launch.args[index]
  if (operand === undefined || (chosen !== null && !/^[\w@][\w@./-]*$/.test(operand))) return null
  const args = passedOn(launch, index, ended)
  const token = chosen ?? { index, prefix: '', spec: operand }
  const parts = SPEC.exec(token.spec)
  if (parts === null || args === null) return null
  const [, name = '', range = ''] = parts
  return { name, range, bin: chosen === null ? null : operand, args, token: { index: token.index, prefix: token.prefix } }
}

function firstOperand({ command, args }: StdioLaunch): number | null {
  const verbs = Object.hasOwn(RUNNERS, command) ? RUNNERS[command] : undefined
  if (verbs === undefined) return null
  if (verbs.length === 0) return 0
  return verbs.includes(args[0] ?? '') ? 1 : null
}

function packageOption(args: readonly string[], index: number): { index: number; prefix: string; spec: string } | null {
  const word = args[index] as string
  if (word.startsWith('--package=')) return { index, prefix: '--package=', spec: word.slice('--package='.length) }
  if (word !== '-p' && word !== '--package') return null
  return { index: index + 1, prefix: '', spec: args[index + 1] ?? '' }
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
