/** Where `sign` signs: a named file, the policy's, or null for neither. */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { MAX_SIGNING_CONFIG, parseSigningConfig, type SigningConfig } from '../../core/signing/signing-config.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../world/files.ts'
import type { PolicyInForce } from './policy-in-force.ts'

export type SigningFile = { readonly text: string; readonly config: SigningConfig }

/**
 * @param named by the command line, from `cwd`
 * @throws LockError `SIGNING_CONFIG_INVALID`, `FILE_UNREADABLE`
 */
export async function signingConfigOf(
  named: string | null,
  cwd: string,
  { policy, readBeside }: Pick<PolicyInForce, 'policy' | 'readBeside'>,
): Promise<SigningConfig | null> {
  if (named !== null) return (await readSigningFile(named, cwd)).config
  const file = policy.sigstore.signingConfig
  return file === undefined ? null : parseFile(file, await readBeside(file)).config
}

/** @throws LockError `SIGNING_CONFIG_INVALID`, `FILE_UNREADABLE` */
export async function readSigningFile(file: string, cwd: string): Promise<SigningFile> {
  return parseFile(file, await readTextFile(resolve(cwd, file), MAX_SIGNING_CONFIG))
}

function parseFile(file: string, text: string | null): SigningFile {
  const shown = displaySafe(file, 300)
  if (text === null) throw new LockError('FILE_UNREADABLE', `there is no signing config \`${shown}\``)
  return { text, config: LockError.within(`\`${shown}\``, () => parseSigningConfig(text)) }
}
