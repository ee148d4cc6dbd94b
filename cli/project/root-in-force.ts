/** The trusted root that applies here, with where it comes from. */
import { join, resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { parseTrustedRoot, publicGood, publicGoodText, type TrustedRoot } from '../../core/signing/trusted-root.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../world/files.ts'
import type { World } from '../world/world.ts'

const MAX_ROOT = 1024 * 1024

export type RootFile = { readonly text: string; readonly root: TrustedRoot }

export type RootInForce = RootFile & {
  readonly from: 'embedded' | 'policy' | 'command line'
  /** As it is named; null for the embedded one. */
  readonly file: string | null
}

/** @param named by the command line */
export async function rootInForce(folder: string, { sigstore }: Policy, named: string | null, { cwd }: World): Promise<RootInForce> {
  if (named !== null) return { ...(await readRootFile(resolve(cwd, named))), from: 'command line', file: named }
  const file = sigstore.trustedRoot
  if (file !== undefined) return { ...(await readRootFile(join(folder, file))), from: 'policy', file }
  return { text: publicGoodText(), root: publicGood(), from: 'embedded', file: null }
}

/** @throws LockError `TRUSTED_ROOT_INVALID`, `FILE_UNREADABLE` */
export async function readRootFile(path: string): Promise<RootFile> {
  const text = await readTextFile(path, MAX_ROOT)
  const shown = displaySafe(path, 300)
  if (text === null) throw new LockError('FILE_UNREADABLE', `there is no trusted root \`${shown}\``)
  return { text, root: LockError.within(`\`${shown}\``, () => parseTrustedRoot(text)) }
}
