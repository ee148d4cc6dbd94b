/** Where `sign` signs: a named file, the policy's, or null for neither. */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { MAX_SIGNING_CONFIG, parseSigningConfig, type SigningConfig } from '../../core/signing/signing-config.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../world/files.ts'
import type { PolicyInForce } from './policy-in-force.ts'

/**
 * @param named by the command line, from `cwd`
 * @throws LockError `SIGNING_CONFIG_INVALID`, `FILE_UNREADABLE`
 */
export async function signingConfigOf(
  named: string | null,
  cwd: string,
  { policy, readBeside }: Pick<PolicyInForce, 'policy' | 'readBeside'>,
): Promise<SigningConfig | null> {
  const path = named ?? policy.sigstore.signingConfig
  if (path === undefined) return null
  const text = named === null ? await readBeside(path) : await readTextFile(resolve(cwd, named), MAX_SIGNING_CONFIG)
  const shown = displaySafe(path, 300)
  if (text === null) throw new LockError('FILE_UNREADABLE', `there is no signing config \`${shown}\``)
  return LockError.within(`\`${shown}\``, () => parseSigningConfig(text))
}
