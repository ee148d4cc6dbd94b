/** `mcp-lock trust import`: a Sigstore's files become those of the project. */
import { findRoot } from '../project/project.ts'
import { readSigningFile } from '../project/signing-config.ts'
import { readRootFile } from '../project/trusted-root.ts'
import type { World } from '../world/world.ts'
import { standingIn, takeRoot } from './take-root.ts'

export type TrustImportOptions = { readonly signingConfig?: string; readonly yes: boolean }

export async function trustImport(file: string, { signingConfig, yes }: TrustImportOptions, world: World): Promise<number> {
  const root = await readRootFile(file, world.cwd)
  const signing = signingConfig === undefined ? null : await readSigningFile(signingConfig, world.cwd)
  const standing = await standingIn(await findRoot(world), world)
  if (!(await takeRoot({ root, signing }, standing, yes, world))) world.stderr('nothing to change: these files are the ones in force\n')
  return 0
}
