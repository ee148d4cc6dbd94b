/** `mcp-lock trust import`: a Sigstore's files become those of the project. */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { MAX_SIGNING_CONFIG, parseSigningConfig } from '../../core/signing/signing-config.ts'
import { displaySafe } from '../../core/text.ts'
import { findRoot } from '../project/project.ts'
import { readRootFile } from '../project/trusted-root.ts'
import { readTextFile } from '../world/files.ts'
import type { World } from '../world/world.ts'
import { standingIn, takeRoot, type SigningFile } from './take-root.ts'

export type TrustImportOptions = { readonly signingConfig?: string; readonly yes: boolean }

export async function trustImport(file: string, { signingConfig, yes }: TrustImportOptions, world: World): Promise<number> {
  const root = await readRootFile(file, world.cwd)
  const signing = signingConfig === undefined ? null : await readSigning(signingConfig, world.cwd)
  const standing = await standingIn(await findRoot(world), world)
  if (!(await takeRoot({ root, signing }, standing, yes, world))) world.stderr('nothing to change: these files are the ones in force\n')
  return 0
}

/** @throws LockError `SIGNING_CONFIG_INVALID`, `FILE_UNREADABLE` */
async function readSigning(file: string, cwd: string): Promise<SigningFile> {
  const text = await readTextFile(resolve(cwd, file), MAX_SIGNING_CONFIG)
  const shown = displaySafe(file, 300)
  if (text === null) throw new LockError('FILE_UNREADABLE', `there is no signing config \`${shown}\``)
  return { text, config: LockError.within(`\`${shown}\``, () => parseSigningConfig(text)) }
}
