/**
 * `server.json`, as publishers of the MCP registry write it (ServerDetail, schema 2025-12-11): which server it is, how it is
 * started, and what is said of it.
 */
import { LockError } from '../../core/codes/errors.ts'
import { isArray, isObject, member, parseStrict, type Json } from '../../core/json/json.ts'
import { MAX_METADATA, WEBSITE, type Metadata } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'

export type Start = { readonly command: readonly string[] } | { readonly url: string }

export type ServerJson = {
  readonly name: string
  readonly version: string
  readonly metadata: Metadata
  /** How the first package or address of it is started; null where only a person can say. */
  readonly start: Start | null
  /** The first package, `npm:notes`; null where there is only an address. */
  readonly package: string | null
}

/** @throws LockError `SERVER_JSON_INVALID` */
export function parseServerJson(text: string): ServerJson {
  const value = LockError.as('SERVER_JSON_INVALID', () => parseStrict(text))
  const name = need(value, 'name')
  const version = need(value, 'version')
  const [first] = list(value, 'packages')
  const [remote] = list(value, 'remotes')
  if (first === undefined && remote === undefined) throw invalid('it names neither packages nor remotes')
  const type = first === undefined ? null : need(first, 'registryType')
  return {
    name,
    version,
    metadata: metadataOf(value),
    start: first === undefined ? { url: addressOf(remote) } : startOf(first),
    package: first === undefined ? null : `${type === 'oci' ? 'image' : type}:${need(first, 'identifier')}`,
  }
}

const RUNNERS: { readonly [registryType: string]: (identifier: string, version: string) => readonly string[] } = {
  npm: (identifier, version) => ['npx', '-y', `${identifier}@${version}`],
  pypi: (identifier, version) => ['uvx', `${identifier}@${version}`],
  oci: (identifier) => ['docker', 'run', '-i', '--rm', identifier],
}

/** Arguments with a fixed value are part of how it is started; what is left to each user is not known here. */
function startOf(one: Json): Start | null {
  const type = need(one, 'registryType')
  const runner = Object.hasOwn(RUNNERS, type) ? RUNNERS[type] : undefined
  if (runner === undefined) throw invalid(`expected a package of npm, pypi or oci, got one of \`${displaySafe(type, 50)}\``)
  const transport = member(member(one, 'transport'), 'type')
  if (transport !== undefined && transport !== 'stdio') return null
  if (list(one, 'runtimeArguments').length > 0) return null
  const words = list(one, 'packageArguments').map(wordsOf)
  if (words.includes(null)) return null
  const version = member(one, 'version')
  const start = runner(need(one, 'identifier'), typeof version === 'string' ? version : '')
  return { command: [...start.map((word) => word.replace(/@$/, '')), ...words.flatMap((some) => some ?? [])] }
}

/** The words of an argument; null where its value is for each user to say. */
function wordsOf(argument: Json): readonly string[] | null {
  const [type, name, value] = ['type', 'name', 'value'].map((key) => member(argument, key))
  if (typeof value === 'string' && /[{}]/.test(value)) return null
  if (type === 'named' && typeof name === 'string') return typeof value === 'string' ? [name, value] : [name]
  if (typeof value === 'string') return [value]
  return member(argument, 'isRequired') === true ? null : []
}

function addressOf(remote: Json | undefined): string {
  const url = remote === undefined ? '' : need(remote, 'url')
  if (/[{}]/.test(url)) throw invalid('the address of its remote has variables; name it with --url')
  return url
}

/** As far as a registry takes it. */
function metadataOf(value: Json): Metadata {
  const known = Object.entries(MAX_METADATA).flatMap(([key, most]) => {
    const text = member(value, key)
    return typeof text === 'string' && text.length <= most && (key !== 'websiteUrl' || WEBSITE.test(text)) ? [[key, text] as const] : []
  })
  return Object.fromEntries(known)
}

function list(value: Json, key: string): readonly Json[] {
  const found = member(value, key)
  if (found === undefined) return []
  if (!isArray(found) || !found.every((one) => isObject(one))) throw invalid(`expected \`${key}\` to be a list of objects`)
  return found
}

function need(value: Json, key: string): string {
  const found = member(value, key)
  if (typeof found !== 'string' || found === '' || found.length > 2048) throw invalid(`expected a text as \`${key}\``)
  return found
}

function invalid(message: string): LockError {
  return new LockError('SERVER_JSON_INVALID', message)
}
