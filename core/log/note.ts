/**
 * Signed notes (C2SP signed-note) with Ed25519, and cosignatures of witnesses (C2SP tlog-cosignature v1).
 *
 * A note is a text that ends in a line feed, an empty line, and signature lines: `— NAME BASE64(id || signature)`.
 */
import { LockError } from '../codes/errors.ts'

const { createHash, createPrivateKey, createPublicKey, sign, verify } = process.getBuiltinModule('node:crypto')

type KeyObject = ReturnType<typeof createPublicKey>
type KeyKind = keyof typeof KINDS

/** The bytes by which key identifiers and keys name the algorithm. */
const KINDS = { ed25519: 0x01, cosignature: 0x04 } as const
const MAX_NOTE = 64 * 1024
const MAX_SIGNATURES = 32

/** Who verifies a line: by the name that stands in it and the identifier that its signature begins with. */
export type NoteVerifier = {
  readonly kind: KeyKind
  readonly name: string
  /** Four bytes. */
  readonly id: Uint8Array
  readonly key: KeyObject
}

export type NoteSigner = NoteVerifier & { readonly secret: KeyObject }

export type SignatureLine = { readonly name: string; readonly id: Uint8Array; readonly signature: Uint8Array }

export type Note = { readonly text: string; readonly signatures: readonly SignatureLine[] }

/** @throws LockError `NOTE_INVALID` */
export function parseNote(note: string): Note {
  if (note.length > MAX_NOTE) throw invalid('longer than a note may be')
  if (!note.isWellFormed() || /[\0-\x09\x0b-\x1f]/.test(note)) throw invalid('a control character')
  const split = note.lastIndexOf('\n\n')
  const lines = split < 0 ? [] : note.slice(split + 2).split('\n')
  if (split < 0 || lines.pop() !== '' || lines.length === 0) throw invalid('no signature lines')
  if (lines.length > MAX_SIGNATURES) throw invalid(`more than ${MAX_SIGNATURES} signatures`)
  return { text: note.slice(0, split + 1), signatures: lines.map(parseLine) }
}

/** The mirror of `parseNote`. */
export function formatNote({ text, signatures }: Note): string {
  const lines = signatures.map(({ name, id, signature }) => `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`)
  return `${text}\n${lines.join('')}`
}

function parseLine(line: string): SignatureLine {
  const [, name, base64] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? []
  if (name === undefined || base64 === undefined) throw invalid('a malformed signature line')
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length < 5 || bytes.toString('base64') !== base64) throw invalid('a malformed signature')
  return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

/**
 * The lines that a verifier signed, out of those of a note; other lines are passed over.
 * @throws LockError `NOTE_INVALID` for a line in its name that does not verify
 */
export function verifiedBy({ text, signatures }: Note, verifier: NoteVerifier): boolean {
  const lines = signatures.filter(({ name, id }) => name === verifier.name && Buffer.compare(id, verifier.id) === 0)
  if (lines.some(({ signature }) => !holds(text, signature, verifier)))
    throw invalid(`the signature of \`${verifier.name}\` does not verify`)
  return lines.length > 0
}

function holds(text: string, signature: Uint8Array, { kind, key }: NoteVerifier): boolean {
  if (kind === 'ed25519') return verify(null, Buffer.from(text), key, signature)
  if (signature.length !== 8 + 64) return false
  const time = Buffer.from(signature).readBigUInt64BE()
  return verify(null, cosigned(text, time), key, signature.subarray(8))
}

/** The line that a signer adds. A cosignature says when, in seconds of the epoch. */
export function signNote(text: string, signer: NoteSigner, seconds = 0): SignatureLine {
  const { name, id, kind, secret } = signer
  if (kind === 'ed25519') return { name, id, signature: sign(null, Buffer.from(text), secret) }
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(seconds))
  return { name, id, signature: Buffer.concat([time, sign(null, cosigned(text, BigInt(seconds)), secret)]) }
}

/** C2SP tlog-cosignature: what a cosignature signs. */
function cosigned(text: string, seconds: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`)
}

/** A verifier key as C2SP writes it: `NAME+HEX_ID+BASE64(kind || key)`. @throws LockError `KEY_INVALID` */
export function parseVerifier(vkey: string): NoteVerifier {
  const [, name, hex, base64] = /^([^\s+]{1,256})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey) ?? []
  const bytes = Buffer.from(base64 ?? '', 'base64')
  const kind = bytes[0] === KINDS.ed25519 ? 'ed25519' : bytes[0] === KINDS.cosignature ? 'cosignature' : null
  if (name === undefined || kind === null || bytes.length !== 33 || bytes.toString('base64') !== base64)
    throw new LockError('KEY_INVALID', 'expected a verifier key, `NAME+ID+KEY` with an Ed25519 key')
  const raw = bytes.subarray(1)
  const id = keyId(name, kind, raw)
  if (id.toString('hex') !== hex) throw new LockError('KEY_INVALID', 'the identifier is not that of the name and the key')
  return { kind, name, id, key: createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' }) }
}

/** The mirror of `parseVerifier`. */
export function formatVerifier({ name, id, kind, key }: NoteVerifier): string {
  return `${name}+${Buffer.from(id).toString('hex')}+${Buffer.concat([Uint8Array.of(KINDS[kind]), rawKey(key)]).toString('base64')}`
}

/** A signer of a name with an Ed25519 private key. */
export function noteSigner(name: string, kind: KeyKind, pem: string): NoteSigner {
  const secret = createPrivateKey(pem)
  const key = createPublicKey(pem)
  return { kind, name, id: keyId(name, kind, rawKey(key)), key, secret }
}

/** The first four bytes of SHA-256(NAME, LF, kind, key). */
function keyId(name: string, kind: KeyKind, raw: Uint8Array): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Uint8Array.of(KINDS[kind])).update(raw).digest().subarray(0, 4)
}

/** The head of a SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4); the 32 bytes of the key follow. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

function rawKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(SPKI.length)
}

function invalid(message: string): LockError {
  return new LockError('NOTE_INVALID', message)
}
