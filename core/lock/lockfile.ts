/**
 * `mcp.lock`: the only place that knows how the file looks (docs/format.md §4).
 *
 * `parseLock` accepts a file only if it is byte for byte what `formatLock` writes, and recomputes
 * every digest in it: trust never rests on a stored digest.
 */
import { byCodeUnit, canonicalize, digest, type Digest } from '../json/digest.ts'
import { LockError } from '../codes/errors.ts'
import { isObject, type Json } from '../json/json.ts'
import { checkLockShape } from './lock-shape.ts'
import { formatJson, readNotation } from '../json/notation.ts'
import type { Source } from '../launch/source.ts'
import { isFailed, LIST_NAMES, sealEntry, surfaceDigest, type ListName, type Surface } from '../surface/surface.ts'
import { noteUnmarked } from '../surface/volatile.ts'

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
  /** Where it was taken from, with a C2SP tlog-proof of the record. Like `observed`, it is covered by no digest. */
  readonly registry?: { readonly name: string; readonly version: string; readonly proof: string }
  readonly source: Source
  readonly surface: Surface | null
}

/** By the server's name. */
export type Pins = { readonly [server: string]: Pin }

export type Lock = { readonly lockfileVersion: 1; readonly servers: Pins }

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
  return formatJson(lock)
}

/** @throws LockError `LOCK_*`; every one of them is exit 2. */
export function parseLock(text: string): Lock {
  if (text.length > MAX_LOCK_LENGTH) throw new LockError('LOCK_INVALID', `longer than ${MAX_LOCK_LENGTH} characters`)
  if (text.includes('\r\n')) throw new LockError('LOCK_CRLF', 'the file has CRLF line ends')
  const value = parseJson(text)
  const version = isObject(value) ? value['lockfileVersion'] : undefined
  if (typeof version === 'number' && version > LOCKFILE_VERSION) {
    throw new LockError('LOCK_TOO_NEW', `lockfileVersion ${version}, this program reads ${LOCKFILE_VERSION}`)
  }
  const { value: stored, ordered, marked, rewritten } = readNotation(value, text)
  const lock = checkLockShape(stored, marked)
  if (rewritten !== null)
    throw new LockError('LOCK_NOT_CANONICAL', `line ${firstDifference(text, rewritten)} is not as \`mcp-lock pin\` writes it`)
  checkDigests(lock, ordered ? JSON.stringify : canonicalize)
  if (!marked) for (const { surface } of Object.values(lock.servers)) if (surface !== null) noteUnmarked(surface)
  return lock
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    const markers = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/m.exec(text)
    if (markers !== null) throw new LockError('LOCK_MERGE_MARKERS', `merge markers on line ${lineAt(text, markers.index)}`)
    throw new LockError('LOCK_INVALID', 'the file is not JSON', { cause })
  }
}

/** `write` is a way to the RFC 8785 form that may rely on what is known of the keys' order. */
function checkDigests(lock: Lock, write: typeof canonicalize): void {
  for (const [server, pin] of Object.entries(lock.servers)) {
    const surface = pin.surface
    if (surface !== null) {
      for (const list of LIST_NAMES) checkEntries(server, list, surface, write)
      if (surfaceDigest(surface) !== surface.digest) throw inconsistent(server, 'surface')
    }
    if (pinDigest(pin) !== pin.digest) throw inconsistent(server, 'pin')
  }
}

function checkEntries(server: string, name: ListName, surface: Surface, write: typeof canonicalize): void {
  const list = surface[name]
  if (list === undefined || isFailed(list)) return
  for (const [key, entry] of Object.entries(list)) {
    const sealed = sealEntry(name, entry.definition, false, write)
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
export function withPins(lock: Lock, pins: Pins): Lock {
  const servers = { ...lock.servers, ...pins }
  return { lockfileVersion: 1, servers: Object.fromEntries(Object.entries(servers).sort(([a], [b]) => byCodeUnit(a, b))) }
}

/** The lock less these servers. */
export function withoutPins(lock: Lock, names: readonly string[]): Lock {
  return { ...lock, servers: Object.fromEntries(Object.entries(lock.servers).filter(([name]) => !names.includes(name))) }
}

function firstDifference(text: string, other: string): number {
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  return lineAt(text, at)
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
