/** Launches: what a client config says, unexpanded, in one normal form (docs/format.md §5). */
import { byCodeUnit } from '../json/digest.ts'
import { LockError } from '../codes/errors.ts'
import { fileWords, withoutSuffix } from './interpreter.ts'
import { escapeKey } from '../json/json.ts'
import { assumeYes, choosingWords, runnerCall } from './runner.ts'
import { refuseSecret } from './secret.ts'

export type StdioLaunch = {
  readonly args: readonly string[]
  readonly command: string
  readonly cwd?: string
  /** Names; of most, values never reach the lock. */
  readonly env?: readonly string[]
  readonly envFile?: string
  /** Templates of the variables that choose code or endpoint, by name in stored form. */
  readonly envValues?: { readonly [name: string]: string }
}
export type RemoteLaunch = {
  /** Names; values never reach the lock. */
  readonly headers?: readonly string[]
  readonly url: string
}
export type Launch = StdioLaunch | RemoteLaunch

export function isRemote(launch: Launch): launch is RemoteLaunch {
  return 'url' in launch
}

type Texts = {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string | undefined
  readonly envFile?: string | undefined
}
type Words = Texts & {
  readonly env?: readonly string[] | undefined
  readonly envValues?: { readonly [name: string]: string } | undefined
}

/** The normal form of a command: the same on every system and for every client. */
export function stdioLaunch(words: Words): StdioLaunch {
  const [first = '', ...rest] = unwrapShell([words.command, ...words.args].map(portable))
  const cwd = folder(words.cwd)
  const env = sorted(words.env)
  const values = sorted(Object.keys(words.envValues ?? {})).map((name) => [escapeKey(name), words.envValues?.[name] ?? ''] as const)
  const command = program(first, cwd !== '')
  const args = command === 'npx' ? assumeYes(rest) : rest
  const keepsDot = dotKeeper(command, args)
  return {
    args: args.map((word, i) => relative(word, { dot: keepsDot(word, i), moved: cwd !== '' })),
    command,
    ...(cwd !== '' ? { cwd } : {}),
    ...(env.length > 0 ? { env } : {}),
    ...(words.envFile === undefined ? {} : { envFile: relative(portable(words.envFile)) }),
    ...(values.length > 0 ? { envValues: Object.fromEntries(values) } : {}),
  }
}

/**
 * The normal form of a remote server: exact origin and path, the names of the query's parameters.
 * @throws LockError `CONFIG_INVALID`, `SECRET_LITERAL`
 */
export function remoteLaunch(url: string, headerNames: readonly string[] = []): RemoteLaunch {
  const headers = sorted(headerNames.map((name) => name.toLowerCase()))
  const normal = normalUrl(url)
  refuseSecret(normal, 'the URL')
  return { ...(headers.length > 0 ? { headers } : {}), url: normal }
}

function normalUrl(text: string): string {
  const [address = '', query = ''] = (text.split('#')[0] ?? '').split(/\?(.*)/s)
  const names = query
    .split('&')
    .map((pair) => pair.split('=')[0] ?? '')
    .filter((name) => name !== '')
  const parameters = names.length > 0 ? `?${names.map((name) => `${name}=`).join('&')}` : ''
  if (address.includes('${')) {
    if (/^\w+:\/\/[^/]*[^/:]@/.test(address.replaceAll(/\$\{[^}]*\}/g, '')))
      throw new LockError('SECRET_LITERAL', 'a URL carries a user name or password')
    return address + parameters
  }
  let url: URL
  try {
    url = new URL(address)
  } catch (cause) {
    throw new LockError('CONFIG_INVALID', 'expected a URL with its scheme', { cause })
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new LockError('CONFIG_INVALID', `expected an http or https URL, got \`${url.protocol}\``)
  if (url.username !== '' || url.password !== '')
    throw new LockError('SECRET_LITERAL', `the URL of \`${url.host}\` carries a user name or password`)
  return url.origin + url.pathname + parameters
}

function portable(word: string): string {
  return word.replaceAll('${pathSeparator}', '/')
}

/** Whether `./x` and `x` may be two things: everywhere but in what a package gets, and where an interpreter takes a file. */
function dotKeeper(command: string, args: readonly string[]): (word: string, index: number) => boolean {
  const fixed = choosingWords(command, args)
  const isFile = runnerCall(command, args) === null ? fileWords(command, args) : () => true
  return (word, i) => i < fixed || TAKES_NAME.test(args[i - 1] ?? '') || !isFile(relative(word), i)
}

/** Windows' own, by its name or where it is installed: in another folder it may be any program. */
const CMD = /^(?:cmd(?:\.exe)?|[A-Za-z]:\\Windows\\(?:System32|SysWOW64)\\cmd\.exe)$/i
/** A line that `cmd` would only split. */
const PLAIN_LINE = /^[\w@./:\\~=-]+(?: +[\w@./:\\~=-]+)+$/

/** `cmd /c npx.cmd …` is `npx …`, and so is `cmd /c "npx.cmd …"` as long as cmd would only split it. */
function unwrapShell(line: readonly string[]): readonly string[] {
  let words = line
  let at = 0
  while (CMD.test(words[at] ?? '')) {
    let flag = at + 1
    while (/^\/[dsq]$/i.test(words[flag] ?? '')) flag++
    if (!/^\/c$/i.test(words[flag] ?? '') || flag + 1 === words.length) break
    at = flag + 1
    const [last = '', ...others] = words.slice(at, at + 2)
    if (others.length === 0 && PLAIN_LINE.test(last)) [words, at] = [last.split(/ +/), 0]
  }
  return words.slice(at)
}

const ANCHOR = /^\$\{workspaceFolder\}(?:[\\/]+|$)/
const ELSEWHERE = /^(?:[\\/~]|\.\.(?:[\\/]|$)|[A-Za-z]:|\$\{)/
/** Words that mean something else than a path once their `./` is gone. */
const AMBIGUOUS = /^(?:[-@~]|\$\{|[A-Za-z][\w+.-]*:|[^/]*=)/
const WINDOWS_FILE = /^(?!\.\.\\)[\w.][\w .-]*(?:\\[\w .@-]+)+\.(?:[cm]?[jt]sx?|py|rb|sh|jar|wasm|json|ya?ml|toml|env)$/i

/** A program's name without the suffix that Windows needs, or a path; one in the repository is a path that begins with `./`. */
function program(command: string, moved: boolean): string {
  if (!/[\\/]/.test(command)) return ANCHOR.test(command) ? relative(command, { moved }) : withoutSuffix(command)
  if (!ANCHOR.test(command) && ELSEWHERE.test(command)) return command
  return relative(ANCHOR.test(command) || /^\.[\\/]/.test(command) ? command : `./${command}`, { dot: true, moved })
}

/**
 * A path in the repository, with slashes and without its leading `./` or `${workspaceFolder}/`. The
 * `./` stays with `dot`, and where the rest could be read as something else. Where the program is
 * `moved` to a folder of its own, `${workspaceFolder}/` and `./` are two places, and both stay apart.
 */
function relative(word: string, { dot = false, moved = false } = {}): string {
  const anchor = ANCHOR.exec(word)
  if (anchor !== null && moved) return word.replaceAll('\\', '/')
  const rest = word.slice(anchor?.[0].length ?? 0)
  const bare = rest.replace(/^(?:\.[\\/]+)+/, '')
  if (anchor === null && bare === rest) return WINDOWS_FILE.test(word) ? word.replaceAll('\\', '/') : word
  if (bare === '' || bare === '.') return '.'
  const path = bare.replaceAll('\\', '/')
  return (dot && !path.startsWith('../') && path !== '..') || AMBIGUOUS.test(path) ? `./${path}` : path
}

function folder(cwd: string | undefined): string {
  const path = relative(portable(cwd ?? '')).replace(/(?<=[^/\\:])[\\/]+$/, '')
  return path === '.' ? '' : path
}

/** Options whose value is a program, module, script's name or code: there, `./x` and `x` are two things. */
const TAKES_NAME = /^(?:-[A-Za-z]*[cemprES]|--|--(?:require|import|loader|experimental-loader|preload|run|eval|print))$/

function sorted(names: readonly string[] | undefined): string[] {
  return [...new Set(names)].sort(byCodeUnit)
}

/**
 * Whether the normal form takes a backslash of the words for a separator. Only Windows does so; elsewhere
 * what a client would start is not what the normal form names.
 */
export function rewritesBackslash(words: Texts, launch: Texts): boolean {
  return backslashes(words) !== backslashes(launch)
}

function backslashes({ command, args, cwd = '', envFile = '' }: Texts): number {
  return [command, ...args, cwd, envFile].join('').split('\\').length
}
