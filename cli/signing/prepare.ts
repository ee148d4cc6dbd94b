/** Everything about a signature that can be known before a service is asked: who would sign, where, and what becomes public. */
import type { Identity } from '../../core/identity/identity.ts'
import type { PublicKey } from '../../core/identity/keys.ts'
import { PAYLOAD_TYPE } from '../../core/signing/dsse.ts'
import { selectAuthority, selectIssuer } from '../../core/signing/select-services.ts'
import { publicGoodSigning } from '../../core/signing/signing-config.ts'
import type { TrustedRoot } from '../../core/signing/trusted-root.ts'
import { networkOf } from '../network/network.ts'
import type { PolicyInForce } from '../project/policy-in-force.ts'
import { signingConfigOf } from '../project/signing-config.ts'
import { trustedRootOf } from '../project/trusted-root.ts'
import type { World } from '../world/world.ts'
import { publication } from './consent.ts'
import { intended, type Allowed, type SignerOptions } from './intended.ts'
import { makeBundle } from './make-bundle.ts'
import { servicesFor } from './services-for.ts'
import { requireTokenPlace } from './token-place.ts'

export type SigningOptions = SignerOptions & { readonly signingConfig?: string; readonly trustedRoot?: string }

export type Prepared = {
  readonly identity: Identity
  /** The key that signs; none, where a certificate speaks for it. */
  readonly keys: readonly PublicKey[]
  /** By which what comes back is verified. */
  readonly root: TrustedRoot
  /** What the services make public for good; null for nothing. */
  readonly publication: string | null
  /** The bundle of an in-toto statement. It is not verified. @throws LockError as `makeBundle` */
  readonly sign: (payload: Buffer) => Promise<string>
}

/** @throws LockError `USAGE`, `KEY_*`, `SIGNING_CONFIG_INVALID`, `AUTHORITY_UNKNOWN`, `TRUSTED_ROOT_INVALID`, and as `identityToken` and `allowed` */
export async function prepare(
  options: SigningOptions,
  inForce: Pick<PolicyInForce, 'policy' | 'readBeside'>,
  allowed: Allowed,
  world: World,
): Promise<Prepared> {
  const root = await trustedRootOf(options.trustedRoot ?? null, world.cwd, inForce)
  const config = await signingConfigOf(options.signingConfig ?? null, world.cwd, inForce)
  const [selected, now] = [config ?? publicGoodSigning(), world.now()]
  if (options.key === undefined && options.keyCommand === undefined)
    requireTokenPlace(selectAuthority(selected, now), options.signingConfig === undefined ? root : null)
  const issuer = selectIssuer(selected, now)
  const who = await intended(options, allowed, issuer, world)
  allowed.require(who.identity)
  const services = servicesFor(who, inForce.policy, config, world)
  const { env, signal, stderr: say } = world
  return {
    identity: who.identity,
    keys: who.key === null ? [] : [who.key],
    root,
    publication: publication(who.identity, services),
    sign: async (payload) => {
      const asking = { network: await networkOf(env), timeout: options.timeout * 1_000, signal, secrets: who.secrets, say }
      const signer = await who.signer(services, asking)
      return makeBundle({ kind: 'envelope', type: PAYLOAD_TYPE, payload }, signer, services, asking)
    },
  }
}
