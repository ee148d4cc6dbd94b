/** Values that a start needs and the configs do not hold: where the command line says they come from, never what they are. */
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import type { Configured } from '../clients/configured.ts'

export type GivenInput = { readonly id: string; readonly variable: string }

/** `server` is null where the command line leaves it to there being only one. */
export type GivenHeader = { readonly server: string | null; readonly name: string; readonly variable: string }

/** What `--input` and `--header` say. */
export type CredentialOptions = { readonly input: readonly GivenInput[]; readonly header: readonly GivenHeader[] }

const VARIABLE = '[A-Za-z_][A-Za-z0-9_]*'
const INPUT = new RegExp(`^([^=]+)=(${VARIABLE})$`)
const HEADER = new RegExp(`^(?:(.+)/)?([!#$%&'*+.^_\`|~0-9A-Za-z-]+)=ENV:(${VARIABLE})$`)
const PLACED = new RegExp(`^(?:input:.+|${VARIABLE})$`)

/** `ID=VARIABLE`. @throws LockError `USAGE` */
export function parseInput(text: string): GivenInput {
  const [, id, variable] = INPUT.exec(text) ?? []
  if (id === undefined || variable === undefined)
    throw new LockError('USAGE', '--input: expected ID=VARIABLE, the id of `${input:ID}` and the name of a variable')
  return { id: id.replace(/^input:/, ''), variable }
}

/** `[SERVER/]NAME=ENV:VARIABLE`. @throws LockError `USAGE`, which repeats nothing, for the text may hold a value */
export function parseHeader(text: string): GivenHeader {
  const [, server = null, name, variable] = HEADER.exec(text) ?? []
  if (name === undefined || variable === undefined)
    throw new LockError('USAGE', '--header: expected [SERVER/]NAME=ENV:VARIABLE; the value itself never stands on the command line')
  return { server, name: name.toLowerCase(), variable }
}

/** A variable's name, or `input:ID`. @throws LockError `USAGE` */
export function parsePlaceholder(text: string): string {
  if (!PLACED.test(text)) throw new LockError('USAGE', '--placeholder: expected the name of a variable, or input:ID')
  return text
}

export function inputsOf(given: readonly GivenInput[]): ReadonlyMap<string, string> {
  return new Map(given.map(({ id, variable }) => [id, variable]))
}

/** Header names with the references that their values come from. */
export function headerTemplates(given: readonly GivenHeader[]): { readonly [name: string]: string } {
  return Object.fromEntries(given.map(({ name, variable }) => [name, `\${env:${variable}}`]))
}

/**
 * The servers with the headers of the command line. They stand in place of those of a config; the launch
 * stays what the client starts.
 * @throws LockError `USAGE` for a header of no remote server, or of which it is not certain
 */
export function giveHeaders<S extends Configured>(servers: readonly S[], given: readonly GivenHeader[]): S[] {
  const remote = servers.filter(({ start }) => start.kind === 'address').map(({ name }) => name)
  const placed = given.map((header) => ({ ...header, server: serverOf(header, remote) }))
  return servers.map((server) => {
    const own = placed.filter((header) => header.server === server.name)
    if (own.length === 0 || server.start.kind !== 'address') return server
    const names = new Set(own.map(({ name }) => name))
    const kept = Object.entries(server.start.headers).filter(([name]) => !names.has(name.toLowerCase()))
    const headers = { ...Object.fromEntries(kept), ...headerTemplates(own) }
    return { ...server, start: { ...server.start, headers } }
  })
}

function serverOf({ server, name }: GivenHeader, remote: readonly string[]): string {
  if (server !== null && remote.includes(server)) return server
  if (server !== null) throw new LockError('USAGE', `--header: \`${displaySafe(server, 100)}\` is no remote server of this run`)
  const [only, ...others] = remote
  if (only !== undefined && others.length === 0) return only
  throw new LockError(
    'USAGE',
    only === undefined
      ? '--header: there is no remote server in this run'
      : `--header: there are ${remote.length} remote servers; say which one gets it: SERVER/${name}=ENV:VARIABLE`,
  )
}

/** A start that lacks values. */
export class UnsetError extends LockError {
  readonly names: readonly string[]

  constructor(names: readonly string[]) {
    super('VARIABLE_UNSET', `no value for ${names.map((name) => `\`${name}\``).join(', ')}`)
    this.names = names
  }
}
