/** A trusted root for a person: what it names, since when and until when. */
import { ROLES, type RootChange, type RootEntry, type Role } from '../../core/signing/root-entries.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import type { RootInForce } from '../project/trusted-root.ts'
import { VERSION } from '../../core/version.ts'

const ROLE_WORDS: { readonly [role in Role]: string } = {
  certificateAuthorities: 'certificate authorities',
  tlogs: 'transparency logs',
  ctlogs: 'certificate logs',
  timestampAuthorities: 'timestamp authorities',
}

const MARKS = { added: '+', removed: '-', changed: '~', same: ' ' } as const

/** Where a root comes from, in words. */
export function originOf({ from, file }: RootInForce): string {
  if (file === null) return `the public good instance's, as in mcp-lock ${VERSION}`
  return `${displaySafe(file, 300)}, ${from === 'policy' ? `by ${POLICY_FILE}` : 'by the command line'}`
}

/** @param now milliseconds of the epoch */
export function rootLines(entries: readonly RootEntry[], now: number): string[] {
  return changeLines(
    entries.map((entry) => ({ kind: 'same', entry })),
    now,
  )
}

/** The same with a mark before each entry that differs. */
export function changeLines(changes: readonly RootChange[], now: number): string[] {
  return ROLES.flatMap((role) => {
    const own = changes.filter(({ entry }) => entry.role === role)
    return [`${ROLE_WORDS[role]}${own.length === 0 ? ': none' : ''}`, ...own.flatMap((change) => entryLines(change, now))]
  })
}

function entryLines({ kind, entry, before }: RootChange, now: number): string[] {
  const { url, subject, keyType, id } = entry
  const head = [url, subject ?? keyType ?? ''].filter((word) => word !== '').map((word) => displaySafe(word, 200))
  const was = before === undefined ? '' : `; was ${span(before, now)}`
  return [`${MARKS[kind]} ${head.join('  ')}`, `    ${span(entry, now)}${was}`, `    ${displaySafe(id, 200)}`]
}

/** Days are enough for a person; an end is also said in words. */
function span({ from, until }: RootEntry, now: number): string {
  const day = (time: string | null): string => time?.slice(0, 10) ?? 'the beginning'
  const to = until === null ? '' : ` to ${day(until)}`
  const state = from !== null && Date.parse(from) > now ? ', not yet' : until !== null && Date.parse(until) < now ? ', ended' : ''
  return `from ${day(from)}${to}${state}`
}
