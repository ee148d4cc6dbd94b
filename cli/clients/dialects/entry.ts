/** What one client config says about one server. */
import { choosingValues } from '../../../core/launch/choosing-variable.ts'
import { LockError } from '../../../core/codes/errors.ts'
import { escapeKey } from '../../../core/json/json.ts'
import { remoteLaunch, stdioLaunch, type Launch } from '../../../core/launch/launch.ts'
import { refuseSecrets } from '../../../core/launch/secret.ts'
import type { Path } from '../../../core/json/pointer.ts'
import type { Transport } from '../../../core/launch/source.ts'
import type { Dialect } from './dialect.ts'
import type { Wrapper } from './wrapper.ts'

/** A map of templates (core/launch/template.ts) by the name of a variable or header. */
export type Templates = { readonly [name: string]: string }

/** What the client starts, or connects to: templates, whose values go nowhere but into the start. */
export type Start = ProgramStart | AddressStart

export type ProgramStart = {
  readonly kind: 'program'
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env: Templates
  readonly envFile?: string
}

export type AddressStart = { readonly kind: 'address'; readonly url: string; readonly headers: Templates }

/** What a client makes of an entry; the transport is null where the config leaves open which of the two over HTTP it is. */
export type Draft = { readonly start: Start; readonly transport: Transport | null }

export type ServerEntry = Draft & {
  /** All clients that read it, the one whose reading this is first. */
  readonly client: string
  /** As messages name it: relative to the root, with slashes; one outside as it was named, and one of the user's from `~` on. */
  readonly file: string
  /** Where it is on disk. */
  readonly location: string
  readonly name: string
  readonly launch: Launch
  readonly dialect: Dialect
  /** Where the entry stands in the document: received keys and indices. */
  readonly path: Path
  /** The project's folder that the entry is for, where the file has several projects; else null. */
  readonly folder: string | null
  /** What of the launch is a credential, as a message; null where nothing is. It stands in the launch as a marker. */
  readonly secret: string | null
  /** What of the words is mcp-lock's own; the launch is without it. */
  readonly wrapper: Wrapper | null
  /** Whether the client reaches the address through a program. */
  readonly bridged: boolean
  /** All words of the client's own start, where some of them only carry it; else none. */
  readonly carrier: readonly string[]
  /** Those of the clients that would start something else by the same words. */
  readonly differing: readonly string[]
}

/**
 * The normal form of a start.
 * @throws LockError `CONFIG_INVALID`, `SECRET_LITERAL`
 */
export function launchOf(start: Start): Launch {
  if (start.kind === 'address') return remoteLaunch(start.url, Object.keys(start.headers))
  refuseSecrets(start.args)
  return stdioLaunch({ ...start, env: Object.keys(start.env), envValues: choosingValues(start.env) })
}

/**
 * A name that the lock can have as a key, and a command line as a word: our own markers, `__proto__` and what
 * looks like an option are none.
 * @throws LockError `CONFIG_INVALID`
 */
export function checkServerName(name: string): string {
  const isKey = name !== '' && name !== '__proto__' && escapeKey(name) === name && name.isWellFormed()
  if (isKey && !name.startsWith('-')) return name
  throw new LockError('CONFIG_INVALID', `a server cannot be named \`${name}\``)
}
