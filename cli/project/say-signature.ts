/** What is left to do once a lock was written that is signed, or must be. */
import { join } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { BUNDLE_FILE } from '../locks/lock-store.ts'
import { exists } from '../world/files.ts'
import type { World } from '../world/world.ts'
import { policyInForce } from './policy-in-force.ts'

/** One line; the bundle stays, for `verify` and `sign` to see what was signed before. */
export async function saySignature(root: string, world: World): Promise<void> {
  if (await exists(join(root, BUNDLE_FILE))) world.stderr('  its signature is of the lock before; to sign this one: mcp-lock sign\n')
  else if (await namesSigners(root, world)) world.stderr('  the policy names signers, and it is not signed yet: mcp-lock sign\n')
}

/** Whoever cannot be read names nobody: here it is only about what to say. */
async function namesSigners(root: string, world: World): Promise<boolean> {
  try {
    const { policy } = await policyInForce(root, null, null, world.cwd)
    return policy.signers.length > 0
  } catch (error) {
    if (error instanceof LockError) return false
    throw error
  }
}
