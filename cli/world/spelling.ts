/** How paths are spelled on disk: macOS and Windows find a file under another case too, Linux does not. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'

/**
 * A file that one system finds under this spelling and another does not would be in the lock of one and
 * not of the other, so it is refused where it is found.
 * @param path from the root, with slashes
 * @throws LockError `CONFIG_INVALID`
 */
export async function refuseOtherSpelling(root: string, path: string, platform: NodeJS.Platform): Promise<void> {
  if (platform !== 'win32' && platform !== 'darwin') return
  const spelled = await spelledOnDisk(root, path)
  if (spelled === null || spelled === path || !(await isFile(join(root, spelled)))) return
  throw new LockError(
    'CONFIG_INVALID',
    `\`${displaySafe(path, 200)}\` is \`${displaySafe(spelled, 200)}\` on disk, and another file on a system that tells them apart; write it as it is there`,
  )
}

async function spelledOnDisk(root: string, path: string): Promise<string | null> {
  const spelled: string[] = []
  for (const part of path.split('/')) {
    const names: readonly string[] = await readdir(join(root, ...spelled)).catch(() => [])
    const name = names.includes(part) ? part : names.find((other) => folded(other) === folded(part))
    if (name === undefined) return null
    spelled.push(name)
  }
  return spelled.join('/')
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
