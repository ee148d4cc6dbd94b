/** Package runners: the programs that fetch a package and start it, and which of their words choose it. */

type Registry = 'npm' | 'pypi'

/** What stands before the options, as words with a space behind each; '' where nothing does. */
type Runner = {
  readonly registry: Registry
  readonly verbs: readonly string[]
  /** Options of the others that are none of its own, or mean something else: the next word may be a value then. */
  readonly lacks?: readonly string[]
}

const RUNNERS: { readonly [program: string]: Runner } = {
  npx: { registry: 'npm', verbs: [''], lacks: ['--bun'] },
  pnpx: { registry: 'npm', verbs: [''], lacks: ['--bun'] },
  bunx: { registry: 'npm', verbs: [''] },
  npm: { registry: 'npm', verbs: ['exec ', 'x '], lacks: ['--bun'] },
  pnpm: { registry: 'npm', verbs: ['dlx '], lacks: ['--bun', '-p'] },
  yarn: { registry: 'npm', verbs: ['dlx '], lacks: ['--bun'] },
  bun: { registry: 'npm', verbs: ['x '] },
  uvx: { registry: 'pypi', verbs: [''] },
  pipx: { registry: 'pypi', verbs: ['run '] },
  uv: { registry: 'pypi', verbs: ['tool run '] },
}

/** `npx pkg` and `npx -y pkg` are one start, for no client has a terminal to ask on. */
const YES: ReadonlySet<string> = new Set(['-y', '--yes'])

/** Options that change what is said, or in which order caches are asked, and not what runs. */
const FLAGS: { readonly [registry in Registry]: ReadonlySet<string> } = {
  npm: new Set([...YES, '-q', '--quiet', '-s', '--silent', '--bun', '--prefer-online', '--prefer-offline']),
  pypi: new Set(['-q', '--quiet', '-v', '--verbose', '-n', '--offline', '--isolated', '--no-cache', '--refresh', '--no-progress']),
}

/** Options with a value behind them, or behind their `=`. */
const VALUED: { readonly [registry in Registry]: ReadonlySet<string> } = {
  npm: new Set(['-p', '--package']),
  pypi: new Set('-p --python --from --spec -w --with -i --index --index-url --default-index --extra-index-url'.split(' ')),
}

export type RunnerCall = {
  readonly registry: Registry
  /** Whether the program stands there by its plain name, which clients look up. */
  readonly plain: boolean
  /** The options: from here, and up to the operand or the `--` before it. */
  readonly start: number
  readonly end: number
  /** Whether each of them is known, so that what follows is the operand. */
  readonly certain: boolean
}

/** A command line as a package runner takes it; null for every other program, and for a runner's other work. */
export function runnerCall(command: string, args: readonly string[]): RunnerCall | null {
  const runner = runnerOf(command)
  if (runner === undefined) return null
  const { registry, verbs, lacks } = runner
  const plain = Object.hasOwn(RUNNERS, command)
  const line = `${args.slice(0, 2).join(' ')} `
  const verb = verbs.find((words) => line.startsWith(words))
  if (verb !== undefined) return { registry, plain, ...leadingOptions(args, verb.split(' ').length - 1, registry, lacks) }
  const later = (args[0] ?? '').startsWith('-') && verbs.some((words) => `${args.join(' ')} `.includes(` ${words}`))
  return later ? { registry, plain, start: 0, end: 0, certain: false } : null
}

/** The value of an option that names it, and where; null for other words. */
export function valueOf(args: readonly string[], index: number, ...names: readonly string[]) {
  const word = args[index] ?? ''
  const [name = '', value] = word.split(/=(.*)/s)
  if (!names.includes(name) || (value !== undefined && !name.startsWith('--'))) return null
  if (value !== undefined) return { index, prefix: `${name}=`, value }
  return { index: index + 1, prefix: '', value: args[index + 1] ?? '' }
}

function leadingOptions(args: readonly string[], start: number, registry: Registry, lacks: readonly string[] = []) {
  for (let at = start; at < args.length; at++) {
    const word = args[at] ?? ''
    // npm and pnpm take these for the value of a flag.
    if (/^(?:true|false|null)$/.test(word)) return { start, end: at, certain: false }
    if (word === '--' || !word.startsWith('-')) return { start, end: at, certain: true }
    if (lacks.includes(word)) return { start, end: at, certain: false }
    const option = valueOf(args, at, ...VALUED[registry])
    if (option !== null) at = option.index
    else if (!FLAGS[registry].has(word)) return { start, end: at, certain: false }
  }
  return { start, end: args.length, certain: true }
}

/** Every option with a value, in order. */
export function valuedOptions(args: readonly string[], { registry, start, end }: RunnerCall) {
  const found = []
  for (let at = start; at < end; at++) {
    const option = valueOf(args, at, ...VALUED[registry])
    if (option === null) continue
    found.push({ ...option, name: (args[at] ?? '').split('=')[0] ?? '' })
    at = option.index
  }
  return found
}

/** How many words choose what runs: up to the package's token, and all where that is not certain or the verb is another. */
export function choosingWords(command: string, args: readonly string[]): number {
  const call = runnerCall(command, args)
  if (call === null) return runnerOf(command) === undefined ? 0 : args.length
  return call.certain ? call.end + (args[call.end] === '--' ? 2 : 1) : args.length
}

function runnerOf(command: string): Runner | undefined {
  const name = (command.split(/[\\/]/).at(-1) ?? '').replace(/(?:\.(?:cmd|exe|bat))+$/i, '')
  return Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined
}

/** The arguments of `npx` with its leading `-y` in one form, unless they refuse to install. */
export function assumeYes(args: readonly string[]): readonly string[] {
  const { end } = leadingOptions(args, 0, 'npm')
  const kept = args.slice(0, end).filter((word, i) => !YES.has(word) || VALUED.npm.has(args[i - 1] ?? ''))
  const refuses = args.slice(0, end + 1).some((word) => /^--(?:no|no-install|no-yes|yes=.*)$/.test(word))
  return refuses ? args : ['-y', ...kept, ...args.slice(end)]
}
