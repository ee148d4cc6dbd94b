/** `mcp-lock sign FILE`: signs a manifest, or that of a server.json, for whatever registry. */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { member, parseStrict } from '../../core/json/json.ts'
import { formatManifest, MAX_MANIFEST } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'
import type { FilingOptions } from '../publishing/file-statement.ts'
import { readManifestFile, signManifest } from '../publishing/sign-manifest.ts'
import { readSubject } from '../publishing/subject.ts'
import { readNamedFile, writeFileAtomic } from '../world/files.ts'
import type { World } from '../world/world.ts'

export type SignFileOptions = FilingOptions & { readonly file: string; readonly command: readonly string[] | null }

export async function signFile(options: SignFileOptions, world: World): Promise<number> {
  const { file, command } = options
  if (!(await isServerJson(file, world))) {
    if (command !== null) throw new LockError('USAGE', 'a manifest is signed as it is; only a server.json goes with a command')
    await signManifest(file, await readManifestFile(file, world), options, world)
    return 0
  }
  const { manifest } = await readSubject({ ...LISTING, ...options, name: null, serverJson: file }, world)
  const written = file.replace(/(?:\.json)?$/, '.manifest.json')
  await writeFileAtomic(resolve(world.cwd, written), formatManifest(manifest).toString())
  world.stderr(`wrote ${displaySafe(written, 300)}: what it declares, as everybody gets it\n`)
  await signManifest(written, manifest, options, world)
  return 0
}

/** How a server is listed where nobody says otherwise. */
const LISTING = { installTimeout: 300, input: [], header: [], placeholder: [] } as const

async function isServerJson(file: string, world: World): Promise<boolean> {
  const text = await readNamedFile('file', file, world.cwd, MAX_MANIFEST)
  // A manifest may be nested deeper than other JSON of ours: it is read by its own reader.
  try {
    return member(parseStrict(text), 'manifestVersion') === undefined
  } catch (error) {
    if (error instanceof LockError) return false
    throw error
  }
}
