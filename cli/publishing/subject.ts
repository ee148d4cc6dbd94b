/** What is published: a pin, from the lock or listed for the occasion, and what belongs to it. */
import { LockError } from '../../core/codes/errors.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { isRemote } from '../../core/launch/launch.ts'
import { manifestOf, NAME_PATTERN, type Manifest, type Metadata } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'
import { refuseToPublish } from '../capture/redact.ts'
import { checkClosure } from '../checking/check-offline.ts'
import { readClosureFiles } from '../locks/closure-store.ts'
import { requireLock, requirePin } from '../locks/lock-store.ts'
import { findRoot } from '../project/project.ts'
import { lookUp } from '../world/environment.ts'
import { readNamedFile } from '../world/files.ts'
import type { World } from '../world/world.ts'
import { versionNote } from './exact-version.ts'
import { listLive, type ListOptions, type Listed } from './list-live.ts'
import { parseServerJson, type ServerJson, type Start } from './server-json.ts'

export type SubjectOptions = ListOptions & {
  /** `NAME` or `NAME@VERSION`; null where a `server.json` names it. */
  readonly name: string | null
  /** The words behind `--`, null without one. */
  readonly command: readonly string[] | null
  readonly url?: string
  /** The server of the lock. */
  readonly fromLock?: string
  readonly serverJson?: string
}

export type Subject = { readonly manifest: Manifest; readonly closure: string | null; readonly metadata: Metadata }

/** @throws LockError `USAGE`, `NOT_PORTABLE`, `SURFACE_CONTAINS_SECRET`, `SERVER_JSON_INVALID`, `LOCK_*`, and whatever keeps a server from being pinned */
export async function readSubject(options: SubjectOptions, world: World): Promise<Subject> {
  const described = options.serverJson === undefined ? null : await readServerJson(options.serverJson, world)
  const { name, version } = splitName(options.name ?? described?.name ?? '')
  if (described !== null && described.name !== name)
    throw new LockError('USAGE', `server.json is about \`${displaySafe(described.name, 300)}\`, not \`${displaySafe(name, 300)}\``)
  const listed =
    options.fromLock === undefined ? await listLive(name, startOf(described, options), options, world) : await locked(options, world)
  const { pin } = listed
  const chosen = version ?? described?.version ?? pin.source.package?.version
  if (chosen === undefined) throw new LockError('USAGE', `which version? No package says; name it, \`${name}@1.0.0\``)
  const note = versionNote(chosen, pin.source.package ?? null)
  if (note !== null) world.stderr(`  ! ${note}\n`)
  const own = pin.source.package === undefined ? null : `${pin.source.package.type}:${pin.source.package.name}`
  if (described?.package !== undefined && described.package !== null && own !== null && described.package !== own)
    throw new LockError(
      'USAGE',
      `server.json names \`${displaySafe(described.package, 300)}\`, what was listed is \`${displaySafe(own, 300)}\``,
    )
  sayPlaceholders(pin, world)
  return { manifest: manifestOf(pin, name, chosen), closure: closureOf(listed), metadata: described?.metadata ?? {} }
}

/** The words or the address of what is listed for the occasion. @throws LockError `USAGE` */
function startOf(described: ServerJson | null, { command, url }: SubjectOptions): Start {
  if (command !== null && url !== undefined) throw new LockError('USAGE', 'a server has a command or an address: leave out one of the two')
  if (command !== null) return { command }
  if (url !== undefined) return { url }
  if (described === null)
    throw new LockError('USAGE', 'what is published? `--from-lock SERVER`, `--server-json FILE`, `--url URL` or `-- command args`')
  if (described.start === null)
    throw new LockError('USAGE', 'server.json leaves open how it is started; say it, `--server-json FILE -- command args`')
  return described.start
}

/** @throws LockError `USAGE`, `LOCK_*`, `SERVER_UNKNOWN`, `CLOSURE_ALTERED`, `SURFACE_CONTAINS_SECRET` */
async function locked({ fromLock = '', command, url }: SubjectOptions, world: World): Promise<Listed> {
  if (command !== null || url !== undefined) throw new LockError('USAGE', '--from-lock starts nothing: leave out the command and --url')
  const root = await findRoot(world)
  const pin = requirePin((await requireLock(root)).lock.servers, fromLock)
  const closure = await readClosureFiles(root, fromLock, pin.source)
  const [altered] = checkClosure(pin, closure)
  if (altered !== undefined) throw new LockError(altered.code, `${displaySafe(fromLock)}: ${altered.detail ?? ''}`)
  const { launch } = pin.source
  const values = isRemote(launch) ? [] : (launch.env ?? []).flatMap((name) => lookUp(world.env, name, world.platform) ?? [])
  refuseToPublish(pin.surface, values)
  return { pin, closure }
}

/** `NAME`, `NAME@VERSION`. @throws LockError `USAGE` */
export function splitName(words: string): { readonly name: string; readonly version: string | null } {
  const at = words.indexOf('@')
  const [name, version] = at < 0 ? [words, null] : [words.slice(0, at), words.slice(at + 1)]
  if (!NAME_PATTERN.test(name))
    throw new LockError('USAGE', `expected a name as registries have it, \`io.github.acme/notes\`, got \`${displaySafe(name, 300)}\``)
  return { name, version }
}

const MAX_SERVER_JSON = 1024 * 1024

async function readServerJson(file: string, world: World): Promise<ServerJson> {
  return parseServerJson(await readNamedFile('file', file, world.cwd, MAX_SERVER_JSON))
}

/** The one file of a closure whose hash the package names. */
function closureOf({ pin: { source }, closure }: Listed): string | null {
  if (source.package === undefined || closure === null) return null
  return closure[source.package.type === 'npm' ? 'package-lock.json' : 'requirements.txt'] ?? null
}

function sayPlaceholders({ observed: { placeholders } }: Pin, world: World): void {
  if (placeholders.length > 0)
    world.stderr(`  listed with placeholders for ${placeholders.map((one) => displaySafe(one, 100)).join(', ')}: it may declare more\n`)
}
