/** Which services of a signing config are asked, as its specification says (sigstore_trustroot.proto, `SigningConfig`). */
import { LockError } from '../codes/errors.ts'
import type { Selector, Service, SigningConfig } from './signing-config.ts'

export type Services = {
  /** Null where none is needed: a key needs no certificate. */
  readonly authority: Service | null
  readonly logs: readonly Service[]
  readonly timestamps: readonly Service[]
}

/** Nobody is asked. */
export const NO_SERVICES: Services = { authority: null, logs: [], timestamps: [] }

/** How much proof the signature must have in the end: what its verification will ask for. */
export type Need = {
  readonly certificate: boolean
  readonly logs: number
  readonly timestamps: number
  readonly logVersions: readonly number[]
}

/** The most that a bundle may hold of either. */
const MOST = 2

/**
 * The services that sign at a time, milliseconds of the epoch.
 * @throws LockError `SIGNING_CONFIG_INVALID`, where they would not make a signature that has what it needs
 */
export function selectServices(config: SigningConfig, need: Need, now: number): Services {
  const authority = need.certificate ? selectAuthority(config, now) : null
  const logs = choose('log', config.logs, config.logSelector, need.logVersions, now)
  const timestamps = choose('timestamp authority', config.timestamps, config.timestampSelector, [1], now)
  if (logs.length < need.logs) throw lacking('log', config.logs, need.logs)
  const dated = logs.filter(({ version }) => version === 1).length + timestamps.length
  if (logs.some(({ version }) => version === 2) && timestamps.length === 0)
    throw invalid('it names no timestamp authority that is valid now, and an entry of Rekor v2 says no time: `tsaUrls` must have one')
  if (dated < need.timestamps) throw lacking('timestamp authority', config.timestamps, need.timestamps)
  return { authority, logs, timestamps }
}

/** Who gives certificates, for which it gets the identity token. @throws LockError `SIGNING_CONFIG_INVALID` */
export function selectAuthority({ authorities }: SigningConfig, now: number): Service {
  const [authority] = usable(authorities, [1], now)
  if (authority === undefined) throw lacking('certificate authority', authorities)
  return authority
}

/** The issuer whom a person signs in with; null where there is none. */
export function selectIssuer({ providers }: SigningConfig, now: number): string | null {
  const [provider] = usable(providers, [1], now)
  if (provider === undefined) return null
  const { origin, pathname } = provider.url
  return pathname === '/' ? origin : `${origin}${pathname}`
}

function choose(what: string, all: readonly Service[], selector: Selector, versions: readonly number[], now: number): readonly Service[] {
  const found = usable(all, versions, now)
  const most = selector.kind === 'any' ? 1 : selector.kind === 'exactly' ? selector.count : found.length
  if (selector.kind === 'exactly' && found.length < most) throw lacking(what, all, most)
  if (most > MOST) throw invalid(`it asks for ${most} of the kind ${what}, and a bundle may hold ${MOST}`)
  return found.slice(0, most)
}

/** One of each operator: the highest version, then the newest, then the first of the list; best first. */
function usable(all: readonly Service[], versions: readonly number[], now: number): Service[] {
  const valid = all
    .filter(({ version, start, end }) => versions.includes(version) && start <= now && (end === null || now <= end))
    .sort((a, b) => b.version - a.version || b.start - a.start)
  return valid.filter(({ operator }, i) => valid.findIndex((one) => one.operator === operator) === i)
}

function lacking(what: string, all: readonly Service[], count = 1): LockError {
  const named = all.length === 0 ? 'names none' : `names ${all.length}, too few of them valid now and of a version that mcp-lock speaks`
  return invalid(`the signature needs ${count} of the kind ${what}, and it ${named}`)
}

function invalid(message: string): LockError {
  return new LockError('SIGNING_CONFIG_INVALID', message)
}
