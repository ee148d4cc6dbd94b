/** The tracked files that are not as in a revision, asked by the paths of a project. */
import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { Revision } from '../world/revision.ts'

export type ChangedFiles = {
  /**
   * Whether a path from the project's folder, or what lies below it, is not as in the revision. A path that
   * leads through a link counts as soon as anything has changed, one that lies outside the repository never.
   */
  readonly touch: (path: string) => Promise<boolean>
  /** The changed paths: those in the project's folder from there, the others from the top. */
  readonly list: () => Promise<readonly string[]>
}

/** @param root the project's folder, of which the revision is */
export function changedFiles(root: string, { folder, changes: ask }: Pick<Revision, 'folder' | 'changes'>): ChangedFiles {
  let asked: ReturnType<Revision['changes']> | undefined
  const changes = (): ReturnType<Revision['changes']> => (asked ??= ask())
  return {
    touch: async (path) => {
      const paths = await changes()
      const full = resolve(root, path)
      const own = relative(resolve(root, folder.replaceAll(/[^/]+/g, '..')), full)
        .split(sep)
        .join('/')
      if (paths.length === 0 || own.split('/')[0] === '..' || isAbsolute(own)) return false
      if ((await realpath(full).catch(() => full)) !== full) return true
      return paths.some((other) => isSameOrBelow(other, own) || isSameOrBelow(own, other))
    },
    list: async () => {
      const own = folder === '' ? '' : `${folder}/`
      return (await changes()).map((path) => (path.startsWith(own) ? path.slice(own.length) : path))
    },
  }
}

/** As the file systems see it that take the most names for one. */
function isSameOrBelow(path: string, folder: string): boolean {
  const [inner, outer] = [path, folder].map((name) => name.normalize('NFC').toLowerCase())
  return inner === outer || inner?.startsWith(`${outer}/`) === true
}
