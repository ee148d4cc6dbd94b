/** A private content-addressed store in the user's cache folder: what was installed once is not installed again. */
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { SourceContext } from './source-kind.ts'

/**
 * The folder that has what the key stands for: its content, and everything else that `install` depends on.
 * `install` fills an empty folder, which is then moved to its place, or is gone. Without the file `needs`,
 * relative to it, a folder is of no use, and is made anew.
 */
export async function inStore(
  key: string,
  context: SourceContext,
  install: (folder: string) => Promise<void>,
  needs = '',
): Promise<string> {
  const store = storeFolder(context.env)
  const target = join(store, key)
  if (await exists(join(target, needs))) return target
  context.onInstall?.()
  await rm(target, { recursive: true, force: true })
  await mkdir(store, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(store, '.new-'))
  try {
    await install(folder)
    await rename(folder, target).catch(async (cause: unknown) => {
      if (!(await exists(target))) throw cause
    })
    return target
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** In the user's cache folder. A variable that names no absolute one is ignored (XDG Base Directory Specification). */
export function storeFolder(env: SourceContext['env'], platform: NodeJS.Platform = process.platform): string {
  const named = platform === 'win32' ? env['LOCALAPPDATA'] : platform === 'darwin' ? undefined : env['XDG_CACHE_HOME']
  const usual = platform === 'win32' ? ['AppData', 'Local'] : platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']
  const caches = named !== undefined && isAbsolute(named) ? named : join(homedir(), ...usual)
  return join(caches, 'mcp-lock', 'store')
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
