/** Failures as the API answers them: `application/problem+json` (RFC 9457) with a `code` of ours. */
import { CODES, type Code } from '../core/codes/codes.ts'
import { LockError } from '../core/codes/errors.ts'
import { HEADERS } from './answer.ts'

export type Problem = { readonly status: number; readonly code: Code; readonly detail: string }

/** Where the meaning of HTTP says more than "malformed". */
const STATUS: { readonly [code in Code]?: number } = {
  VERSION_TAKEN: 409,
  NAME_TAKEN: 409,
  APPROVED_ALREADY: 409,
  CONTROL_REPLAYED: 409,
  NOT_APPROVED: 409,
  SEEN_UNKNOWN: 409,
  REVOKED: 409,
  PUBLISHER_UNKNOWN: 403,
  ISSUER_UNTRUSTED: 403,
  OWNER_CHANGED: 403,
  SIGNER_REVOKED: 403,
  SIGNER_UNTRUSTED: 403,
  APPROVER_UNKNOWN: 403,
  APPROVER_IS_PUBLISHER: 403,
  ADMIN_REQUIRED: 403,
  OTHER_REGISTRY: 403,
  TARGET_UNKNOWN: 404,
  NOT_LISTED: 404,
  ADDRESS_UNKNOWN: 404,
  RATE_LIMITED: 429,
  REGISTRY_BUSY: 503,
}

export function problemOf(code: Code, detail: string): Problem {
  return { status: STATUS[code] ?? 400, code, detail }
}

/** Null for what is no fault of the request. */
export function asProblem(error: unknown): Problem | null {
  return error instanceof LockError ? problemOf(error.code, error.message) : null
}

/** A problem as it is sent. */
export function problemText(
  { status, code, detail }: Problem,
  id: string,
): { readonly body: string; readonly headers: { readonly [name: string]: string } } {
  const body = {
    type: `urn:mcp-lock:problem:${code}`,
    title: CODES[code].title,
    status,
    code,
    detail: detail.slice(0, 1000),
    instance: `urn:mcp-lock:request:${id}`,
  }
  const headers = {
    ...HEADERS,
    'x-request-id': id,
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(status === 429 || status === 503 ? { 'retry-after': '1' } : {}),
  }
  return { body: JSON.stringify(body), headers }
}

export function problemResponse(problem: Problem, id: string): Response {
  const { body, headers } = problemText(problem, id)
  return new Response(body, { status: problem.status, headers })
}
