/** Signing configs: where signatures are made (Sigstore's `signing_config.json`, v0.2 and v0.1). Nothing that is verified rests on them. */
import { LockError } from '../codes/errors.ts'
import { isArray, isObject, member, parseStrict, type Json } from '../json/json.ts'
import publicGoodConfig from './public-good-signing.json' with { type: 'json' }

export type Service = {
  readonly url: URL
  /** The major version of its API. */
  readonly version: number
  /** Milliseconds of the epoch; without an end it is still valid. */
  readonly start: number
  readonly end: number | null
  readonly operator: string
}

/** How many of the services are used, one of each operator at most. */
export type Selector = { readonly kind: 'any' } | { readonly kind: 'all' } | { readonly kind: 'exactly'; readonly count: number }

export type SigningConfig = {
  readonly authorities: readonly Service[]
  readonly providers: readonly Service[]
  readonly logs: readonly Service[]
  readonly logSelector: Selector
  readonly timestamps: readonly Service[]
  readonly timestampSelector: Selector
}

const V02 = 'application/vnd.dev.sigstore.signingconfig.v0.2+json'
const V01 = 'application/vnd.dev.sigstore.signingconfig.v0.1+json'
export const MAX_SIGNING_CONFIG = 256 * 1024
const MAX_SERVICES = 64
const ANY: Selector = { kind: 'any' }

/** That of the public good instance, as of this version of mcp-lock. */
export function publicGoodSigning(): SigningConfig {
  return read(publicGoodConfig)
}

/** @throws LockError `SIGNING_CONFIG_INVALID` */
export function parseSigningConfig(text: string): SigningConfig {
  if (text.length > MAX_SIGNING_CONFIG) throw invalid(`expected at most ${MAX_SIGNING_CONFIG} characters, got ${text.length}`)
  return LockError.as('SIGNING_CONFIG_INVALID', () => read(parseStrict(text)))
}

function read(config: Json): SigningConfig {
  switch (member(config, 'mediaType')) {
    case V02:
      return {
        authorities: services(config, 'caUrls'),
        providers: services(config, 'oidcUrls'),
        logs: services(config, 'rekorTlogUrls'),
        logSelector: selector(config, 'rekorTlogUrls', 'rekorTlogConfig'),
        timestamps: services(config, 'tsaUrls'),
        timestampSelector: selector(config, 'tsaUrls', 'tsaConfig'),
      }
    case V01:
      return {
        authorities: addresses(config, 'caUrl'),
        providers: addresses(config, 'oidcUrl'),
        logs: addresses(config, 'tlogUrls'),
        logSelector: ANY,
        timestamps: addresses(config, 'tsaUrls'),
        timestampSelector: ANY,
      }
    default:
      throw invalid(`expected the media type of a signing config: \`${V02}\``)
  }
}

function listOf(config: Json, name: string): readonly Json[] {
  const list = member(config, name) ?? []
  if (!isArray(list) || list.length > MAX_SERVICES) throw invalid(`expected a list of at most ${MAX_SERVICES} in \`${name}\``)
  return list
}

function services(config: Json, name: string): Service[] {
  return listOf(config, name).map((entry, i) => {
    const where = `${name}[${i}]`
    const [version, operator = '', validFor] = [member(entry, 'majorApiVersion'), member(entry, 'operator'), member(entry, 'validFor')]
    if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
      throw invalid(`\`${where}\` does not say the version of its API`)
    if (typeof operator !== 'string') throw invalid(`expected a text as \`operator\` of \`${where}\``)
    const end = isObject(validFor) ? validFor['end'] : undefined
    return {
      url: address(member(entry, 'url'), where),
      version,
      operator,
      start: time(isObject(validFor) ? validFor['start'] : undefined, where),
      end: end === undefined ? null : time(end, where),
    }
  })
}

/** Of v0.1, where a service has an address and nothing else. */
function addresses(config: Json, name: string): Service[] {
  const value = member(config, name) ?? []
  const list = typeof value === 'string' ? [value] : listOf(config, name)
  return list.map((entry, i) => {
    const url = address(entry, `${name}[${i}]`)
    return { url, version: 1, start: 0, end: null, operator: url.origin }
  })
}

function address(value: Json | undefined, where: string): URL {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw invalid(`expected the address of a service in \`${where}\``)
  return url
}

function time(value: Json | undefined, where: string): number {
  const milliseconds = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(milliseconds)) throw invalid(`\`${where}\` does not say from when on, or until when, it is valid`)
  return milliseconds
}

function selector(config: Json, list: string, name: string): Selector {
  if (listOf(config, list).length === 0) return ANY
  const value = member(config, name)
  const count = member(value, 'count')
  switch (member(value, 'selector')) {
    case 'ANY':
      return ANY
    case 'ALL':
      return { kind: 'all' }
    case 'EXACT':
      if (typeof count === 'number' && Number.isInteger(count) && count > 0) return { kind: 'exactly', count }
      throw invalid(`\`${name}\` does not say how many are meant`)
    default:
      throw invalid(`expected ANY, ALL or EXACT as \`selector\` of \`${name}\``)
  }
}

function invalid(message: string): LockError {
  return new LockError('SIGNING_CONFIG_INVALID', message)
}
