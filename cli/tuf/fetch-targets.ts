/**
 * Files of a TUF repository (The Update Framework 1.0), as its root key holders signed them.
 *
 * Nothing of the client's state is kept: what a project trusts stands in its repository. So a repository
 * that goes back is noticed by the life of its timestamp and by the person who sees what changes.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Updater } from 'tuf-js'
import { LockError } from '../../core/codes/errors.ts'
import { member, parseStrictBytes } from '../../core/json/json.ts'
import { displaySafe } from '../../core/text.ts'
import type { Network } from '../network/network.ts'
import { inTemporaryFolder } from '../world/temporary-folder.ts'
import { Downloads, type Limits } from './downloads.ts'

export type Mirror = {
  /** Of the metadata; targets are below it, in `targets/`. */
  readonly url: URL
  /** The text of a `root.json`, of whatever age: newer ones are found from there. */
  readonly root: string
}

/**
 * The texts of the named files; null for one that the repository does not have.
 * @throws LockError `TUF_INVALID`, `TUF_EXPIRED`, `SERVER_UNREACHABLE`, `SERVER_TIMEOUT`, `INTERRUPTED` and what `Network` throws
 */
export async function fetchTargets(
  { url, root }: Mirror,
  names: readonly string[],
  network: Network,
  limits: Limits,
): Promise<ReadonlyMap<string, string | null>> {
  return inTemporaryFolder(async (folder) => {
    const metadata = join(folder, 'metadata')
    await mkdir(metadata)
    await writeFile(join(metadata, 'root.json'), root)
    const downloads = new Downloads(network, folder, limits)
    downloads.files.set('root.json', Buffer.from(root))
    try {
      const base = url.href.replace(/\/$/, '')
      const updater = new Updater({ metadataDir: metadata, metadataBaseUrl: base, targetBaseUrl: `${base}/targets`, fetcher: downloads })
      const texts = new Map<string, string | null>()
      for (const name of names) texts.set(name, await textOf(name, updater, join(folder, 'target')))
      return texts
    } catch (error) {
      throw downloads.failure ?? failureOf(error, url, downloads.files)
    }
  })
}

async function textOf(name: string, updater: Updater, file: string): Promise<string | null> {
  const target = await updater.getTargetInfo(name)
  if (target === undefined) return null
  const bytes = await readFile(await updater.downloadTarget(target, file))
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

/** The client's own errors are plain ones, some of them with others in their words. */
function failureOf(error: unknown, { host }: URL, files: ReadonlyMap<string, Buffer>): LockError {
  const message = error instanceof Error ? error.message : ''
  const expired = /\b([\w-]+\.json) is expired/.exec(message)?.[1]
  if (expired === undefined) return new LockError('TUF_INVALID', `\`${host}\`: ${displaySafe(message, 300)}`, { cause: error })
  return new LockError('TUF_EXPIRED', `\`${expired}\` of \`${host}\` expired${whenOf(expired, files)}`, { cause: error })
}

/** Of the last file with that name, whose signatures were checked before its age. */
function whenOf(file: string, files: ReadonlyMap<string, Buffer>): string {
  const [, bytes] = [...files].findLast(([name]) => name === file || name.endsWith(`.${file}`)) ?? []
  if (bytes === undefined) return ''
  const expires = member(member(parseStrictBytes(bytes), 'signed'), 'expires')
  return typeof expires === 'string' ? ` on ${displaySafe(expires, 40)}` : ''
}
