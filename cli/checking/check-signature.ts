/** The signature of a project's lock: who must have made it, and against what it is checked. */
import { posix } from 'node:path'
import { CODES } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import { sha256 } from '../../core/json/digest.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { judgeChange, judgeSignature, type Standing } from '../../core/signing/judge-change.ts'
import type { LockTrust } from '../../core/signing/standing.ts'
import { BUNDLE_FILE, LOCK_FILE, readBundle, type ReadLock } from '../locks/lock-store.ts'
import { inRepository, type Project } from '../project/project.ts'
import type { World } from '../world/world.ts'
import { declaredTrust, type DeclaredTrust, type SignatureOptions } from './declared-trust.ts'

/** A lock and what stands beside it, as the project or its base has it. */
type Side = {
  readonly lock: ReadLock | null
  readonly bundle: string | null
  /** The digest of the policy's bytes, in hex. */
  readonly policy: string | null
}

/**
 * What is wrong with it; nothing where nobody needs to sign and nobody did.
 * @param lock null where the project has none any more
 * @param bundle in the place of the one beside the lock
 * @throws LockError `USAGE`, `FILE_UNREADABLE`; with a trust base also `FILE_REFUSED`, `REVISION_UNKNOWN`, `INTERRUPTED`
 */
export async function checkSignature(
  project: Pick<Project, 'root' | 'base' | 'policy' | 'isOwn' | 'own' | 'readBeside'>,
  lock: ReadLock | null,
  { bundle, ...options }: SignatureOptions & { readonly bundle?: string },
  world: World,
): Promise<readonly Finding[]> {
  const { root, base, own } = project
  const declared = await declaredTrust(project, options, world)
  try {
    const present = bundle ?? (await readBundle(root).catch(malformed))
    // Nothing to verify, and nothing to compare with.
    if (present === null && base === null) return judgeSignature({ kind: 'unsigned' }, declared.needed)
    const head: Side = { lock, bundle: present, policy: own === null ? UNREADABLE : digestOf(own.text) }
    const stand = await standingIn(project, declared, options, world)
    if (base === null) return judgeSignature(await stand(head), declared.needed)
    const before: Side = { lock: base.lock, bundle: await base.read(BUNDLE_FILE).catch(malformed), policy: digestOf(base.policy) }
    const same = {
      lock: before.lock?.text === head.lock?.text,
      policy: before.policy === head.policy,
      bundle: before.bundle === head.bundle,
    }
    return judgeChange(await stand(before), await stand(head), same, declared.needed)
  } catch (error) {
    // What is not about trust stops the whole check: nothing may start as if the signature had been looked at.
    if (!(error instanceof LockError) || CODES[error.code].exit !== 4) throw error
    return [{ code: error.code, subject: 'signature', detail: error.message }]
  }
}

function digestOf(policy: string | null): string | null {
  return policy === null ? null : sha256(policy).slice('sha256:'.length)
}

/** What stands in the place of a bundle and cannot be read is no signature either. */
function malformed(error: unknown): never {
  if (error instanceof LockError && (error.code === 'FILE_UNREADABLE' || error.code === 'FILE_REFUSED'))
    throw new LockError('BUNDLE_INVALID', error.message, { cause: error })
  throw error
}

/** The policy that cannot be read is one that nobody has signed. */
const UNREADABLE = 'a file that cannot be read'

/** What verifies is loaded where there is a bundle to verify. */
async function standingIn(
  { root, base, readBeside }: Pick<Project, 'root' | 'base' | 'readBeside'>,
  { signers, repository, sigstore }: DeclaredTrust,
  { trustedRoot }: SignatureOptions,
  world: World,
): Promise<(side: Side) => Promise<Standing>> {
  const folder = base?.folder ?? (await inRepository(root))
  let trust: LockTrust | undefined
  return async ({ lock, bundle, policy }) => {
    if (lock === null) return { kind: 'absent' }
    if (bundle === null) return { kind: 'unsigned' }
    const { standingOf } = await import('../../core/signing/standing.ts')
    const { trustedRootOf } = await import('../project/trusted-root.ts')
    const { thresholds } = sigstore
    trust ??= {
      signers,
      repository,
      thresholds,
      root: await trustedRootOf(trustedRoot ?? null, world.cwd, { policy: { sigstore }, readBeside }),
    }
    const at = (file: string): string => posix.join(folder, file)
    return standingOf(
      {
        lock: { text: lock.text, pins: lock.lock.servers },
        bundle,
        path: at(LOCK_FILE),
        policy: policy === null ? null : { path: at(POLICY_FILE), sha256: policy },
      },
      trust,
    )
  }
}
