/** Changes and findings: values with a code; their words are in core/codes and in the reporters. */
import { CODES, type Code } from '../codes/codes.ts'
import type { Severity } from '../codes/meaning.ts'
import type { Json } from '../json/json.ts'

export type Finding = {
  readonly code: Code
  /** `tools/read_file`, `instructions`, `source`: what of the server, in received words. */
  readonly subject?: string
  /** RFC 6901, in received keys, from the subject on. */
  readonly pointer?: string
  /** What was there, and what is; absent means that nothing was. Stored form. */
  readonly before?: Json
  readonly after?: Json
  /** Added where before and after do not say it all. Hostile text may stand in it. */
  readonly detail?: string
}

export function severityOf(finding: Finding): Severity {
  return CODES[finding.code].severity
}

export type Coverage = { readonly code: Code; readonly server?: string; readonly detail?: string }

export const STATUSES = ['ok', 'changed', 'unpinned', 'unused', 'skipped', 'new', 'unreachable', 'invalid', 'untrusted'] as const
export type Status = (typeof STATUSES)[number]

/** What the findings about a server amount to: the worst of them, so what was only not checked has not changed. */
export function statusOf(findings: readonly Pick<Finding, 'code'>[]): Status {
  const exits = new Set(findings.map(({ code }) => CODES[code].exit))
  if (exits.has(4)) return 'untrusted'
  if (exits.has(1) || exits.has(2)) return 'changed'
  if (exits.has(3)) return 'unreachable'
  return findings.some(({ code }) => code === 'SERVER_NEW') ? 'new' : 'ok'
}

/** The answer of a check for one server. */
export type ServerVerdict = { readonly status: Status; readonly findings: readonly Finding[]; readonly definitions?: number }

/** The answer of a check for one lock. */
export type LockVerdict = {
  readonly path: string
  readonly servers: { readonly [name: string]: ServerVerdict }
  readonly findings: readonly Finding[]
  readonly coverage: readonly Coverage[]
}

/** The worst wins: 4 > 2 > 1 > 3 > 0; an interruption wins over all. */
export function worstExit(exits: Iterable<number>): number {
  const order = [0, 3, 1, 2, 4, 130]
  let worst = 0
  for (const exit of exits) if (order.indexOf(exit) > order.indexOf(worst)) worst = exit
  return worst
}

/** The exit status that a finding alone gives; `strict` fails what awaits a decision too. */
export function exitOfFinding({ code }: Finding, strict: boolean): number {
  return strict && isPending({ code }) ? 1 : CODES[code].exit
}

/** Whether a finding awaits a decision, and so passes only where nobody is strict. */
export function isPending({ code }: Pick<Finding, 'code'>): boolean {
  return CODES[code].kind === 'pending'
}

export function exitOf(verdict: LockVerdict, strict = false): number {
  const findings = [...verdict.findings, ...Object.values(verdict.servers).flatMap((server) => server.findings)]
  return worstExit(findings.map((finding) => exitOfFinding(finding, strict)))
}
