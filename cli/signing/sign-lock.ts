/** Signs the lock of a folder: everything that can be known here comes first, then the question, then the services. */
import { join } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import type { Repository } from '../../core/identity/repository.ts'
import { POLICY_FILE, type Policy } from '../../core/policy/policy.ts'
import { PAYLOAD_TYPE } from '../../core/signing/dsse.ts'
import { selectIssuer } from '../../core/signing/select-services.ts'
import { publicGoodSigning } from '../../core/signing/signing-config.ts'
import { SUBJECT } from '../../core/signing/statement.ts'
import { displaySafe } from '../../core/text.ts'
import { checkSignature } from '../checking/check-signature.ts'
import { BUNDLE_FILE, requireLock } from '../locks/lock-store.ts'
import { networkOf } from '../network/network.ts'
import { signingConfigOf } from '../project/signing-config.ts'
import { rootInForce } from '../project/trusted-root.ts'
import { writeFileAtomic } from '../world/files.ts'
import type { World } from '../world/world.ts'
import { consent } from './consent.ts'
import { intended, type SignerOptions } from './intended.ts'
import { makeBundle } from './make-bundle.ts'
import { makeStatement } from './make-statement.ts'
import { nextCount } from './previous.ts'
import { servicesFor } from './services-for.ts'
import { toBeSigned, type ToBeSigned } from './to-be-signed.ts'
import { nameOf, requireDeclared, requireOwnRepository } from './who-signs.ts'

export type SignOptions = SignerOptions & {
  readonly signingConfig?: string
  readonly trustedRoot?: string
  readonly repository?: string
  readonly yes: boolean
  /** Whether a lock that is signed already is signed again. */
  readonly force: boolean
}

/** @throws LockError, and nothing is written then */
export async function signLock(root: string, options: SignOptions, world: World): Promise<void> {
  const lock = await toBeSigned(root, world)
  const repository = repositoryOf(lock.policy, options)
  const count = nextCount(lock.bundle, repository.uri, lock.path)
  if (lock.bundle !== null && !options.force && (await findingsOf(lock.bundle, lock, options, world)).length === 0) {
    world.stderr(`${SUBJECT} is signed already, serial ${count.serial - 1}: nothing to do\n`)
    return
  }
  await rootInForce(options.trustedRoot ?? null, world.cwd, lock)
  const config = await signingConfigOf(options.signingConfig ?? null, world.cwd, lock)
  const issuer = selectIssuer(config ?? publicGoodSigning(), world.now())
  const who = await intended(options, lock.policy, issuer, world)
  requireDeclared(who.identity, lock.policy, options.keyCommand === undefined ? 'PUBLIC.pem' : (options.key ?? ''))
  requireOwnRepository(who.identity, repository)
  const services = servicesFor(who, lock.policy, config, world)
  const payload = makeStatement(lock, count, who.identity, repository)
  await consent(who, services, { lock, serial: count.serial, repository: repository.uri, yes: options.yes }, world)
  const { signal, stderr: say } = world
  const asking = { network: await networkOf(world.env), timeout: options.timeout * 1_000, signal, secrets: who.secrets, say }
  const signer = await who.signer(services, asking)
  const bundle = await makeBundle({ kind: 'envelope', type: PAYLOAD_TYPE, payload }, signer, services, asking)
  const [finding] = await findingsOf(bundle, lock, options, world)
  if (finding !== undefined) throw new LockError('SIGNING_UNVERIFIED', `${finding.code}: ${displaySafe(finding.detail ?? '', 500)}`)
  if (signal.aborted) throw new LockError('INTERRUPTED', 'stopped before the bundle was written')
  await writeFileAtomic(join(root, BUNDLE_FILE), bundle)
  say(`wrote ${BUNDLE_FILE}: signed by ${nameOf(who.identity)}, serial ${count.serial}; commit it with the lock\n`)
}

/** Where the lock belongs. Without a policy that says so nobody is named who may sign, either. */
function repositoryOf({ repository }: Policy, { repository: named }: SignOptions): Repository {
  if (repository !== undefined && named !== undefined && named !== repository.uri)
    throw new LockError('USAGE', `--repository says another one than ${POLICY_FILE}, \`${displaySafe(repository.uri, 300)}\``)
  return repository ?? { uri: named ?? '' }
}

/** What `verify` says of a bundle, beside the lock as it is by now. */
async function findingsOf(bundle: string, lock: ToBeSigned, { trustedRoot }: SignOptions, world: World): Promise<readonly Finding[]> {
  return checkSignature(
    { ...lock, base: null },
    await requireLock(lock.root),
    { bundle, ...(trustedRoot === undefined ? {} : { trustedRoot }) },
    world,
  )
}
