/** Whether a version may be used here: listed, approved, neither revoked nor paused. */
import type { Finding } from '../compare/finding.ts'
import { counted } from '../compare/wording.ts'
import { canonicalize } from '../json/digest.ts'
import { own } from '../json/json.ts'
import { covers, digestOf, type Version } from './history.ts'
import type { Judged } from './judge-history.ts'
import { nameKey } from './names.ts'
import type { Rules } from './rules.ts'
import { isSameSigner, type SignerId } from './signer-id.ts'
import { versionsOf, type VersionState } from './state.ts'
import type { Status } from './status.ts'

export type VersionVerdict = {
  readonly findings: readonly Finding[]
  /** Why somebody is told to move away; null for no reason. */ readonly deprecated: string | null
  /** Null where it is not listed, or something was refused. */
  readonly state: VersionState | null
}

/** @param now milliseconds of the epoch */
export function judgeVersion(version: Version, judged: Judged, status: Status, rules: Rules, now: number): VersionVerdict {
  const refused = judged.refused.map(({ code, detail, index }) => found(code, `record ${index}: ${detail}`))
  if (refused.length > 0) return { findings: refused, deprecated: null, state: null }
  const state = versionsOf(judged.history, rules, now).find((one) => one.version === version.version && one.digest === version.digest)
  if (state === undefined) return { findings: notListed(version, judged), deprecated: null, state: null }
  const isGood = ({ signer, index }: { readonly signer: SignerId; readonly index: number }): boolean =>
    !status.revoked.signers.some((one) => isSameSigner(one.identity, signer) && index >= one.fromIndex)
  const approvals = state.approvals.filter(isGood)
  const revoked = state.revoked ?? inStatus(version, status) ?? (state.publishers.some(isGood) ? null : 'its signers are revoked')
  const paused = state.paused ?? status.paused.find(({ target }) => covers(target, version)) ?? null
  return {
    findings: [
      ...(revoked === null ? [] : [found('REVOKED', typeof revoked === 'string' ? revoked : wordSince(revoked))]),
      ...(paused === null ? [] : [found('PAUSED', wordPaused(paused))]),
      ...(approvals.length >= rules.approvals
        ? []
        : [
            missing(
              approvals.map(({ person }) => person),
              version,
              judged,
              rules,
            ),
          ]),
    ],
    state: { ...state, approvals },
    deprecated: state.deprecated === null ? null : (state.deprecated.reason?.text ?? state.deprecated.reason?.code ?? ''),
  }
}

function inStatus(
  { name, version, digest }: Version,
  { revoked: { manifests, versions, names } }: Status,
): { index: number; code: string } | null {
  return own(manifests, digest) ?? own(versions, `${nameKey(name)}@${version}`) ?? own(names, nameKey(name)) ?? null
}

function wordPaused({ target, ...since }: NonNullable<VersionState['paused']>): string {
  const what =
    target.kind === 'all'
      ? 'everything'
      : target.kind === 'name'
        ? target.name
        : 'version' in target
          ? `${target.name}@${target.version}`
          : ''
  return `${what} ${wordSince(since)}`
}

type Since = {
  readonly index: number
  readonly code?: string
  readonly reason?: { readonly code: string; readonly text: string } | undefined
}

function wordSince({ index, code, reason }: Since): string {
  const why = [reason?.code ?? code ?? '', reason?.text ?? ''].filter((word) => word !== '').join(', ')
  return `since record ${index}${why === '' ? '' : `: ${why}`}`
}

/** With the reason why those who published it do not count. */
function notListed(version: Version, { history, ignored }: Judged): Finding[] {
  const reasons = ignored.filter(({ record }) => record.kind === 'manifest' && record.manifest === version.digest)
  if (reasons.length > 0) return reasons.map(({ code, detail }) => found(code, detail))
  const other = history.publications.find(({ statement }) => statement.predicate.version === version.version)
  const detail = other === undefined ? 'nobody who counts published it' : `published was ${digestOf(other.statement)}`
  return [found('NOT_LISTED', `\`${version.name}@${version.version}\`: ${detail}`)]
}

function missing(people: readonly string[], version: Version, { ignored }: Judged, { approvals }: Rules): Finding {
  const others = strangers(version, ignored)
  const by = people.length === 0 ? 'nobody' : people.join(', ')
  const more = others === 0 ? '' : `; ${others} more by signers who are no approver of the policy`
  const close = `to look at it and approve it: mcp-lock approve ${version.name}@${version.version}`
  return found('APPROVALS_MISSING', `expected ${counted(approvals, 'approval')}, got that of ${by}${more}; ${close}`)
}

/** How many signers approve a version, and have not taken that back, without counting as anybody here. */
function strangers({ digest }: Version, ignored: Judged['ignored']): number {
  const last = new Map(
    ignored
      .filter(({ code, record }) => ['SIGNER_UNTRUSTED', 'APPROVER_UNKNOWN'].includes(code) && record.manifest === digest)
      .filter(({ record }) => record.action === 'approve' || record.action === 'withdraw')
      .map(({ record }) => [canonicalize(record.signer), record.action]),
  )
  return [...last.values()].filter((action) => action === 'approve').length
}

function found(code: Finding['code'], detail: string): Finding {
  return { code, subject: 'registry', detail }
}
