/** What taking another trusted root, and with it a signing config, would change. */
import { LockError } from '../../core/codes/errors.ts'
import { sha256 } from '../../core/json/digest.ts'
import { compareRoots, rootEntries, type RootChange } from '../../core/signing/root-entries.ts'
import type { SigningConfig } from '../../core/signing/signing-config.ts'
import type { TrustedRoot } from '../../core/signing/trusted-root.ts'
import { displaySafe } from '../../core/text.ts'
import type { RootFile, RootInForce } from '../project/trusted-root.ts'
import { changeLines, originOf } from './root-lines.ts'

/** What is trusted now, or why it cannot be used. */
export type Present = RootInForce | LockError

/** @param now milliseconds of the epoch */
export function rootChangeText({ root, text }: RootFile, signing: SigningConfig | null, present: Present, now: number): string {
  const changes = changesTo(root, present)
  const isSame = changes.every(({ kind }) => kind === 'same')
  const lines = [
    `trusted now: ${present instanceof LockError ? `nothing; ${displaySafe(present.message, 500)}` : `${originOf(present)}  ${sha256(present.text)}`}`,
    `to be trusted: ${sha256(text)}`,
    ...(isSame ? ['it names the same authorities and logs'] : changeLines(changes, now)),
    ...(signing === null ? [] : [`to sign with: ${services(signing).join(', ')}`]),
    ...warnings(changes),
  ]
  return lines.map((line) => `  ${line}\n`).join('')
}

export function changesTo(root: TrustedRoot, present: Present): RootChange[] {
  return compareRoots(present instanceof LockError ? [] : rootEntries(present.root), rootEntries(root))
}

/** Whether the two are of different Sigstores. */
export function sharesNothing(changes: readonly RootChange[]): boolean {
  return changes.every(({ kind }) => kind === 'added' || kind === 'removed')
}

/** Each by its address, once. */
function services({ authorities, logs, timestamps }: SigningConfig): string[] {
  return [...new Set([...authorities, ...logs, ...timestamps].map(({ url }) => displaySafe(url.href, 300)))]
}

function warnings(changes: readonly RootChange[]): string[] {
  return [
    ...lost(changes),
    ...sameNames(changes).map((name) => `! another key under a known name: ${name}; ask those who run it whether it is theirs`),
  ]
}

function lost(changes: readonly RootChange[]): string[] {
  if (!changes.some(({ kind }) => kind === 'removed')) return []
  if (sharesNothing(changes)) return ['! nothing that is trusted now stays: no signature made until now will verify']
  return ['! signatures that rest on what goes (-) will not verify any more']
}

/** Anybody can give an authority of their own the name of another. */
function sameNames(changes: readonly RootChange[]): string[] {
  const nameOf = ({ entry: { role, url } }: RootChange): string => `${role} ${url}`
  const known = new Set(changes.filter(({ kind }) => kind !== 'added').map(nameOf))
  const added = changes.filter((change) => change.kind === 'added' && change.entry.url !== '' && known.has(nameOf(change)))
  return [...new Set(added.map(({ entry }) => displaySafe(entry.url, 200)))]
}
