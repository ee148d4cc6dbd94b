/** From templates to what is started: variables filled in as the client would, and what must stay secret. */
import { basename, resolve } from 'node:path'
import { isChoosing } from '../../core/launch/choosing-variable.ts'
import { byCodeUnit } from '../../core/json/digest.ts'
import { LockError } from '../../core/codes/errors.ts'
import { stdioLaunch, type StdioLaunch } from '../../core/launch/launch.ts'
import { expand, referencesOf, type Variables } from '../../core/launch/template.ts'
import { displaySafe } from '../../core/text.ts'
import { homeFolder, lookUp, type Environment } from '../world/environment.ts'
import { readTextFile } from '../world/files.ts'
import type { AddressStart, ProgramStart, Start, Templates } from './dialects/entry.ts'
import { redactStart } from './redact-start.ts'
import { parseEnvFile } from './env-file.ts'

export type StartContext = {
  readonly workspace: string
  readonly env: Environment
  readonly platform: NodeJS.Platform
  /** The variable that answers what the client would ask for, by the id of `${input:ID}`. */
  readonly inputs?: ReadonlyMap<string, string>
  /** Variables, or `input:ID`, that get a placeholder where they have no value. */
  readonly placeholders?: ReadonlySet<string>
}

/** Stands in for a value that is not there. Long enough that a surface which repeats it is noticed. */
const PLACEHOLDER = 'mcp-lock-placeholder'

type Values = { readonly [name: string]: string }

export type Started = (
  | {
      readonly url: null
      readonly launch: StdioLaunch
      readonly command: string
      readonly args: readonly string[]
      readonly cwd: string
      readonly env: Values
    }
  | { readonly url: string; readonly headers: Values }
) & {
  /** Variables that the start needs and that have no value, and files of variables that are not there. */
  readonly unset: readonly string[]
  /** Variables with an empty value: what a CI job without secrets makes of them. */
  readonly blank: readonly string[]
  /** Variables that had the placeholder for a value, in order. */
  readonly placeholders: readonly string[]
  /** Values that a message must not show and a surface must not hold. */
  readonly secrets: readonly string[]
  readonly variables: Variables
}

/** For files of variables, and of values. */
const MAX_ENV_FILE = 1024 * 1024

/** Texts of the files that templates refer to, by their path as it stands there; one that is not there has none. */
async function filesOf(templates: readonly string[], { workspace, env, platform }: StartContext): Promise<ReadonlyMap<string, string>> {
  const paths = templates.flatMap(referencesOf).flatMap((name) => (name.startsWith('file:') ? [name.slice('file:'.length)] : []))
  const texts = new Map<string, string>()
  for (const path of new Set(paths)) {
    const home = path.startsWith('~/') ? homeFolder(env, platform) : null
    const text = await readTextFile(resolve(workspace, home === null ? path : `${home}${path.slice(1)}`), MAX_ENV_FILE)
    if (text !== null) texts.set(path, text.trim())
  }
  return texts
}

function variablesFor({ workspace, env, platform, inputs }: StartContext, files: ReadonlyMap<string, string>): Variables {
  return (name) => {
    if (name.startsWith('env:')) return lookUp(env, name.slice('env:'.length), platform)
    if (name.startsWith('input:')) return lookUp(env, inputs?.get(name.slice('input:'.length)) ?? '', platform)
    if (name.startsWith('file:')) return files.get(name.slice('file:'.length))
    if (name === 'workspaceFolder') return workspace
    if (name === 'workspaceFolderBasename') return basename(workspace)
    if (name === 'userHome') return homeFolder(env, platform) ?? undefined
    if (name === 'pathSeparator') return platform === 'win32' ? '\\' : '/'
    return undefined
  }
}

/** @throws LockError for a file of variables: `FILE_UNREADABLE`; `CONFIG_INVALID` where it chooses what runs */
export async function expandStart(start: Start, context: StartContext): Promise<Started> {
  const files = await filesOf(templatesOf(start), context)
  const filler = new Filler(variablesFor(context, files), context.placeholders ?? new Set())
  const started = start.kind === 'address' ? expandAddress(start, filler) : await expandProgram(start, filler, context)
  const { unset, blank, placeholders, values, variables } = filler
  return {
    ...started,
    unset: [...unset],
    blank: [...blank],
    placeholders: [...placeholders].sort(byCodeUnit),
    secrets: secretsOf(new Set([...values, ...redactStart(start).values])),
    variables,
  }
}

/** What a query says is as little written down as a header. */
function expandAddress(start: AddressStart, filler: Filler) {
  const url = filler.fill(start.url)
  for (const value of URL.parse(url)?.searchParams.values() ?? []) filler.values.add(value)
  return { url, headers: filler.fillValues(start.headers) }
}

/** The words of the normal form, never those of the config: what is compared and hashed is what is started, but for credentials. */
async function expandProgram(start: ProgramStart, filler: Filler, { workspace }: StartContext) {
  const launch = stdioLaunch({ command: start.command, args: start.args, cwd: start.cwd, envFile: start.envFile })
  const { command, args, cwd, envFile } = launch
  const fromFile = envFile === undefined ? {} : await readEnvFile(resolve(workspace, filler.fill(envFile)), envFile, filler)
  return {
    url: null,
    launch,
    command: filler.fill(command),
    args: args.map((word) => filler.fill(word)),
    cwd: resolve(workspace, filler.fill(cwd ?? '.')),
    env: { ...fromFile, ...filler.fillValues(start.env) },
  }
}

async function readEnvFile(path: string, word: string, filler: Filler): Promise<Values> {
  const text = await readTextFile(path, MAX_ENV_FILE)
  if (text === null) filler.unset.add(word)
  const values = parseEnvFile(text ?? '')
  const choosing = Object.keys(values).find(isChoosing)
  if (choosing !== undefined) {
    const message = `\`${displaySafe(word, 300)}\` sets \`${displaySafe(choosing, 100)}\`, which chooses code or endpoint; put it into \`env\``
    throw new LockError('CONFIG_INVALID', message)
  }
  for (const value of Object.values(values)) filler.values.add(value)
  return values
}

/** The variables and inputs that a start refers to, by the names that placeholders have. */
export function variablesOf(start: Start): string[] {
  return templatesOf(start).flatMap(referencesOf).map(plainName)
}

function templatesOf(start: Start): string[] {
  if (start.kind === 'address') return [start.url, ...Object.values(start.headers)]
  return [start.command, ...start.args, start.cwd ?? '', start.envFile ?? '', ...Object.values(start.env)]
}

/** Expands templates, and keeps what it found on the way. */
class Filler {
  readonly variables: Variables
  readonly unset = new Set<string>()
  readonly blank = new Set<string>()
  readonly placeholders = new Set<string>()
  /** Values of variables, headers and the user's environment; anything of it may be secret. */
  readonly values = new Set<string>()

  constructor(variables: Variables, standIns: ReadonlySet<string>) {
    this.variables = (name) => {
      const value = variables(name)
      if ((value !== undefined && value !== '') || !standIns.has(plainName(name))) return value
      this.placeholders.add(plainName(name))
      return PLACEHOLDER
    }
  }

  fill(template: string): string {
    const { text, unset } = expand(template, this.variables)
    for (const name of unset) this.unset.add(plainName(name))
    for (const name of referencesOf(template)) {
      if (!/^(?:env|input|file):/.test(name)) continue
      const value = this.variables(name)
      if (value === '') this.blank.add(plainName(name))
      this.values.add(value ?? '')
    }
    return text
  }

  fillValues(templates: Templates): Values {
    const values = Object.entries(templates).map(([name, template]) => [name, this.fill(template)] as const)
    for (const [, value] of values) this.values.add(value)
    return Object.fromEntries(values)
  }
}

function plainName(reference: string): string {
  return reference.replace(/^env:/, '')
}

const TRIVIAL = /^(?:production|development|staging|verbose|warning|localhost|disabled|enabled|default|\d{1,5}|.{0,5})$/i

/** The longest first, so that one that holds another is replaced whole; with a scheme, also what follows it. */
function secretsOf(values: ReadonlySet<string>): string[] {
  const parts = [...values].flatMap((value) => [value, ...(/^(?:Bearer|Basic|Token) +(\S+)$/i.exec(value)?.slice(1) ?? [])])
  return [...new Set(parts)].filter((value) => !TRIVIAL.test(value)).sort((a, b) => b.length - a.length)
}
