/** The statement about a lock (in-toto Statement v1; docs/format.md §7.2, schemas/statement.schema.json): what a signature of a lock says. */
import type { Repository } from '../identity/repository.ts'
import { canonicalize } from '../json/digest.ts'
import { LockError } from '../codes/errors.ts'
import { parseStrictBytes, type Json } from '../json/json.ts'
import { closed, fit, literal, mapOf, nullOr, one, positive, text } from '../json/shape.ts'

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
export const LOCK_PREDICATE = 'urn:mcp-lock:lock:v1'
export const SUBJECT = 'mcp.lock'

export type LockPredicate = {
  readonly lockfileVersion: 1
  readonly digestScheme: 1
  /** Of the lock from the top of the repository, with slashes. */
  readonly path: string
  readonly repository: Repository
  /** One more than that of the bundle it replaces; the first is 1. */
  readonly serial: number
  /** Digest of the lock that the replaced bundle signed. */
  readonly previous: `sha256:${string}` | null
  /** The policy that the lock is read by; null where there is none. */
  readonly policy: { readonly path: string; readonly sha256: string } | null
  /** Digests of the pins. */
  readonly servers: { readonly [name: string]: `mcl1:${string}` }
  /** The commit it was signed on; information only. */
  readonly commit?: string
  readonly tool: { readonly name: 'mcp-lock'; readonly version: string }
}

export type LockStatement = {
  readonly _type: typeof STATEMENT_TYPE
  readonly subject: readonly [{ readonly name: typeof SUBJECT; readonly digest: { readonly sha256: string } }]
  readonly predicateType: typeof LOCK_PREDICATE
  readonly predicate: LockPredicate
}

/** The payload that is signed, RFC 8785. `sha256` is that of the lock's bytes, in hex. */
export function formatLockStatement(sha256: string, predicate: LockPredicate): Buffer<ArrayBuffer> {
  const statement: LockStatement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: SUBJECT, digest: { sha256 } }],
    predicateType: LOCK_PREDICATE,
    predicate,
  }
  return Buffer.from(canonicalize(statement as unknown as Json)) // plain data, all of it JSON
}

const HEX = text(/^[0-9a-f]{64}$/)
const TEXT = text(/^[^\0-\x1f\x7f]{1,2048}$/)
/** POSIX, below the repository. */
const PATH = text(/^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))(?!.*\/\/)[^\0-\x1f\x7f\\]{1,2048}(?<!\/)$/)

const shape = closed({
  _type: literal(STATEMENT_TYPE),
  predicateType: literal(LOCK_PREDICATE),
  subject: one(closed({ name: literal(SUBJECT), digest: closed({ sha256: HEX }) })),
  predicate: closed(
    {
      lockfileVersion: literal(1),
      digestScheme: literal(1),
      path: PATH,
      repository: closed({ uri: TEXT }, { id: TEXT }),
      serial: positive,
      previous: nullOr(text(/^sha256:[0-9a-f]{64}$/)),
      policy: nullOr(closed({ path: PATH, sha256: HEX })),
      servers: mapOf(text(/^mcl1:[0-9a-f]{64}$/)),
      tool: closed({ name: literal('mcp-lock'), version: TEXT }),
    },
    { commit: text(/^[0-9a-f]{40,64}$/) },
  ),
})

/** The mirror of `formatLockStatement`, for any spelling of the JSON. @throws LockError `STATEMENT_INVALID` */
export function parseLockStatement(payload: Uint8Array): LockStatement {
  const value = LockError.within('the signed text is not JSON as it must be', () =>
    LockError.as('STATEMENT_INVALID', () => parseStrictBytes(payload)),
  )
  fit(shape, value, 'STATEMENT_INVALID', 'the statement')
  return value as unknown as LockStatement // its shape was checked
}
