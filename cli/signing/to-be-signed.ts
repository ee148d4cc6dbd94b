/** What there is to sign: the lock as it stands here, checked as far as it can be without its configs. */
import { posix } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { sha256 } from '../../core/json/digest.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import { checkClosure } from '../checking/check-offline.ts'
import { readClosureFiles } from '../locks/closure-store.ts'
import { LOCK_FILE, readBundle, requireLock, type ReadLock } from '../locks/lock-store.ts'
import { policyInForce, type PolicyInForce } from '../project/policy-in-force.ts'
import { inRepository } from '../project/project.ts'
import { gitIn, ifAny } from '../world/git.ts'
import type { World } from '../world/world.ts'

export type ToBeSigned = ReadLock &
  Pick<PolicyInForce, 'policy' | 'own' | 'readBeside'> & {
    readonly root: string
    /** What the statement says of the policy: null where there is none. */
    readonly ofPolicy: { readonly path: string; readonly sha256: string } | null
    /** Of the lock from the top of the repository. */
    readonly path: string
    /** The text of the bundle that stands beside the lock. */
    readonly bundle: string | null
    readonly commit: string | null
  }

/** @throws LockError `LOCK_*`, `CLOSURE_ALTERED`, `POLICY_INVALID`, `FILE_UNREADABLE`, `INTERRUPTED` */
export async function toBeSigned(root: string, world: World): Promise<ToBeSigned> {
  const found = await requireLock(root)
  for (const [name, pin] of Object.entries(found.lock.servers)) {
    const [altered] = checkClosure(pin, await readClosureFiles(root, name, pin.source))
    if (altered !== undefined) throw new LockError(altered.code, `${displaySafe(name)}: ${altered.detail ?? ''}`)
  }
  const folder = await inRepository(root)
  const head = await ifAny(gitIn(root, world)(['rev-parse', '--verify', '--end-of-options', 'HEAD']))
  const { policy, own, readBeside } = await policyInForce(root, null, null, world.cwd)
  const text = own?.text ?? null
  return {
    ...found,
    root,
    policy,
    own,
    readBeside,
    ofPolicy: text === null ? null : { path: posix.join(folder, POLICY_FILE), sha256: sha256(text).slice('sha256:'.length) },
    path: posix.join(folder, LOCK_FILE),
    bundle: await readBundle(root),
    commit: head?.stdout.trim() ?? null,
  }
}
