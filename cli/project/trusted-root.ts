/** The trusted root that a check rests on: a named file, the policy's, or the embedded one of the public good instance. */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { MAX_ROOT, parseTrustedRoot, publicGood, publicGoodText, type TrustedRoot } from '../../core/signing/trusted-root.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../world/files.ts'
import type { PolicyInForce } from './policy-in-force.ts'

export type RootFile = { readonly text: string; readonly root: TrustedRoot }

export type RootInForce = RootFile & {
  readonly from: 'embedded' | 'policy' | 'command line'
  /** As it is named; null for the embedded one. */
  readonly file: string | null
}

/**
 * @param named by the command line, from `cwd`
 * @throws LockError `TRUSTED_ROOT_INVALID`, `FILE_UNREADABLE`
 */
export async function rootInForce(
  named: string | null,
  cwd: string,
  { policy, readBeside }: Pick<PolicyInForce, 'readBeside'> & { readonly policy: Pick<Policy, 'sigstore'> },
): Promise<RootInForce> {
  if (named !== null) return { ...(await readRootFile(named, cwd)), from: 'command line', file: named }
  const file = policy.sigstore.trustedRoot
  if (file !== undefined) return { ...parseFile(file, await readBeside(file)), from: 'policy', file }
  return { text: publicGoodText(), root: publicGood(), from: 'embedded', file: null }
}

/** The same, for who needs the root alone. */
export async function trustedRootOf(...args: Parameters<typeof rootInForce>): Promise<TrustedRoot> {
  return (await rootInForce(...args)).root
}

/** @throws LockError `TRUSTED_ROOT_INVALID`, `FILE_UNREADABLE` */
export async function readRootFile(file: string, cwd: string): Promise<RootFile> {
  return parseFile(file, await readTextFile(resolve(cwd, file), MAX_ROOT))
}

function parseFile(file: string, text: string | null): RootFile {
  const shown = displaySafe(file, 300)
  if (text === null)
    throw new LockError('FILE_UNREADABLE', `there is no trusted root \`${shown}\`; \`mcp-lock trust import FILE\` takes one over`)
  return { text, root: LockError.within(`\`${shown}\``, () => parseTrustedRoot(text)) }
}
