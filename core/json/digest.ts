/**
 * Digests of scheme 1 (docs/format.md §3): `mcl1:` + hex SHA-256 of `mcp-lock/1 ` + kind + LF + the
 * RFC 8785 form. `sha256:` stands for bytes only.
 */
import { isArray, type Json } from './json.ts'

// As `import { hash } from 'node:crypto'`, which would build every export of that module first: a tenth
// of an offline check's time.
const { hash } = process.getBuiltinModule('node:crypto')

export type DigestKind = 'tool' | 'prompt' | 'resource' | 'resourceTemplate' | 'description' | 'inputSchema' | 'surface' | 'pin'

export type Digest = `mcl1:${string}`

/** Order of keys everywhere: by UTF-16 code unit (RFC 8785 §3.2.3), never by locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The RFC 8785 form of a stored value. JSON.stringify writes it (ECMA-262 agrees with §3.2.2), once the keys are in order. */
export function canonicalize(value: Json): string {
  return isOrdered(value) ? JSON.stringify(value) : serialize(value)
}

/** Whether JSON.stringify would write every key where RFC 8785 wants it. */
function isOrdered(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (isArray(value)) return value.every(isOrdered)
  let last: string | null = null
  for (const key in value) {
    if (!isOrderedKey(last, key) || !isOrdered(value[key] as Json)) return false
    last = key
  }
  return true
}

/** Whether a key may follow another; integer-like keys never may, for objects enumerate them first. */
export function isOrderedKey(last: string | null, key: string): boolean {
  const code = key.charCodeAt(0)
  return (last === null || key > last) && !(code >= 0x30 && code <= 0x39)
}

function serialize(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(serialize).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${serialize(value[key] as Json)}`)
  return `{${members.join(',')}}`
}

/** The digest of a stored value as `kind`. */
export function digest(kind: DigestKind, value: Json): Digest {
  return digestCanonical(kind, canonicalize(value))
}

/** The digest of a text that is already in RFC 8785 form. */
export function digestCanonical(kind: DigestKind, canonical: string): Digest {
  return `mcl1:${hash('sha256', `mcp-lock/1 ${kind}\n${canonical}`, 'hex')}`
}

/** SHA-256 of bytes, or of the UTF-8 form of a text, as `sha256:` + hex. */
export function sha256(bytes: Uint8Array | string): `sha256:${string}` {
  return `sha256:${hash('sha256', bytes, 'hex')}`
}
