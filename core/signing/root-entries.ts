/** What a trusted root names, one by one, and how two of them differ. */
import { publicKeyDetailsToJSON } from '@sigstore/protobuf-specs'
import { sha256 } from '../json/digest.ts'
import type { TrustedRoot } from './trusted-root.ts'

/** In the order in which they are shown. */
export const ROLES = ['certificateAuthorities', 'tlogs', 'ctlogs', 'timestampAuthorities'] as const
export type Role = (typeof ROLES)[number]

/** Texts of it are whatever the file says. */
export type RootEntry = {
  readonly role: Role
  readonly url: string
  /** A log's id, base64; the SHA-256 of the first certificate of an authority, as `sha256:…`. */
  readonly id: string
  /** Who an authority says it is; null for logs. */
  readonly subject: string | null
  /** The kind of a log's key, such as `ECDSA_P256_SHA_256`; null for authorities. */
  readonly keyType: string | null
  /** SHA-256 of a log's key, or of each certificate of an authority. */
  readonly keys: readonly `sha256:${string}`[]
  /** RFC 3339. */
  readonly from: string | null
  readonly until: string | null
}

type Log = TrustedRoot['tlogs'][number]
type Authority = TrustedRoot['certificateAuthorities'][number]
type Range = Authority['validFor']

export function rootEntries(root: TrustedRoot): RootEntry[] {
  return ROLES.flatMap((role): RootEntry[] =>
    role === 'tlogs' || role === 'ctlogs'
      ? root[role].map((log) => ({ role, ...ofLog(log) }))
      : root[role].map((authority) => ({ role, ...ofAuthority(authority) })),
  )
}

function ofLog({ baseUrl, publicKey, logId, checkpointKeyId }: Log): Omit<RootEntry, 'role'> {
  const keys = publicKey?.rawBytes === undefined ? [] : [sha256(publicKey.rawBytes)]
  const keyType = publicKey === undefined ? null : publicKeyDetailsToJSON(publicKey.keyDetails).replace(/^PKIX_/, '')
  const id = (checkpointKeyId ?? logId)?.keyId.toString('base64') ?? ''
  return { url: baseUrl, id, subject: null, keyType, keys, ...period(publicKey?.validFor) }
}

function ofAuthority({ uri, subject, certChain, validFor }: Authority): Omit<RootEntry, 'role'> {
  const keys = (certChain?.certificates ?? []).map(({ rawBytes }) => sha256(rawBytes))
  const { commonName = '', organization = '' } = subject ?? {}
  const name = organization === '' ? commonName : `${commonName} (${organization})`
  return { url: uri, id: keys[0] ?? '', subject: name, keyType: null, keys, ...period(validFor) }
}

function period(range: Range): Pick<RootEntry, 'from' | 'until'> {
  return { from: range?.start?.toISOString() ?? null, until: range?.end?.toISOString() ?? null }
}

/** Whether an entry counts for nothing that is signed from now on. @param now milliseconds of the epoch */
export function hasEnded({ until }: RootEntry, now: number): boolean {
  return until !== null && Date.parse(until) < now
}

export type RootChange = { readonly kind: 'added' | 'removed' | 'changed' | 'same'; readonly entry: RootEntry; readonly before?: RootEntry }

/** Each entry of either, by its role and keys: all of the new one, then what it does not have any more. */
export function compareRoots(before: readonly RootEntry[], after: readonly RootEntry[]): RootChange[] {
  const known = new Map(before.map((entry) => [keyOf(entry), entry]))
  const kept = new Set(after.map(keyOf))
  return [
    ...after.map((entry): RootChange => {
      const old = known.get(keyOf(entry))
      if (old === undefined) return { kind: 'added', entry }
      return JSON.stringify(old) === JSON.stringify(entry) ? { kind: 'same', entry } : { kind: 'changed', entry, before: old }
    }),
    ...before.filter((entry) => !kept.has(keyOf(entry))).map((entry): RootChange => ({ kind: 'removed', entry })),
  ]
}

function keyOf({ role, keys, id }: RootEntry): string {
  return JSON.stringify([role, keys, id])
}
