/** Which files may hold servers, and who reads each: the clients' tables by place. */
import { readdir } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { expand } from '../../core/launch/template.ts'
import { homeFolder, lookUp, type Environment } from '../world/environment.ts'
import { everywhere, type ConfigFile, type UserPath } from './dialects/client.ts'
import type { Dialect } from './dialects/dialect.ts'
import { CLIENTS } from './dialects/index.ts'
import type { Notation } from './dialects/notations.ts'

/** One client's way to read a file. */
export type Reader = { readonly client: string; readonly dialect: Dialect }

/** A file with those who read it; empty where only its name and shape can tell. */
export type Located = {
  readonly path: string
  readonly readers: readonly Reader[]
  /** As messages name it, where that is not its path from the root. */
  readonly shown?: string
}

/** From the project's root, with slashes; one part may be `*` or `*.EXTENSION`. */
export const PROJECT_FILES: readonly Located[] = grouped(({ project }) => project)

/** Whether a path from the project's root is one of its client configs. */
export function isProjectFile(file: string): boolean {
  return PROJECT_FILES.some(({ path }) => {
    const [folder, extension] = path.split('*')
    if (extension === undefined) return file === path
    return file.startsWith(folder ?? '') && file.endsWith(extension) && !file.slice(folder?.length).includes('/')
  })
}

/** The user's own, wherever the command runs: no folder is open there. */
export function userFiles(env: Environment, platform: NodeJS.Platform): readonly Located[] {
  const home = userPath(everywhere('~/'), env, platform)
  const files = grouped(({ user }) => (user === undefined ? undefined : (userPath(user, env, platform) ?? undefined)))
  return files.map(({ path, readers }) => ({
    path,
    shown: home !== null && path.startsWith(home) ? `~/${path.slice(home.length)}` : path,
    readers: readers.map(({ client, dialect }) => ({ client, dialect: { ...dialect, notation: outside(dialect.notation) } })),
  }))
}

/** A place of the user's on this system, with slashes; null where there is none, or what would name it has no value. */
export function userPath(path: UserPath, env: Environment, platform: NodeJS.Platform): string | null {
  const system = platform === 'win32' || platform === 'darwin' ? platform : 'linux'
  const { text, unset } = expand(path[system] ?? '', (name) => lookUp(env, name.replace(/^env:/, ''), platform) || undefined)
  const home = homeFolder(env, platform)
  if (text === '' || unset.length > 0 || (home === null && text.startsWith('~'))) return null
  const full = text.replace(/^~(?=\/)/, () => home ?? '')
  return platform === 'win32' ? full.replaceAll('\\', '/') : full
}

/** Every client's files by their path, so that one that several clients share is read once. */
function grouped(pathOf: (file: ConfigFile) => string | undefined): readonly Located[] {
  const files = new Map<string, Reader[]>()
  for (const { name: client, files: all } of CLIENTS) {
    for (const file of all) {
      const path = pathOf(file)
      if (path !== undefined) files.set(path, [...(files.get(path) ?? []), { client, dialect: file.dialect }])
    }
  }
  return [...files].map(([path, readers]) => ({ path, readers }))
}

/** `${workspaceFolder}` is whichever folder is open: here, a variable without a value. */
function outside(notation: Notation): Notation {
  const reference: Notation['reference'] = (match, file) =>
    notation.reference(match, file)?.replace(/^workspaceFolder/, 'openFolder') ?? null
  return { ...notation, reference }
}

/**
 * The places that may be there, each as the files that it stands for, in the order of their names. One
 * look at the root spares one for each place; a system may find a file under another case.
 */
export async function present(root: string, places: readonly Located[]): Promise<readonly Located[]> {
  const names = (await namesIn(root))?.map((name) => name.toLowerCase())
  const possible = places.filter(({ path }) => isAbsolute(path) || names?.includes(path.split('/')[0]?.toLowerCase() ?? '') !== false)
  return (await Promise.all(possible.map((place) => matching(root, place)))).flat()
}

async function matching(root: string, place: Located): Promise<readonly Located[]> {
  const [folder = '', rest] = place.path.split('*')
  if (rest === undefined) return [place]
  const found = ((await namesIn(resolve(root, folder))) ?? []).filter((name) => rest.startsWith('/') || name.endsWith(rest))
  const at = (path: string, name: string): string => path.replace(rest.startsWith('/') ? '*' : `*${rest}`, () => name)
  return found.map((name) => ({
    ...place,
    path: at(place.path, name),
    ...(place.shown === undefined ? {} : { shown: at(place.shown, name) }),
  }))
}

/** Null for a folder that is not there, or cannot be read. */
async function namesIn(folder: string): Promise<readonly string[] | null> {
  const names = await readdir(folder).catch(() => null)
  return names?.sort() ?? null
}
