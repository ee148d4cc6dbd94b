/** Signs the lock of a folder: everything that can be known here comes first, then the question, then the services. */
import { join } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import { counted } from '../../core/compare/wording.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { Repository } from '../../core/identity/repository.ts'
import { POLICY_FILE, type Policy } from '../../core/policy/policy.ts'
import { OUTDATED } from '../../core/signing/standing.ts'
import { SUBJECT } from '../../core/signing/statement.ts'
import { displaySafe } from '../../core/text.ts'
import { checkSignature } from '../checking/check-signature.ts'
import { BUNDLE_FILE, requireLock } from '../locks/lock-store.ts'
import { policyInForce } from '../project/policy-in-force.ts'
import { requireSameLock, requireSamePolicy } from '../project/unchanged.ts'
import { statOwn, writeFileAtomic } from '../world/files.ts'
import type { World } from '../world/world.ts'
import { consent } from './consent.ts'
import { variableOf } from './key-options.ts'
import { makeStatement } from './make-statement.ts'
import { prepare, type SigningOptions } from './prepare.ts'
import { nextCount } from './previous.ts'
import { toBeSigned, type ToBeSigned } from './to-be-signed.ts'
import { nameOf, requireDeclared, requireOwnRepository } from './who-signs.ts'

export type SignOptions = SigningOptions & {
  readonly repository?: string
  readonly yes: boolean
  /** Whether a lock that is signed already is signed again. */
  readonly force: boolean
}

/** @throws LockError, and nothing is written then */
export async function signLock(root: string, options: SignOptions, world: World): Promise<void> {
  // What is logged cannot be taken back, so the file must be one that can be written.
  await statOwn(join(root, BUNDLE_FILE), 'file')
  const lock = await toBeSigned(root, world)
  const repository = repositoryOf(lock.policy, options)
  const count = nextCount(lock.bundle, repository.uri, lock.path)
  const found = lock.bundle === null ? [] : await findingsOf(lock.bundle, lock, options, world)
  if (lock.bundle !== null && !options.force && found.length === 0) {
    world.stderr(`${SUBJECT} is signed already, serial ${count.serial - 1}: nothing to do (--force signs it again)\n`)
    return
  }
  const doubt = found.find(({ code }) => !OUTDATED.includes(code))
  if (doubt !== undefined)
    world.stderr(
      `  ! the bundle beside the lock is believed in nothing here (${doubt.code}), and serial ${count.serial} counts on from it\n`,
    )
  const { signers } = lock.policy
  if (options.key === undefined && options.keyCommand === undefined && signers.length > 0 && signers.every((signer) => 'key' in signer))
    throw new LockError('USAGE', `${POLICY_FILE} lets keys alone sign: \`mcp-lock sign --key FILE\`, with the private key`)
  const allowed = {
    signers,
    require: (identity: Identity) => {
      requireDeclared(identity, lock.policy, keyFileOf(options))
      requireOwnRepository(identity, repository)
    },
  }
  const { identity, publication, sign } = await prepare(options, lock, allowed, world)
  const payload = makeStatement(lock, count, identity, repository)
  const servers = counted(Object.keys(lock.lock.servers).length, 'server')
  const what = `${displaySafe(lock.path, 300)}: ${servers}, serial ${count.serial}, for ${displaySafe(repository.uri, 300)}`
  await consent(identity, { what, publications: publication === null ? [] : [publication], yes: options.yes }, world)
  await requireSameLock(root, lock.text)
  await requireSamePolicy(root, lock.own?.text ?? null)
  const bundle = await sign(payload)
  const [finding] = await findingsOf(bundle, lock, options, world)
  if (finding !== undefined) throw new LockError('SIGNING_UNVERIFIED', `${finding.code}: ${displaySafe(finding.detail ?? '', 500)}`)
  if (world.signal.aborted) throw new LockError('INTERRUPTED', 'stopped before the bundle was written')
  await writeFileAtomic(join(root, BUNDLE_FILE), bundle)
  world.stderr(`wrote ${BUNDLE_FILE}: signed by ${nameOf(identity)}, serial ${count.serial}; commit it with the lock\n`)
}

function keyFileOf({ key, keyCommand }: SignOptions): Parameters<typeof requireDeclared>[2] {
  return key === undefined || variableOf(key) !== null ? null : { path: key, isPrivate: keyCommand === undefined }
}

/** Where the lock belongs. Without a policy that says so nobody is named who may sign, either. */
function repositoryOf({ repository }: Policy, { repository: named }: SignOptions): Repository {
  if (repository !== undefined && named !== undefined && named !== repository.uri)
    throw new LockError('USAGE', `--repository says another one than ${POLICY_FILE}, \`${displaySafe(repository.uri, 300)}\``)
  return repository ?? { uri: named ?? '' }
}

/** What `verify` says of a bundle, beside lock and policy as they are by now. */
async function findingsOf(bundle: string, { root }: ToBeSigned, { trustedRoot }: SignOptions, world: World): Promise<readonly Finding[]> {
  return checkSignature(
    { root, base: null, ...(await policyInForce(root, null, null, world.cwd)) },
    await requireLock(root),
    { bundle, ...(trustedRoot === undefined ? {} : { trustedRoot }) },
    world,
  )
}
