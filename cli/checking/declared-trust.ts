/** Who must have signed the lock, by the policy in force and the command line. */
import { LockError } from '../../core/codes/errors.ts'
import type { Repository } from '../../core/identity/repository.ts'
import { REPOSITORY, type Signer } from '../../core/identity/signer.ts'
import { NO_POLICY, type SigstorePolicy } from '../../core/policy/policy.ts'
import type { PolicyInForce } from '../project/policy-in-force.ts'
import type { World } from '../world/world.ts'

export type SignatureOptions = {
  /** In the place of the policy's signers, in the words of `parseSigner`. */
  readonly signer?: string
  readonly issuer?: string
  /** In the place of the policy's. */
  readonly repository?: string
  readonly requireSignature?: boolean
  /** A file, from the current folder, in the place of the policy's. */
  readonly trustedRoot?: string
}

export type DeclaredTrust = {
  readonly signers: readonly Signer[]
  readonly repository: Repository | null
  readonly sigstore: SigstorePolicy
  /** Whether somebody must have signed. */
  readonly needed: boolean
}

/**
 * Where the command line names the signer, the project's own policy says nothing of what makes a signature good: with a root,
 * thresholds or a repository of its own, whoever wrote it could sign as anybody.
 * @throws LockError `USAGE`, `KEY_INVALID`, `FILE_UNREADABLE`
 */
export async function declaredTrust(
  { policy: inForce, isOwn }: Pick<PolicyInForce, 'policy' | 'isOwn'>,
  options: SignatureOptions,
  { cwd }: Pick<World, 'cwd'>,
): Promise<DeclaredTrust> {
  const { signer, issuer = null, repository: uri, requireSignature = false } = options
  if (signer === undefined && issuer !== null) throw new LockError('USAGE', '`--issuer` says who vouches for `--signer`, and there is none')
  if (uri !== undefined && !REPOSITORY.test(uri))
    throw new LockError('USAGE', 'expected the address of a repository, as in `--repository https://github.com/acme/tools`')
  const policy = signer !== undefined && isOwn ? NO_POLICY : inForce
  const repository = uri === undefined ? (policy.repository ?? null) : { uri }
  const signers =
    signer === undefined ? policy.signers : [await (await import('../project/named-signer.ts')).namedSigner(signer, issuer, cwd)]
  if (signers.length > 0 && repository === null)
    throw new LockError(
      'USAGE',
      'a signature is good in one repository only: say which with `--repository URL`, for beside `--signer` mcp-lock.yaml counts with `--base` or `--policy` only',
    )
  return { signers, repository, sigstore: policy.sigstore, needed: signers.length > 0 || requireSignature }
}
