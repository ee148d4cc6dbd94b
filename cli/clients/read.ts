/** Client configs on disk as entries. Nothing is expanded, started or asked here. */
import { lstat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { LockError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
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
export async function readConfigs(root: string, explicit: readonly string[]): Promise<ServerEntry[]> {
  const entries: ServerEntry[] = []
  for (const file of explicit.length > 0 ? explicit : DIALECTS.map((dialect) => dialect.file)) {
    const path = resolve(root, file)
    const text = await readTextFile(path, MAX_CONFIG)
    if (text !== null) entries.push(...(await readConfig(root, path, text)))
    else if (explicit.length > 0) throw new LockError('CONFIG_NOT_FOUND', `there is no file \`${displaySafe(file, 300)}\``)
  }
  return entries
}

/** The entries of one config's text. */
async function readConfig(root: string, path: string, text: string): Promise<ServerEntry[]> {
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
    await refuseBackslashFiles(root, start, place)
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

/**
 * A launch is compared with slashes in the place of backslashes. Where backslashes separate nothing, a
 * file whose name has one would pass for another file, so there none may exist under such a word.
 */
async function refuseBackslashFiles(root: string, start: Start, place: Place): Promise<void> {
  if (start.kind === 'address' || sep === '\\') return
  const words = [start.command, ...start.args].filter((word) => word.includes('\\'))
  for (const word of words) {
    const path = word.replace('${workspaceFolder}', '.')
    for (const folder of [root, resolve(root, start.cwd?.replace('${workspaceFolder}', '.') ?? '.')]) {
      const stat = await lstat(join(folder, path)).catch(() => null)
      if (stat !== null) throw place.invalid(`\`${displaySafe(word, 100)}\` is a file whose name has a backslash; rename it`)
    }
  }
}
