/** The signature of a project's lock against its policy. */
import { join, posix } from 'node:path'
import { asFailure } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import { sha256 } from '../../core/json/digest.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { MAX_BUNDLE } from '../../core/signing/limits.ts'
import { LOCK_FILE, type ReadLock } from '../locks/lock-store.ts'
import { policyText } from '../project/policy-in-force.ts'
import { inRepository, type Project } from '../project/project.ts'
import { readTextFile } from '../world/files.ts'
import type { World } from '../world/world.ts'

/** Beside the lock. */
const BUNDLE_FILE = 'mcp.lock.sigstore.json'

/** Nothing where nobody needs to sign and nobody did. */
export async function checkSignature(project: Project, { text, lock }: ReadLock, world: World): Promise<Finding[]> {
  const { root, policy } = project
  const { signers, sigstore, repository } = policy
  const bundle = await readTextFile(join(root, BUNDLE_FILE), 4 * MAX_BUNDLE)
  if (bundle === null) return signers.length === 0 ? [] : [{ code: 'SIGNATURE_MISSING', subject: 'signature' }]
  try {
    const { checkStatement, openSignature } = await import('../../core/signing/verify-lock.ts')
    const { trustedRootOf } = await import('../project/trusted-root.ts')
    const trustedRoot = await trustedRootOf(null, world.cwd, sigstore.trustedRoot, root)
    const signature = openSignature(bundle, { signers, thresholds: sigstore.thresholds, root: trustedRoot })
    const folder = await inRepository(root)
    const own = await policyText(root)
    return checkStatement(
      signature,
      { text, pins: lock.servers },
      {
        signers,
        thresholds: sigstore.thresholds,
        root: trustedRoot,
        repository: repository ?? { uri: '' },
        path: posix.join(folder, LOCK_FILE),
        policy: own === null ? null : { path: posix.join(folder, POLICY_FILE), sha256: sha256(own).slice('sha256:'.length) },
      },
    )
  } catch (error) {
    const { code, message } = asFailure(error)
    return [{ code, subject: 'signature', detail: message }]
  }
}
