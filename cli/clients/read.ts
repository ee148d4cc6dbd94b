/** Client configs on disk as entries. Nothing is expanded, started or asked here. */
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { sameLaunch } from '../../core/compare/check-launch.ts'
import { LockError } from '../../core/codes/errors.ts'
import { isRemote, rewritesBackslash, type Launch } from '../../core/launch/launch.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../world/files.ts'
import { draftOf } from './draft.ts'
import { parseDocument, syntaxOf } from './documents/document.ts'
import { checkServerName, launchOf, type ServerEntry, type Start } from './dialects/entry.ts'
import { present, PROJECT_FILES, type Located, type Reader } from './locate.ts'
import { readersFor } from './recognise.ts'
import { Place } from './documents/place.ts'
import { redactStart, wordSecrets } from './redact-start.ts'
import { serversIn, type Found } from './servers-in.ts'

export const MAX_CONFIG = 4 * 1024 * 1024

/** What becomes of a server whose entry cannot be read, while the others of its file can. */
type OnUnreadable = (name: string, error: LockError) => void

const refuse: OnUnreadable = (_, error) => {
  throw error
}

/**
 * The servers of config files; those that their client leaves out are left out here.
 * @param root what relative paths start from
 * @throws LockError `CONFIG_INVALID`, `FILE_UNREADABLE`; for a single entry only without `onUnreadable`
 */
export async function readConfigs(
  root: string,
  places: readonly Located[],
  platform: NodeJS.Platform,
  onUnreadable = refuse,
): Promise<ServerEntry[]> {
  const files = await present(root, places)
  const texts = await Promise.all(files.map(({ path }) => readTextFile(resolve(root, path), MAX_CONFIG)))
  const entries: ServerEntry[] = []
  for (const [i, { path, readers, shown }] of files.entries()) {
    const text = texts[i]
    const where = { file: shown ?? fromRoot(root, path), location: resolve(root, path) }
    if (text !== null && text !== undefined) entries.push(...(await readConfig(where, text, readers, platform, onUnreadable)))
  }
  return entries
}

/**
 * The servers of named files, each by its name, else by its shape.
 * @throws LockError `CONFIG_NOT_FOUND`, and as `readConfigs`
 */
export async function readNamedConfigs(
  root: string,
  files: readonly string[],
  platform: NodeJS.Platform,
  onUnreadable = refuse,
): Promise<ServerEntry[]> {
  for (const file of files)
    if ((await readTextFile(resolve(root, file), MAX_CONFIG)) === null)
      throw new LockError('CONFIG_NOT_FOUND', `there is no file \`${displaySafe(file, 300)}\``)
  return readConfigs(
    root,
    files.map((path) => ({ path: resolve(root, path), readers: [] })),
    platform,
    onUnreadable,
  )
}

/**
 * The servers of one config by its path from the root, whatever it is read from; without those that cannot be read.
 * @throws LockError `CONFIG_INVALID`
 */
export async function readConfigText(file: string, text: string, platform: NodeJS.Platform): Promise<ServerEntry[]> {
  const readers = PROJECT_FILES.find(({ path }) => path === file)?.readers ?? []
  return readConfig({ file, location: file }, text, readers, platform, () => {})
}

type Where = Pick<ServerEntry, 'file' | 'location'>

async function readConfig(
  where: Where,
  text: string,
  known: readonly Reader[],
  platform: NodeJS.Platform,
  onUnreadable: OnUnreadable,
): Promise<ServerEntry[]> {
  const { file } = where
  const value = await parseDocument(text, syntaxOf(file), file)
  const document = new Place(value, file)
  document.object()
  const readers = known.length > 0 ? known : readersFor(file, document)
  return serversIn(document, readers).flatMap((found) => {
    found.place.within(() => checkServerName(found.name))
    try {
      found.place.object()
      return readServer(found, where, platform)
    } catch (error) {
      if (!(error instanceof LockError)) throw error
      onUnreadable(found.name, error)
      return []
    }
  })
}

/** One server as the first client reads it that can; and who would read it otherwise. */
function readServer({ name, place, folder, readers }: Found, where: Where, platform: NodeJS.Platform): ServerEntry[] {
  const failures: LockError[] = []
  // Most clients agree, and what is made of one start is made once.
  const made = new Map<string, ReturnType<typeof seenThrough>>()
  const read = readers.flatMap((reader) => {
    try {
      const draft = draftOf(place, reader.dialect, folder, name)
      if (draft === null) return []
      const key = JSON.stringify(draft.start)
      const { shown, found, launch } = made.get(key) ?? seenThrough(draft.start, place)
      made.set(key, { shown, found, launch })
      const words = wordSecrets(found, reader.dialect)
      const secret = words === null ? null : place.invalid(words).message
      return [{ ...reader, ...draft, shown, secret, launch }]
    } catch (error) {
      if (!(error instanceof LockError) || error.code !== 'CONFIG_INVALID') throw error
      failures.push(error)
      return []
    }
  })
  const [first, ...others] = read
  const [failure] = failures
  if (first === undefined && failure !== undefined) throw failure
  if (first === undefined) return []
  const { start, shown, launch, transport, wrapper, bridged, carrier, secret, dialect } = first
  if (platform !== 'win32') refuseBackslashes(shown, launch, place)
  const apart = others.filter((other) => other.launch !== launch && !sameLaunch(other.launch, launch))
  const clients = read.filter((other) => !apart.includes(other)).map((other) => other.client)
  const differing = apart.map((other) => other.client)
  return [
    {
      client: [...new Set(clients)].join(', '),
      ...where,
      name,
      transport,
      launch,
      start,
      dialect,
      path: place.path,
      folder,
      differing,
      wrapper,
      bridged,
      carrier,
      secret,
    },
  ]
}

/** A start without its credentials, and the launch that it is. */
function seenThrough(start: Start, place: Place) {
  const { start: shown, found } = redactStart(start)
  return { shown, found, launch: place.within(() => launchOf(shown)) }
}

function fromRoot(root: string, path: string): string {
  const inside = relative(root, resolve(root, path))
  return (isAbsolute(inside) || inside.startsWith('..') ? path : inside).split(sep).join('/')
}

/** A launch is compared, and started, with slashes in the place of backslashes. Where those separate nothing, they name another file. */
function refuseBackslashes(start: Start, launch: Launch, place: Place): void {
  if (start.kind === 'address' || isRemote(launch) || !rewritesBackslash(start, launch)) return
  const kept = [launch.command, ...launch.args]
  const words = [start.command, ...start.args, start.cwd ?? '', start.envFile ?? ''].filter((word) => word.includes('\\'))
  const word = words.find((one) => !kept.includes(one)) ?? words[0] ?? ''
  throw place.invalid(`\`${displaySafe(word, 100)}\` has a backslash, which separates folders on Windows only; write / instead`)
}
