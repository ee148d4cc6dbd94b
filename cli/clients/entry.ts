/** What one client config says about one server. */
import { choosingValues } from '../../core/choosing-variable.ts'
import { LockError } from '../../core/errors.ts'
import { escapeKey } from '../../core/json.ts'
import { remoteLaunch, stdioLaunch, type Launch } from '../../core/launch.ts'
import { refuseSecrets } from '../../core/secret.ts'
import type { Transport } from '../../core/source.ts'

/** A map of templates (core/template.ts) by the name of a variable or header. */
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

export type ServerEntry = {
  readonly client: string
  /** Relative to the root, with slashes. */
  readonly file: string
  readonly name: string
  /** Null where the config leaves open which of the two HTTP transports it is. */
  readonly transport: Transport | null
  readonly launch: Launch
  readonly start: Start
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
 * A name that the lock can have as a key: our own markers and `__proto__` are none.
 * @throws LockError `CONFIG_INVALID`
 */
export function checkServerName(name: string): string {
  if (name !== '' && name !== '__proto__' && escapeKey(name) === name && name.isWellFormed()) return name
  throw new LockError('CONFIG_INVALID', `a server cannot be named \`${name}\``)
}
