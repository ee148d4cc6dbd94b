/** The trusted root that a check rests on: a named file, the policy's, or the embedded one of the public good instance. */
import { join, resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { parseTrustedRoot, publicGood, type TrustedRoot } from '../../core/signing/trusted-root.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../world/files.ts'

const MAX_ROOT = 1024 * 1024

/** @throws LockError `TRUSTED_ROOT_INVALID`, `FILE_UNREADABLE` */
async function readTrustedRoot(path: string): Promise<TrustedRoot> {
  const text = await readTextFile(path, MAX_ROOT)
  const shown = displaySafe(path, 300)
  if (text === null) throw new LockError('FILE_UNREADABLE', `there is no trusted root \`${shown}\``)
  return LockError.within(`\`${shown}\``, () => parseTrustedRoot(text))
}

/** @param named by the command line, from `cwd`; `ofPolicy` is the policy's own entry, from `policyFolder` */
export async function trustedRootOf(
  named: string | null,
  cwd: string,
  ofPolicy: string | undefined,
  policyFolder: string,
): Promise<TrustedRoot> {
  if (named !== null) return readTrustedRoot(resolve(cwd, named))
  return ofPolicy === undefined ? publicGood() : readTrustedRoot(join(policyFolder, ofPolicy))
}
