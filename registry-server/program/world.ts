/** What the program may touch. */
import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { parseConfig, type Config, type Secret } from './config.ts'

export type World = {
  readonly cwd: string
  readonly env: { readonly [name: string]: string | undefined }
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Aborted when the program is asked to stop. */
  readonly stop: AbortSignal
}

/** A configuration, with the folder that its files are named from. */
export type ReadConfig = { readonly config: Config; readonly folder: string }

/** No file that is read whole is larger. */
const MAX_FILE = 1024 * 1024

/** @throws LockError `REGISTRY_CONFIG_MISSING`, `FILE_UNREADABLE`, `REGISTRY_CONFIG_INVALID` with file, line and column */
export async function readConfig(file: string, { cwd }: Pick<World, 'cwd'>): Promise<ReadConfig> {
  const path = resolve(cwd, file)
  const shown = `\`${displaySafe(path, 300)}\``
  if (!(await isThere(path))) throw new LockError('REGISTRY_CONFIG_MISSING', `there is no ${shown}`)
  const text = await readText(path)
  return { config: LockError.within(shown, () => parseConfig(text)), folder: dirname(path) }
}

export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** @throws LockError `FILE_UNREADABLE`, `VARIABLE_UNSET` */
export async function readSecret(secret: Secret, folder: string, { env }: Pick<World, 'env'>): Promise<string> {
  if ('file' in secret) return readText(resolve(folder, secret.file))
  const value = env[secret.variable]
  if (value === undefined || value === '') throw new LockError('VARIABLE_UNSET', `the variable \`${secret.variable}\` is not set`)
  return value
}

/** @throws LockError `FILE_UNREADABLE` */
export async function readText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > MAX_FILE) throw new Error(`more than ${MAX_FILE} bytes`)
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new LockError('FILE_UNREADABLE', `\`${displaySafe(path, 300)}\` cannot be read`, { cause })
  }
}
