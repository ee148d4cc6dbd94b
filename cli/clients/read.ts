/** Client configs on disk as entries. Nothing is expanded, started or asked here. */
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { LockError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { isRemote, rewritesBackslash, type Launch } from '../../core/launch.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../files.ts'
import type { Dialect } from './dialect.ts'
import { parseDocument } from './document.ts'
import { checkServerName, launchOf, type ServerEntry, type Start } from './entry.ts'
import { DIALECTS } from './index.ts'
import { Place } from './place.ts'

export const MAX_CONFIG = 4 * 1024 * 1024

/**
 * The servers of the project's config files or, where `explicit` names any, of those files alone.
 * Servers that their client has disabled are left out.
 * @throws LockError `CONFIG_INVALID`, `CONFIG_NOT_FOUND`, `FILE_UNREADABLE`, `SECRET_LITERAL`
 */
export async function readConfigs(
  root: string,
  explicit: readonly string[],
  platform: NodeJS.Platform = process.platform,
): Promise<ServerEntry[]> {
  const entries: ServerEntry[] = []
  for (const file of explicit.length > 0 ? explicit : DIALECTS.map((dialect) => dialect.file)) {
    const path = resolve(root, file)
    const text = await readTextFile(path, MAX_CONFIG)
    if (text !== null) entries.push(...(await readConfig(root, path, text, platform)))
    else if (explicit.length > 0) throw new LockError('CONFIG_NOT_FOUND', `there is no file \`${displaySafe(file, 300)}\``)
  }
  return entries
}

/** The entries of one config's text. */
async function readConfig(root: string, path: string, text: string, platform: NodeJS.Platform): Promise<ServerEntry[]> {
  const file = fromRoot(root, path)
  const value = await parseDocument(text, path.endsWith('.toml') ? 'toml' : 'json', file)
  const dialect = dialectOf(file, value)
  const servers = new Place(value, file).at(dialect.root)
  new Place(value, file).object()
  const entries: ServerEntry[] = []
  for (const [name, place] of servers.value === undefined ? [] : servers.entries()) {
    place.object()
    place.within(() => checkServerName(name))
    if (dialect.isDisabled?.(place) === true) continue
    const { start, transport } = dialect.read(place)
    const launch = place.within(() => launchOf(start))
    if (platform !== 'win32') refuseBackslashes(start, launch, place)
    entries.push({ client: dialect.client, file, name, transport, launch, start })
  }
  return entries
}

/** By the file's name, then by its shape; a name that says nothing is read as Claude Code's. */
export function dialectOf(file: string, value: Json): Dialect {
  const named = DIALECTS.find((dialect) => file === dialect.file || file.endsWith(`/${dialect.file}`))
  if (named !== undefined) return named
  const shape = new Place(value, file)
  const root = file.endsWith('.toml')
    ? 'mcp_servers'
    : file.endsWith('settings.json') || shape.has('mcpServers') || !shape.has('servers')
      ? 'mcpServers'
      : 'servers'
  const found = DIALECTS.find(
    (dialect) => dialect.root === root && (!file.endsWith('settings.json') || dialect.file.endsWith('settings.json')),
  )
  if (found === undefined) throw new Error(`no dialect for ${file}`)
  return found
}

function fromRoot(root: string, path: string): string {
  const inside = relative(root, path)
  return (isAbsolute(inside) ? path : inside).split(sep).join('/')
}

/** A launch is compared, and started, with slashes in the place of backslashes. Where those separate nothing, they name another file. */
function refuseBackslashes(start: Start, launch: Launch, place: Place): void {
  if (start.kind === 'address' || isRemote(launch) || !rewritesBackslash(start, launch)) return
  const kept = [launch.command, ...launch.args]
  const words = [start.command, ...start.args, start.cwd ?? '', start.envFile ?? ''].filter((word) => word.includes('\\'))
  const word = words.find((one) => !kept.includes(one)) ?? words[0] ?? ''
  throw place.invalid(`\`${displaySafe(word, 100)}\` has a backslash, which separates folders on Windows only; write / instead`)
}
