/**
 * The manifest: what a registry serves under `name@version` (FORMATS, manifest): where a server comes from and what it
 * declares, without what differs per user. Its bytes are RFC 8785.
 */
import { LockError } from '../codes/errors.ts'
import { canonicalize, sha256, type Digest } from '../json/digest.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { anyOf, arrayOf, closed, fit, literal, positive, string, text, type Check } from '../json/shape.ts'
import { isRemote } from '../launch/launch.ts'
import { checkSurfaceShape } from '../lock/lock-shape.ts'
import type { Pin } from '../lock/lockfile.ts'
import { isFailed, LIST_NAMES, seal, sealEntry, type List, type Surface } from '../surface/surface.ts'
import { NAME, VERSION } from './names.ts'
import { SHA256 } from './signer-id.ts'

export type PortableSource =
  | {
      readonly package: {
        readonly type: 'npm' | 'pypi'
        readonly name: string
        readonly version: string
        readonly integrity?: string
        readonly closure?: `sha256:${string}`
      }
    }
  | { readonly image: { readonly name: string; readonly digest: `sha256:${string}` } }
  | {
      readonly remote: {
        readonly type: 'streamable-http' | 'sse'
        readonly url: string
        readonly resource?: string
        readonly issuers?: readonly string[]
      }
    }

export type Manifest = {
  readonly name: string
  readonly version: string
  readonly source: PortableSource
  readonly observed: { readonly era: 'legacy' | 'modern'; readonly protocolVersion: string; readonly profile: number }
  /** With its digests, as in a lock; the file has none but the surface's own. */
  readonly surface: Surface
}

export const MANIFEST_TYPE = 'application/vnd.mcp-lock.manifest.v1+json'
/** UTF-8 bytes. A server of 188 tools has 1.5 million. */
export const MAX_MANIFEST = 8 * 1024 * 1024

/** What of a pin is published. @throws LockError `NOT_PORTABLE` for one that only its repository can start, or without a surface */
export function manifestOf({ source, surface, observed }: Pin, name: string, version: string): Manifest {
  if (surface === null) throw new LockError('NOT_PORTABLE', 'the pin has a source and no surface')
  const { era, protocolVersion, profile } = observed
  return { name, version, source: portable(source), observed: { era, protocolVersion, profile }, surface }
}

/** The source as everybody can have it: the same for each user, and what lock and registry are compared by. */
export function portable({ launch, package: pinned, image, transport }: Pin['source']): PortableSource {
  if (pinned !== undefined) return { package: pinned }
  if (image !== undefined) return { image }
  if (!isRemote(launch) || transport === 'stdio')
    throw new LockError('NOT_PORTABLE', 'a program of the repository is no package, image or address')
  return { remote: { type: transport, url: launch.url } }
}

export function formatManifest({ name, version, source, observed, surface }: Manifest): Buffer<ArrayBuffer> {
  const { digest, ...rest } = surface
  const document = {
    manifestVersion: 1,
    digestScheme: 1,
    name,
    version,
    source,
    observed,
    surface: Object.fromEntries(Object.entries(rest).map(([member, value]) => [member, isList(member) ? bare(value as List) : value])),
    surfaceDigest: digest,
  }
  return Buffer.from(canonicalize(document as unknown as Json)) // plain data, all of it JSON
}

export function manifestDigest(bytes: Uint8Array): `sha256:${string}` {
  return sha256(bytes)
}

function isList(member: string): member is (typeof LIST_NAMES)[number] {
  return LIST_NAMES.some((name) => name === member)
}

/** A list without its digests. */
function bare(list: List): Json {
  if (isFailed(list)) return { ...list }
  return Object.fromEntries(Object.entries(list).map(([key, { digest: _, parts: __, ...entry }]) => [key, { ...entry }]))
}

const TEXT = text(/^[^\0-\x1f\x7f]{1,2048}$/)
const surfaceMembers: Check = (value) => {
  if (!isObject(value)) closed({})(value)
}

const shape = closed({
  manifestVersion: literal(1),
  digestScheme: literal(1),
  name: NAME,
  version: VERSION,
  source: anyOf(
    closed({ package: closed({ type: literal('npm', 'pypi'), name: TEXT, version: TEXT }, { integrity: TEXT, closure: SHA256 }) }),
    closed({ image: closed({ name: TEXT, digest: SHA256 }) }),
    closed({ remote: closed({ type: literal('streamable-http', 'sse'), url: TEXT }, { resource: TEXT, issuers: arrayOf(TEXT) }) }),
  ),
  observed: closed({ era: literal('legacy', 'modern'), protocolVersion: string, profile: positive }),
  surface: surfaceMembers,
  surfaceDigest: text(/^mcl1:[0-9a-f]{64}$/),
})

/** The mirror of `formatManifest`, and as strict; every digest is computed anew. @throws LockError `MANIFEST_INVALID` */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > MAX_MANIFEST) throw invalid(`expected at most ${MAX_MANIFEST} bytes, got ${bytes.length}`)
  const value = parse(bytes)
  fit(shape, value, 'MANIFEST_INVALID', 'the manifest')
  const { name, version, source, observed, surface, surfaceDigest } = value as unknown as Written // its shape was checked
  const sealed = seal(
    Object.fromEntries(Object.entries(surface).map(([member, list]) => [member, isList(member) ? sealList(member, list) : list])) as Omit<
      Surface,
      'digest'
    >,
  )
  checkSurfaceShape(sealed, 'MANIFEST_INVALID')
  if (sealed.digest !== surfaceDigest) throw invalid('its `surfaceDigest` is not that of its surface')
  return { name, version, source, observed, surface: sealed }
}

type Written = Omit<Manifest, 'surface'> & { readonly surface: JsonObject; readonly surfaceDigest: Digest }

/** What is no entry is left as it is, for the shape to refuse. */
function sealList(name: (typeof LIST_NAMES)[number], list: Json): List | Json {
  if (!isObject(list) || isFailed(list)) return list
  const entries = Object.entries(list).map(([key, entry]) => {
    const { definition, conditional, ...rest } = isObject(entry) ? entry : {}
    if (!isObject(definition)) throw invalid(`\`${name}\` has an entry without a definition`)
    return [key, { ...rest, ...sealEntry(name, definition, conditional === true) }] as const
  })
  return Object.fromEntries(entries)
}

/** Bytes that are their own RFC 8785 form: no key twice, nothing that two readers read differently. */
function parse(bytes: Uint8Array): Json {
  let text: string
  let value: Json
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text) as Json // JSON.parse makes nothing else
  } catch (cause) {
    throw new LockError('MANIFEST_INVALID', 'it is not JSON in UTF-8', { cause })
  }
  if (canonicalize(value) !== text) throw invalid('it is not in canonical form (RFC 8785)')
  return value
}

function invalid(message: string): LockError {
  return new LockError('MANIFEST_INVALID', message)
}
