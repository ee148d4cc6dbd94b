/** Which files may hold servers, and who reads each: the clients' tables by place. */
import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expand } from '../../core/template.ts'
import { homeFolder, lookUp, type Environment } from '../environment.ts'
import type { ConfigFile } from './client.ts'
import type { Dialect } from './dialect.ts'
import { CLIENTS } from './index.ts'

/** One client's way to read a file. */
export type Reader = { readonly client: string; readonly dialect: Dialect }

/** A file with those who read it; empty where only its name and shape can tell. */
export type Located = { readonly path: string; readonly readers: readonly Reader[] }

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

export function userFiles(env: Environment, platform: NodeJS.Platform): readonly Located[] {
  const home = homeFolder(env, platform)
  const slashes = (path: string): string => (platform === 'win32' ? path.replaceAll('\\', '/') : path)
  const system = platform === 'win32' || platform === 'darwin' ? platform : 'linux'
  return grouped(({ user }) => {
    const { text, unset } = expand(user?.[system] ?? '', (name) => lookUp(env, name.replace(/^env:/, ''), platform) || undefined)
    if (text === '' || unset.length > 0 || (home === null && text.startsWith('~'))) return undefined
    return slashes(text.replace(/^~(?=\/)/, () => home ?? ''))
  })
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

/** A place as the files that it stands for, in the order of their names. */
export async function matching(root: string, { path, readers }: Located): Promise<readonly Located[]> {
  const [folder = '', rest] = path.split('*')
  if (rest === undefined) return [{ path, readers }]
  const names = await readdir(resolve(root, folder)).catch(() => [])
  const found = names.filter((name) => rest.startsWith('/') || name.endsWith(rest)).sort()
  return found.map((name) => ({ path: `${folder}${name}${rest.startsWith('/') ? rest : ''}`, readers }))
}
