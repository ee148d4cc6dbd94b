/** The services that one signature takes. */
import type { Policy } from '../../core/policy/policy.ts'
import { NO_SERVICES, selectServices, type Services } from '../../core/signing/select-services.ts'
import { publicGoodSigning, type SigningConfig } from '../../core/signing/signing-config.ts'
import type { World } from '../world/world.ts'
import type { Intended } from './intended.ts'

/**
 * A key signs alone where nobody says where it is logged, and the policy does not ask for it.
 * @param config what command line or policy say; null for the public good instance
 * @throws LockError `SIGNING_CONFIG_INVALID`
 */
export function servicesFor(
  { identity, logVersions }: Intended,
  { sigstore }: Policy,
  config: SigningConfig | null,
  { now }: Pick<World, 'now'>,
): Services {
  const certificate = identity.kind === 'certificate'
  const least = certificate ? 1 : 0
  const { log: logs = least, timestamp: timestamps = least } = sigstore.thresholds
  if (config === null && !certificate && logs === 0 && timestamps === 0) return NO_SERVICES
  return selectServices(config ?? publicGoodSigning(), { certificate, logs, timestamps, logVersions }, now())
}
