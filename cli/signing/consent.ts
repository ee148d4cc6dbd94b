/** Says what is about to be signed, and what of it becomes public for good; asks where something does. */
import { LockError } from '../../core/codes/errors.ts'
import { counted } from '../../core/compare/wording.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { Services } from '../../core/signing/select-services.ts'
import { displaySafe } from '../../core/text.ts'
import { confirm } from '../world/confirm.ts'
import type { World } from '../world/world.ts'
import type { Intended } from './intended.ts'
import type { ToBeSigned } from './to-be-signed.ts'
import { nameOf } from './who-signs.ts'

type Act = { readonly lock: ToBeSigned; readonly serial: number; readonly repository: string; readonly yes: boolean }

/** @throws LockError `NO_TERMINAL`, `DECLINED`, `INTERRUPTED` */
export async function consent(
  { identity }: Intended,
  services: Services,
  { lock, serial, repository, yes }: Act,
  world: World,
): Promise<void> {
  const servers = counted(Object.keys(lock.lock.servers).length, 'server')
  world.stderr(
    `  about to sign ${displaySafe(lock.path, 300)}: ${servers}, serial ${serial}, for ${displaySafe(repository, 300)}\n  as ${nameOf(identity)}\n`,
  )
  const asked = publication(identity, services)
  world.stderr(`  ${asked ?? 'nothing becomes public: no log is told'}\n`)
  if (asked === null || yes) return
  if (world.terminal === null) throw new LockError('NO_TERMINAL', 'it asks before it makes an identity public')
  if (!(await confirm('  sign? [y/N] ', world))) throw new LockError('DECLINED', 'nothing was signed')
}

/** What becomes public, and where; null for nothing. */
function publication(identity: Identity, { authority, logs }: Services): string | null {
  const services = authority === null ? logs : [authority, ...logs]
  const hosts = [...new Set(services.map(({ url }) => displaySafe(url.host, 200)))]
  if (hosts.length === 0) return null
  return `${published(identity)} become public through ${hosts.join(' and ')}, and cannot be removed`
}

function published(identity: Identity): string {
  if (identity.kind === 'key') return 'the public key, the signature and the hash of what is signed'
  const job = identity.claims.sourceRepositoryUri === undefined ? '' : ' with its repository, commit and run'
  return `this identity${job}, the time and the hash of what is signed`
}
