/** `mcp-lock trust import`: a Sigstore's files become those of the project. */
import { resolve } from 'node:path'
import { findRoot } from '../project/project.ts'
import { readRootFile } from '../project/root-in-force.ts'
import type { World } from '../world/world.ts'
import { standingIn, takeRoot } from './take-root.ts'

export type TrustImportOptions = { readonly yes: boolean }

export async function trustImport(file: string, { yes }: TrustImportOptions, world: World): Promise<number> {
  const root = await readRootFile(resolve(world.cwd, file))
  const standing = await standingIn(await findRoot(world), world)
  if (!(await takeRoot({ root, signing: null }, standing, yes, world)))
    world.stderr('nothing to change: these files are the ones in force\n')
  return 0
}
