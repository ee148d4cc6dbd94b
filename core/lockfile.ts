/**
 * `mcp.lock`: the only place that knows how the file looks (docs/format.md §4).
 *
 * `parseLock` accepts a file only if it is byte for byte what `formatLock` writes, and recomputes
 * every digest in it: trust never rests on a stored digest.
 */
import { byCodeUnit, digest, isOrdered, type Digest } from './digest.ts'
import { LockError } from './errors.ts'
import { isObject, MAX_DEPTH, type Json, type JsonObject } from './json.ts'
import { checkLockShape } from './lock-shape.ts'
import type { Source } from './source.ts'
import { isFailed, LIST_NAMES, sealEntry, surfaceDigest, type ListName, type Surface } from './surface.ts'
import { escapeHidden, quote } from './text.ts'

export const LOCKFILE_VERSION = 1
/** UTF-16 code units; a lock of 188 tools takes 1.5 million. */
export const MAX_LOCK_LENGTH = 256 * 1024 * 1024

export type Observed = {
  readonly era: 'legacy' | 'modern'
  readonly placeholders: readonly string[]
  readonly profile: number
  readonly protocolVersion: string
}

export type Pin = {
  readonly adHoc?: true
  readonly digest: Digest
  readonly observed: Observed
  readonly source: Source
  readonly surface: Surface | null
}

export type Lock = { readonly lockfileVersion: 1; readonly servers: { readonly [name: string]: Pin } }

export const EMPTY_LOCK: Lock = { lockfileVersion: 1, servers: {} }

/** A pin with its digest. `observed` and `adHoc` are not part of it. */
export function sealPin(pin: Omit<Pin, 'digest'>): Pin {
  return { ...pin, digest: pinDigest(pin) }
}

function pinDigest(pin: Omit<Pin, 'digest'>): Digest {
  return digest('pin', { source: pin.source as unknown as Json, surface: pin.surface === null ? null : pin.surface.digest })
}

/** The bytes of a lock, as text. The mirror of `parseLock`. */
export function formatLock(lock: Lock): string {
  return formatJson(lock as unknown as Json)
}

/** Any stored JSON in the lock's layout: sorted keys, two spaces, `$lines`, invisible characters escaped. */
export function formatJson(value: Json): string {
  return `${isPlain(value) ? escapeHidden(JSON.stringify(value, null, 2)) : layout(value, '\n')}\n`
}

/** Whether JSON.stringify's own layout is the lock's, but for invisible characters. */
function isPlain(value: Json): boolean {
  return isOrdered(value) && !hasLineFeed(value)
}

function hasLineFeed(value: Json): boolean {
  if (typeof value === 'string') return value.includes('\n')
  if (typeof value !== 'object' || value === null) return false
  for (const item of Array.isArray(value) ? value : Object.values(value)) if (hasLineFeed(item as Json)) return true
  return false
}

function layout(value: Json, indent: string): string {
  if (typeof value === 'string') return value.includes('\n') ? layout({ $lines: value.split('\n') }, indent) : quote(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const deeper = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    let text = '['
    for (let i = 0; i < value.length; i++) text += (i === 0 ? deeper : `,${deeper}`) + layout(value[i] as Json, deeper)
    return `${text}${indent}]`
  }
  const object = value as JsonObject
  const keys = Object.keys(object).sort()
  if (keys.length === 0) return '{}'
  let text = '{'
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string
    text += `${i === 0 ? deeper : `,${deeper}`}${quote(key)}: ${layout(object[key] as Json, deeper)}`
  }
  return `${text}${indent}}`
}

/** @throws LockError `LOCK_*`; every one of them is exit 2. */
export function parseLock(text: string): Lock {
  if (text.length > MAX_LOCK_LENGTH) throw new LockError('LOCK_INVALID', `longer than ${MAX_LOCK_LENGTH} characters`)
  if (text.includes('\r\n')) throw new LockError('LOCK_CRLF', 'the file has CRLF line ends')
  const markers = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/m.exec(text)
  if (markers !== null) throw new LockError('LOCK_MERGE_MARKERS', `merge markers on line ${lineAt(text, markers.index)}`)
  const value = parseJson(text)
  const version = isObject(value) ? value['lockfileVersion'] : undefined
  if (typeof version === 'number' && version > LOCKFILE_VERSION) {
    throw new LockError('LOCK_TOO_NEW', `lockfileVersion ${version}, this program reads ${LOCKFILE_VERSION}`)
  }
  const again = writtenAgain(value)
  const lock = checkLockShape(joinLines(value, 0))
  if (again !== text) throw new LockError('LOCK_NOT_CANONICAL', `line ${firstDifference(text, again)} is not as \`mcp-lock pin\` writes it`)
  checkDigests(lock)
  return lock
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    throw new LockError('LOCK_INVALID', 'the file is not JSON', { cause })
  }
}

/** JSON.parse knows no bound of depth; the layout is looked at before depth is. */
function writtenAgain(value: Json): string {
  try {
    return formatJson(value)
  } catch (cause) {
    if (cause instanceof RangeError) throw new LockError('LOCK_INVALID', 'nested too deep', { cause })
    throw cause
  }
}

/** `{"$lines": […]}` back to the string it stands for, in place; what JSON.parse lets through unseen is refused here. */
function joinLines(value: Json, depth: number): Json {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new LockError('LOCK_INVALID', 'a lone surrogate')
    return value
  }
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH + 16) throw new LockError('LOCK_INVALID', 'nested too deep')
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = joinLines(value[i] as Json, depth + 1)
    return value
  }
  const object = value as { [key: string]: Json }
  for (const key of Object.keys(object)) {
    if (key === '$lines') return linesOf(object)
    if (key === '__proto__' || !key.isWellFormed()) throw new LockError('LOCK_INVALID', 'a key that no server can have sent')
    const item = object[key] as Json
    if (typeof item === 'object' || typeof item === 'string') object[key] = joinLines(item, depth + 1)
  }
  return object
}

function linesOf(object: JsonObject): string {
  const lines = object['$lines'] as Json
  const whole = Array.isArray(lines) && lines.length >= 2 && Object.keys(object).length === 1
  if (!whole || !lines.every((line) => typeof line === 'string' && !line.includes('\n') && line.isWellFormed())) {
    throw new LockError('LOCK_INVALID', 'a `$lines` that is not two or more lines')
  }
  return lines.join('\n')
}

function checkDigests(lock: Lock): void {
  for (const [server, pin] of Object.entries(lock.servers)) {
    const surface = pin.surface
    if (surface !== null) {
      for (const list of LIST_NAMES) checkEntries(server, list, surface)
      if (surfaceDigest(surface) !== surface.digest) throw inconsistent(server, 'surface')
    }
    if (pinDigest(pin) !== pin.digest) throw inconsistent(server, 'pin')
  }
}

function checkEntries(server: string, name: ListName, surface: Surface): void {
  const list = surface[name]
  if (list === undefined || isFailed(list)) return
  for (const [key, entry] of Object.entries(list)) {
    const sealed = sealEntry(name, entry.definition)
    const same =
      sealed.digest === entry.digest &&
      sealed.parts?.description === entry.parts?.description &&
      sealed.parts?.inputSchema === entry.parts?.inputSchema
    if (!same) throw inconsistent(server, `${name}/${key}`)
  }
}

function inconsistent(server: string, what: string): LockError {
  return new LockError('LOCK_INCONSISTENT', `${server}: the digest of \`${what}\` is not that of what stands beside it`)
}

/** The lock with these pins in place of, or beside, its own; other pins are the same values as before. */
export function withPins(lock: Lock, pins: { readonly [name: string]: Pin }): Lock {
  const servers = { ...lock.servers, ...pins }
  return { lockfileVersion: 1, servers: Object.fromEntries(Object.entries(servers).sort(([a], [b]) => byCodeUnit(a, b))) }
}

function firstDifference(text: string, other: string): number {
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  return lineAt(text, at)
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
