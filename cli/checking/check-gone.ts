/** A project whose lock a change has taken away. */
import { CODES } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import type { LockVerdict } from '../../core/compare/finding.ts'
import { LOCK_FILE } from '../locks/lock-store.ts'
import { policyInForce } from '../project/policy-in-force.ts'
import { openTrustBase } from '../project/trust-base.ts'
import type { World } from '../world/world.ts'
import { checkSignature } from './check-signature.ts'
import type { SignatureOptions } from './declared-trust.ts'

/**
 * That it was signed, or is trusted otherwise now.
 * @throws LockError `LOCK_NOT_FOUND`, where there was no trust to lose; and as `openProject`
 */
export async function checkGone(
  root: string,
  base: string,
  options: SignatureOptions & { readonly policy?: string },
  world: World,
): Promise<LockVerdict> {
  const trustBase = await openTrustBase(root, base, false, world)
  const inForce = await policyInForce(root, options.policy ?? null, trustBase, world.cwd)
  const findings = [...(await checkSignature({ root, base: trustBase, ...inForce }, null, options, world)), ...inForce.findings]
  const missing = `there is no ${LOCK_FILE} in \`${root}\``
  if (findings.every(({ code }) => CODES[code].exit !== 4)) throw new LockError('LOCK_NOT_FOUND', missing)
  return { path: LOCK_FILE, servers: {}, findings: [...findings, { code: 'LOCK_NOT_FOUND', detail: missing }], coverage: [] }
}
