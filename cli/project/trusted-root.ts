/** The trusted root that a check rests on: a named file, the policy's, or the embedded one of the public good instance. */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { parseTrustedRoot, publicGood, type TrustedRoot } from '../../core/signing/trusted-root.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../world/files.ts'
import type { PolicyInForce } from './policy-in-force.ts'

const MAX_ROOT = 1024 * 1024

/**
 * @param named by the command line, from `cwd`
 * @throws LockError `TRUSTED_ROOT_INVALID`, `FILE_UNREADABLE`
 */
export async function trustedRootOf(
  named: string | null,
  cwd: string,
  { policy, readBeside }: Pick<PolicyInForce, 'policy' | 'readBeside'>,
): Promise<TrustedRoot> {
  const path = named ?? policy.sigstore.trustedRoot
  if (path === undefined) return publicGood()
  const text = named === null ? await readBeside(path) : await readTextFile(resolve(cwd, named), MAX_ROOT)
  const shown = displaySafe(path, 300)
  if (text === null) throw new LockError('FILE_UNREADABLE', `there is no trusted root \`${shown}\``)
  return LockError.within(`\`${shown}\``, () => parseTrustedRoot(text))
}
