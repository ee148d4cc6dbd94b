/** Trusted roots: whose certificates, logs and timestamps are believed (Sigstore's `trusted_root.json`). */
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { LockError } from '../codes/errors.ts'
import { isArray, isObject, member, parseStrict, type Json } from '../json/json.ts'
import publicGoodRoot from './public-good.json' with { type: 'json' }

export type { TrustedRoot }

const MEDIA_TYPES: readonly (Json | undefined)[] = [
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]
const MAX_ROOT = 1024 * 1024
const MAX_ENTRIES = 64

/** The one of the public good instance, as of this version of mcp-lock. */
export function publicGood(): TrustedRoot {
  return TrustedRoot.fromJSON(publicGoodRoot)
}

/** The same as the public good instance serves it, to the byte. */
export function publicGoodText(): string {
  return `${JSON.stringify(publicGoodRoot, null, 2)}\n`
}

/** @throws LockError `TRUSTED_ROOT_INVALID` */
export function parseTrustedRoot(text: string): TrustedRoot {
  const value = parse(text)
  if (!MEDIA_TYPES.includes(member(value, 'mediaType'))) throw invalid('expected the media type of a trusted root')
  for (const [list, start] of LISTS) {
    const entries = member(value, list) ?? []
    if (!isArray(entries) || entries.length > MAX_ENTRIES) throw invalid(`expected a list of at most ${MAX_ENTRIES} in \`${list}\``)
    entries.forEach((entry, i) => {
      const validFor = start(entry)
      if (!isObject(validFor) || typeof member(validFor, 'start') !== 'string')
        throw invalid(`\`${list}[${i}]\` does not say from when on it is valid`)
    })
  }
  try {
    return TrustedRoot.fromJSON(value)
  } catch (cause) {
    throw new LockError('TRUSTED_ROOT_INVALID', 'a member of the trusted root is missing or has not the right form', { cause })
  }
}

const ofKey = (entry: Json): Json | undefined => member(member(entry, 'publicKey'), 'validFor')
const ofAuthority = (entry: Json): Json | undefined => member(entry, 'validFor')
const LISTS: readonly (readonly [list: string, validFor: (entry: Json) => Json | undefined])[] = [
  ['tlogs', ofKey],
  ['ctlogs', ofKey],
  ['certificateAuthorities', ofAuthority],
  ['timestampAuthorities', ofAuthority],
]

function parse(text: string): Json {
  if (text.length > MAX_ROOT) throw invalid(`expected at most ${MAX_ROOT} characters, got ${text.length}`)
  try {
    return parseStrict(text)
  } catch (cause) {
    if (!(cause instanceof LockError)) throw cause
    throw new LockError('TRUSTED_ROOT_INVALID', cause.message, { cause })
  }
}

function invalid(message: string): LockError {
  return new LockError('TRUSTED_ROOT_INVALID', message)
}
