/** Says what is about to be signed, and what of it becomes public for good; asks where something does. */
import { LockError } from '../../core/codes/errors.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { Services } from '../../core/signing/select-services.ts'
import { displaySafe } from '../../core/text.ts'
import { confirm } from '../world/confirm.ts'
import type { World } from '../world/world.ts'
import { nameOf } from './who-signs.ts'

export type Act = {
  /** What is about to be done, by default `sign`, and to what: a phrase that is fit to be shown. */
  readonly verb?: string
  readonly what: string
  /** What becomes public by it, each a line; none is asked about. */
  readonly publications: readonly string[]
  /** What is typed for a yes, where that is more than `y`. */
  readonly typed?: string
  readonly yes: boolean
}

/** @throws LockError `NO_TERMINAL`, `DECLINED`, `INTERRUPTED` */
export async function consent(identity: Identity, { verb = 'sign', what, publications, typed, yes }: Act, world: World): Promise<void> {
  world.stderr(`  about to ${verb} ${what}\n  as ${nameOf(identity)}\n`)
  const lines = publications.length === 0 ? ['nothing becomes public: no log is told'] : publications
  world.stderr(lines.map((line) => `  ${line}\n`).join(''))
  if (publications.length === 0 || yes) return
  if (world.terminal === null) throw new LockError('NO_TERMINAL', 'it asks before it makes an identity public')
  const agreed =
    typed === undefined
      ? await confirm(`  ${verb}? [y/N] `, world)
      : (await world.terminal.ask(`  there is no way back; to ${verb}, type ${displaySafe(typed, 300)}: `)).trim() === typed
  if (!agreed) throw new LockError('DECLINED', verb === 'sign' ? 'nothing was signed' : 'nothing was sent')
}

/** What the services make public, and where; null for nothing. */
export function publication(identity: Identity, { authority, logs }: Services): string | null {
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
