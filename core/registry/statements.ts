/**
 * What is signed for a registry (FORMATS, manifest statement and control statement): in-toto Statements v1 with one
 * subject, whose predicates are closed.
 */
import { LockError } from '../codes/errors.ts'
import { canonicalize } from '../json/digest.ts'
import { member, parseStrictBytes, type Json } from '../json/json.ts'
import { anyOf, closed, fit, literal, nullOr, one, size, text, type Check } from '../json/shape.ts'
import { STATEMENT_TYPE } from '../signing/statement.ts'
import { NAME, VERSION } from './names.ts'
import { SHA256, SIGNER, type SignerId } from './signer-id.ts'

export const MANIFEST_PREDICATE = 'urn:mcp-lock:manifest:v1'
export const CONTROL_PREDICATE = 'urn:mcp-lock:control:v1'

export type ManifestPredicate = {
  /** `observer`: somebody else than the server's author lists it. */
  readonly role: 'author' | 'observer'
  readonly name: string
  readonly version: string
  /** The log's origin; null: for any registry. */
  readonly registry: string | null
  readonly repository: { readonly uri: string; readonly id: string; readonly ownerId: string } | null
  readonly surfaceDigest: `mcl1:${string}`
  /** Of the manifest that it follows. */
  readonly previous: `sha256:${string}` | null
}

export const ACTIONS = ['approve', 'withdraw', 'deprecate', 'revoke', 'pause', 'resume', 'transfer'] as const
export type Action = (typeof ACTIONS)[number]

export type Target =
  | { readonly kind: 'manifest'; readonly name: string; readonly version: string; readonly digest: `sha256:${string}` }
  | { readonly kind: 'version'; readonly name: string; readonly version: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'signer'; readonly identity: SignerId; readonly fromIndex: number }

export const REASONS = ['malicious', 'compromised', 'vulnerable', 'superseded', 'policy'] as const

export type ControlPredicate = {
  /** The log's origin. */
  readonly registry: string
  /** The head of the log that the signer saw; the root in base64. */
  readonly seen: { readonly size: number; readonly root: string }
  readonly action: Action
  readonly target: Target
  readonly reason?: { readonly code: (typeof REASONS)[number]; readonly text: string }
  /** RFC 3339; approvals only. */
  readonly expires?: string
}

export type Statement =
  | { readonly kind: 'manifest'; readonly subject: Subject; readonly predicate: ManifestPredicate }
  | { readonly kind: 'control'; readonly subject: Subject; readonly predicate: ControlPredicate }

/** `sha256` in hex. */
export type Subject = { readonly name: string; readonly sha256: string }

/** The payload that is signed, RFC 8785. */
export function formatStatement({ kind, subject, predicate }: Statement): Buffer<ArrayBuffer> {
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: subject.name, digest: { sha256: subject.sha256 } }],
    predicateType: kind === 'manifest' ? MANIFEST_PREDICATE : CONTROL_PREDICATE,
    predicate,
  }
  return Buffer.from(canonicalize(statement as unknown as Json)) // plain data, all of it JSON
}

const HEX = text(/^[0-9a-f]{64}$/)
const TEXT = text(/^[^\0-\x1f\x7f]{1,1024}$/)
const ORIGIN = text(/^[^\s+]{1,256}$/)
/** 32 bytes. */
export const BASE64 = text(/^[A-Za-z0-9+/]{43}=$/)
export const INSTANT = text(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/)

const manifestPredicate = closed({
  role: literal('author', 'observer'),
  name: NAME,
  version: VERSION,
  registry: nullOr(ORIGIN),
  repository: nullOr(closed({ uri: TEXT, id: TEXT, ownerId: TEXT })),
  surfaceDigest: text(/^mcl1:[0-9a-f]{64}$/),
  previous: nullOr(SHA256),
})

export const TARGET = anyOf(
  closed({ kind: literal('manifest'), name: NAME, version: VERSION, digest: SHA256 }),
  closed({ kind: literal('version'), name: NAME, version: VERSION }),
  closed({ kind: literal('name'), name: NAME }),
  closed({ kind: literal('all') }),
  closed({ kind: literal('signer'), identity: SIGNER, fromIndex: size }),
)

const controlPredicate = closed(
  { registry: ORIGIN, seen: closed({ size, root: BASE64 }), action: literal(...ACTIONS), target: TARGET },
  { reason: closed({ code: literal(...REASONS), text: text(/^[^\0-\x08\x0b-\x1f\x7f]{0,500}$/) }), expires: INSTANT },
)

const statementOf = (predicateType: string, predicate: Check): Check =>
  closed({
    _type: literal(STATEMENT_TYPE),
    predicateType: literal(predicateType),
    subject: one(closed({ name: TEXT, digest: closed({ sha256: HEX }) })),
    predicate,
  })

const manifestShape = statementOf(MANIFEST_PREDICATE, manifestPredicate)
const controlShape = statementOf(CONTROL_PREDICATE, controlPredicate)

/** The mirror of `formatStatement`, for any spelling of the JSON. @throws LockError `STATEMENT_INVALID` */
export function parseStatement(payload: Uint8Array): Statement {
  const value = LockError.within('the signed text is not JSON as it must be', () =>
    LockError.as('STATEMENT_INVALID', () => parseStrictBytes(payload)),
  )
  const kind = member(value, 'predicateType') === MANIFEST_PREDICATE ? 'manifest' : 'control'
  fit(kind === 'manifest' ? manifestShape : controlShape, value, 'STATEMENT_INVALID', 'the statement')
  const { subject, predicate } = value as unknown as Written // its shape was checked
  const statement = { kind, subject: { name: subject[0].name, sha256: subject[0].digest.sha256 }, predicate } as Statement // by its kind
  checkSubject(statement)
  return statement
}

type Written = {
  readonly subject: readonly [{ readonly name: string; readonly digest: { readonly sha256: string } }]
  readonly predicate: unknown
}

/** The subject is the manifest; where there is none, the head of the log that the signer saw. */
function checkSubject({ kind, subject, predicate }: Statement): void {
  const expected = kind === 'manifest' ? { name: `${predicate.name}@${predicate.version}`, sha256: null } : subjectOf(predicate)
  if (subject.name !== expected.name || (expected.sha256 !== null && subject.sha256 !== expected.sha256))
    throw new LockError('STATEMENT_INVALID', 'the subject is not what the predicate is about')
  if (kind === 'control' && predicate.expires !== undefined && predicate.action !== 'approve')
    throw new LockError('STATEMENT_INVALID', 'only an approval expires')
}

/** What a control statement is about, as its subject. */
export function subjectOf({ registry, seen, target }: ControlPredicate): Subject {
  return target.kind === 'manifest'
    ? { name: `${target.name}@${target.version}`, sha256: target.digest.slice('sha256:'.length) }
    : { name: registry, sha256: Buffer.from(seen.root, 'base64').toString('hex') }
}
