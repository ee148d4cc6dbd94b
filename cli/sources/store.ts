/** A private content-addressed store in the user's cache folder: what was installed once is not installed again. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { atMost, displaySafe } from '../../core/text.ts'
import { exists, writeFileAtomic } from '../world/files.ts'
import type { SourceContext } from './source-kind.ts'
import { compareTree, recordTree, type Manifest } from './tree-manifest.ts'

/** Beside the tree, in one folder that is moved to its place as a whole: where there is one, there is the other. */
const TREE = 'tree'
const MANIFEST = 'manifest.json'

/**
 * The folder that has what the key stands for: its content, and everything else that `install` depends on.
 * `install` fills an empty folder, which is then moved to its place, or is gone. Without the file `needs`,
 * relative to it, a folder is of no use, and is made anew.
 * @throws LockError `STORE_ALTERED`, where code in it is not what was installed
 */
export async function inStore(
  key: string,
  context: SourceContext,
  install: (folder: string) => Promise<void>,
  needs = '',
): Promise<string> {
  const store = storeFolder(context.env)
  const target = join(store, key)
  const tree = join(target, TREE)
  const isWhole = async (): Promise<boolean> => (await exists(join(target, MANIFEST))) && exists(join(tree, needs))
  if (await isWhole()) {
    await checkUnaltered(target)
    return tree
  }
  context.onInstall?.()
  await mkdir(store, { recursive: true, mode: 0o700 })
  await sweep(store)
  const folder = await mkdtemp(join(store, '.new-'))
  try {
    await mkdir(join(folder, TREE))
    await install(join(folder, TREE))
    await writeManifest(folder, recordTree(join(folder, TREE)))
    await rename(folder, target).catch(async () => {
      // Another installer was faster, or what stands there is of no use.
      if (await isWhole()) return
      await rm(target, { recursive: true, force: true })
      await rename(folder, target)
    })
    return tree
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const SHOWN = 3

async function checkUnaltered(target: string): Promise<void> {
  const manifest: unknown = await readFile(join(target, MANIFEST), 'utf8')
    .then(JSON.parse)
    .catch(() => null)
  if (!isManifest(manifest)) throw altered(target, 'its manifest cannot be read')
  const { differences, renewed } = compareTree(join(target, TREE), manifest)
  if (differences.length === 0) return renewed === null ? undefined : writeManifest(target, renewed).catch(() => {})
  const shown = differences.map(({ path, what }) => `\`${displaySafe(path, 300)}\` ${what}`)
  throw altered(target, atMost(SHOWN, shown).join(', '))
}

function altered(target: string, what: string): LockError {
  return new LockError('STORE_ALTERED', `${what}; to have it installed again, delete \`${displaySafe(target, 500)}\``)
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null || !('' in value)) return false
  return Object.values(value).every(
    (entry) => Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string'),
  )
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFileAtomic(join(folder, MANIFEST), JSON.stringify(manifest))
}

const DAY = 24 * 60 * 60 * 1_000

/** Takes away what an installer left that was killed. */
async function sweep(store: string): Promise<void> {
  for (const name of await readdir(store)) {
    if (!name.startsWith('.new-')) continue
    const { mtimeMs = Infinity } = (await stat(join(store, name)).catch(() => null)) ?? {}
    if (mtimeMs < Date.now() - DAY) await rm(join(store, name), { recursive: true, force: true })
  }
}

/** Where `inStore` puts what a key stands for. */
export function treeIn(key: string, env: SourceContext['env']): string {
  return join(storeFolder(env), key, TREE)
}

/** In the user's cache folder. A variable that names no absolute one is ignored (XDG Base Directory Specification). */
export function storeFolder(env: SourceContext['env'], platform: NodeJS.Platform = process.platform): string {
  const named = platform === 'win32' ? env['LOCALAPPDATA'] : platform === 'darwin' ? undefined : env['XDG_CACHE_HOME']
  const usual = platform === 'win32' ? ['AppData', 'Local'] : platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']
  const caches = named !== undefined && isAbsolute(named) ? named : join(homedir(), ...usual)
  return join(caches, 'mcp-lock', 'store')
}
