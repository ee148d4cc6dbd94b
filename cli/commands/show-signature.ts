/** `mcp-lock show signature`: who signed the lock, over what, where that is logged, and what it does not say. */
import { LockError } from '../../core/codes/errors.ts'
import { exitOfFinding, worstExit } from '../../core/compare/finding.ts'
import { readClaimsOf } from '../../core/signing/bundle-claims.ts'
import { checkSignature } from '../checking/check-signature.ts'
import { BUNDLE_FILE, readBundle, requireLock } from '../locks/lock-store.ts'
import { policyInForce } from '../project/policy-in-force.ts'
import { findRoot } from '../project/project.ts'
import { rootInForce } from '../project/trusted-root.ts'
import { signatureJson, signatureText, type ShownSignature } from '../report/signature.ts'
import type { World } from '../world/world.ts'

/** @returns 0 where the signature verifies under the project's own policy */
export async function showSignature(format: 'text' | 'json', world: World): Promise<number> {
  const root = await findRoot(world)
  const lock = await requireLock(root)
  const bundle = await readBundle(root)
  if (bundle === null) throw new LockError('SIGNATURE_MISSING', `there is no ${BUNDLE_FILE} in \`${root}\``)
  const applied = await policyInForce(root, null, null, world.cwd)
  const findings = await checkSignature({ root, base: null, ...applied }, lock, { bundle }, world)
  const logs = await rootInForce(null, world.cwd, applied).then(({ root: trusted }) => trusted.tlogs, noneOf)
  const shown: ShownSignature = { claims: claimsIn(bundle), findings, lock, logs }
  world.stdout(format === 'json' ? signatureJson(shown) : signatureText(shown, world))
  return worstExit(findings.map((finding) => exitOfFinding(finding, false)))
}

/** Null for what is no bundle, which the findings say. */
function claimsIn(bundle: string): ShownSignature['claims'] {
  try {
    return readClaimsOf(bundle)
  } catch (error) {
    if (error instanceof LockError) return null
    throw error
  }
}

/** Of a root that cannot be relied on, which the findings say. */
function noneOf(error: unknown): [] {
  if (error instanceof LockError) return []
  throw error
}
