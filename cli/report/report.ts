/** What a command hands to a reporter, and what every reporter needs of it. Reporters are pure: they return text and write nothing. */
import { posix } from 'node:path'
import { own } from '../../core/json/json.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { BUNDLE_FILE } from '../locks/lock-store.ts'
import {
  exitOfFinding,
  isPending,
  severityOf,
  type Finding,
  type LockVerdict,
  type ServerVerdict,
  type Status,
} from '../../core/compare/finding.ts'

export type Report = {
  readonly command: string
  /** The exit status of the whole. */
  readonly exit: number
  /** Whether what awaits a decision fails too. */
  readonly strict?: boolean
  readonly locks: readonly LockVerdict[]
  /** Lines about a server, by lock path and server name: what its changes look like. */
  readonly notes?: { readonly [path: string]: { readonly [server: string]: readonly string[] } }
}

export type Context = {
  readonly color: boolean
  /** Where lines are wrapped; not at all without it. */
  readonly columns?: number
  /** The revision that was compared with, as it was named. */
  readonly base?: string
  /** The text of a lock, so that findings point at its lines. */
  readonly lockText?: (path: string) => string | undefined
  /** Where the locks' paths start, from the repository's top: for what points at files of the repository. */
  readonly folder?: string
  /** UTF-8 bytes that markdown may take; the trailer that counts what is left out always stands. */
  readonly maxBytes?: number
}

/** In fewer, a report cannot say what it leaves out. */
export const LEAST_BYTES = 500

const WORDS: { readonly [status in Status]: string } = {
  ok: 'verified',
  changed: 'changed',
  unpinned: 'unpinned',
  unused: 'unused',
  skipped: 'skipped',
  new: 'new',
  unreachable: 'not checked',
  invalid: 'invalid',
  untrusted: 'untrusted',
}

/** The worst first, else in the order in which they were found. */
export function bySeverity(findings: readonly Finding[]): readonly Finding[] {
  const order = ['high', 'medium', 'low']
  return findings.toSorted((a, b) => order.indexOf(severityOf(a)) - order.indexOf(severityOf(b)))
}

/** Every finding of a lock, the worst first, and the server that it is about; null for the lock itself. */
export function allFindings({ findings: own, servers }: LockVerdict): (readonly [server: string | null, finding: Finding])[] {
  return [
    ...bySeverity(own).map((finding) => [null, finding] as const),
    ...Object.entries(servers).flatMap(([server, { findings }]) => bySeverity(findings).map((finding) => [server, finding] as const)),
  ]
}

/** The file that a finding is about, by its path from the repository's top. */
export function fileOf(lock: LockVerdict, finding: Pick<Finding, 'code' | 'subject'>, { folder = '' }: Context): string {
  const path = posix.join(folder, lock.path)
  return posix.join(posix.dirname(path), besideLock(finding) ?? posix.basename(path))
}

/** Policies and signatures are files of their own; null for what stands in the lock. A signature that is not there is missed at the lock. */
function besideLock({ code, subject }: Pick<Finding, 'code' | 'subject'>): string | null {
  if (subject === 'policy') return POLICY_FILE
  return subject === 'signature' && !UNSIGNED.includes(code) ? BUNDLE_FILE : null
}

const UNSIGNED: readonly Finding['code'][] = ['SIGNATURE_MISSING', 'SIGNATURE_PENDING', 'SIGNATURE_REMOVED']

/** Whether a finding alone makes the exit status of the report other than 0. */
export function fails(finding: Finding, { strict = false }: Pick<Report, 'strict'>): boolean {
  return exitOfFinding(finding, strict) !== 0
}

/** What fails is an error, what awaits a decision a warning, what a reader should know a note. */
export function levelOf(finding: Finding, report: Pick<Report, 'strict'>): 'error' | 'warning' | 'note' {
  return fails(finding, report) ? 'error' : isPending(finding) ? 'warning' : 'note'
}

export function notesOf(report: Report, path: string, server: string): readonly string[] {
  const ofLock = own(report.notes ?? {}, path)
  return ofLock === undefined ? [] : (own(ofLock, server) ?? [])
}

/** `1 changed · 3 verified`; the servers that are well come last. */
export function summarize(report: Report): string {
  const counts = new Map<Status, number>()
  for (const { status } of report.locks.flatMap((lock): ServerVerdict[] => Object.values(lock.servers)))
    counts.set(status, (counts.get(status) ?? 0) + 1)
  const order: Status[] = ['untrusted', 'invalid', 'changed', 'unpinned', 'new', 'unreachable', 'unused', 'skipped', 'ok']
  const parts = order.filter((status) => counts.has(status)).map((status) => `${counts.get(status)} ${wordStatus(status, report)}`)
  return parts.length === 0 ? 'no servers' : parts.join(' · ')
}

/** A diff of two locks verifies nothing. */
export function wordStatus(status: Status, { command }: Pick<Report, 'command'>): string {
  return command === 'diff' && status === 'ok' ? 'unchanged' : WORDS[status]
}
