/** The status of a registry (FORMATS, status): what is revoked or paused, signed with a key of its own, for minutes only. */
import { LockError } from '../codes/errors.ts'
import { canonicalize } from '../json/digest.ts'
import { isArray, member, parseStrict, parseStrictBytes, type Json } from '../json/json.ts'
import { arrayOf, closed, fit, literal, mapOf, size, text } from '../json/shape.ts'
import { pae } from '../signing/dsse.ts'
import { SIGNER, type SignerId } from './signer-id.ts'
import { BASE64, INSTANT, TARGET, type Target } from './statements.ts'

const { createPublicKey, sign, verify } = process.getBuiltinModule('node:crypto')
type KeyObject = ReturnType<typeof createPublicKey>

export const STATUS_TYPE = 'application/vnd.mcp-lock.status.v1+json'
/** The longest that a status may hold, in milliseconds. */
export const MAX_AGE = 10 * 60_000
const MAX_STATUS = 4 * 1024 * 1024

type Revoked = { readonly index: number; readonly code: string }

export type Status = {
  readonly statusVersion: 1
  /** The log's origin. */
  readonly registry: string
  /** Grows with every status. */
  readonly epoch: number
  readonly issued: string
  readonly expires: string
  /** The head that it reflects; the root in base64. */
  readonly log: { readonly size: number; readonly root: string }
  readonly paused: readonly { readonly target: Target; readonly index: number }[]
  readonly revoked: {
    readonly manifests: { readonly [digest: string]: Revoked }
    readonly versions: { readonly [nameAtVersion: string]: Revoked }
    readonly names: { readonly [name: string]: Revoked }
    readonly signers: readonly { readonly identity: SignerId; readonly fromIndex: number; readonly index: number }[]
  }
}

/** A DSSE envelope, as JSON. */
export function signStatus(status: Status, secret: KeyObject): string {
  const payload = Buffer.from(canonicalize(status as unknown as Json)) // plain data, all of it JSON
  const sig = sign(null, pae(STATUS_TYPE, payload), secret)
  return JSON.stringify({
    payloadType: STATUS_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid: '', sig: sig.toString('base64') }],
  })
}

const TEXT = text(/^[^\0-\x1f\x7f]{1,512}$/)
const revoked = mapOf(closed({ index: size, code: TEXT }))

const shape = closed({
  statusVersion: literal(1),
  registry: TEXT,
  epoch: size,
  issued: INSTANT,
  expires: INSTANT,
  log: closed({ size, root: BASE64 }),
  paused: arrayOf(closed({ target: TARGET, index: size })),
  revoked: closed({
    manifests: revoked,
    versions: revoked,
    names: revoked,
    signers: arrayOf(closed({ identity: SIGNER, fromIndex: size, index: size })),
  }),
})
const envelope = closed({
  payloadType: literal(STATUS_TYPE),
  payload: text(/^[A-Za-z0-9+/]+={0,2}$/),
  signatures: arrayOf(closed({ sig: text(/^[A-Za-z0-9+/]+={0,2}$/) }, { keyid: text(/^.{0,256}$/) })),
})

/**
 * The mirror of `signStatus`. Whether it is of this registry, fresh and not older than the last one is `judgeStatus`.
 * @throws LockError `STATUS_INVALID`
 */
export function openStatus(text: string, key: KeyObject): Status {
  if (text.length > MAX_STATUS) throw invalid(`expected at most ${MAX_STATUS} characters`)
  const outer = LockError.as('STATUS_INVALID', () => parseStrict(text))
  fit(envelope, outer, 'STATUS_INVALID', 'the envelope')
  const signatures = member(outer, 'signatures')
  if (!isArray(signatures) || signatures.length !== 1) throw invalid('expected one signature')
  const payload = base64(member(outer, 'payload'))
  if (!verify(null, pae(STATUS_TYPE, payload), key, base64(member(signatures[0], 'sig'))))
    throw invalid('it is not signed with the status key')
  const status = LockError.as('STATUS_INVALID', () => parseStrictBytes(payload))
  fit(shape, status, 'STATUS_INVALID', 'the status')
  return status as unknown as Status // its shape was checked
}

function base64(value: Json | undefined): Buffer {
  return Buffer.from(typeof value === 'string' ? value : '', 'base64')
}

function invalid(message: string): LockError {
  return new LockError('STATUS_INVALID', message)
}
