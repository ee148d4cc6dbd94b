/** What a registry has accepted so far, as far as one decision needs it. */
import type { Identity } from '../identity/identity.ts'
import { nameKey } from './names.ts'
import { isSameSigner, signerId } from './signer-id.ts'
import type { Action, ControlPredicate, ManifestPredicate, Statement, Target } from './statements.ts'

export type Signed = { readonly statement: Statement; readonly identity: Identity }
export type Accepted = Signed & { /** Of its record in the log. */ readonly index: number }

export type Publication = Accepted & { readonly statement: { readonly kind: 'manifest'; readonly predicate: ManifestPredicate } }
export type Control = Accepted & { readonly statement: { readonly kind: 'control'; readonly predicate: ControlPredicate } }

/** In the order of the log: what was published under one name, and what was said of it and of everything. */
export type History = {
  /** Records in the log. */
  readonly size: number
  readonly publications: readonly Publication[]
  readonly controls: readonly Control[]
}

/** One to which is added what is accepted. */
export type GrowingHistory = History & { readonly publications: Publication[]; readonly controls: Control[] }

/** @param accepted all that is about one name, and about everything */
export function toHistory(size: number, accepted: readonly Accepted[]): GrowingHistory {
  return { size, publications: accepted.filter(isPublication), controls: accepted.filter(isControl) }
}

export function addTo({ publications, controls }: GrowingHistory, accepted: Accepted): void {
  if (isPublication(accepted)) publications.push(accepted)
  if (isControl(accepted)) controls.push(accepted)
}

function isPublication(one: Accepted): one is Publication {
  return one.statement.kind === 'manifest'
}

function isControl(one: Accepted): one is Control {
  return one.statement.kind === 'control'
}

/** Whether what somebody signed counts. Signers are revoked from a record on, also when it was accepted before anybody knew. */
export function unrevoked(all: readonly Control[]): (one: Pick<Accepted, 'identity' | 'index'>) => boolean {
  const revoked = all.flatMap(({ statement: { predicate } }) =>
    predicate.action === 'revoke' && predicate.target.kind === 'signer' ? [predicate.target] : [],
  )
  return ({ identity, index }) => !revoked.some((target) => index >= target.fromIndex && isSameSigner(target.identity, signerId(identity)))
}

/** What lets something through counts as long as its signer does; what holds something back counts whoever is revoked. */
const LETTING: ReadonlySet<Action> = new Set(['approve', 'resume', 'transfer'])

/** The control statements that count. */
export function counting(controls: readonly Control[]): Control[] {
  const counts = unrevoked(controls)
  return controls.filter((one) => !LETTING.has(one.statement.predicate.action) || counts(one))
}

/** The records that freed a name for its next owner. */
export function transfersOf(history: History, name: string): number[] {
  return counting(history.controls)
    .filter(({ statement: { predicate } }) => predicate.action === 'transfer' && isSameTarget(predicate.target, { kind: 'name', name }))
    .map(({ index }) => index)
}

/** A manifest, as a target names it. */
export type Version = { readonly name: string; readonly version: string; readonly digest: `sha256:${string}` }

export function digestOf({ subject }: Statement): `sha256:${string}` {
  return `sha256:${subject.sha256}`
}

/** Whether what is done to a target is done to this manifest too. */
export function covers(target: Target, { name, version, digest }: Version): boolean {
  switch (target.kind) {
    case 'all':
      return true
    case 'name':
      return nameKey(target.name) === nameKey(name)
    case 'version':
      return nameKey(target.name) === nameKey(name) && target.version === version
    case 'manifest':
      return target.digest === digest
    case 'signer':
      return false
  }
}

export function isSameTarget(a: Target, b: Target): boolean {
  if (a.kind === 'signer') return b.kind === 'signer' && isSameSigner(a.identity, b.identity)
  if (a.kind === 'all' || b.kind === 'all' || b.kind === 'signer') return a.kind === b.kind
  if (nameKey(a.name) !== nameKey(b.name)) return false
  if (a.kind === 'manifest') return b.kind === 'manifest' && a.digest === b.digest
  if (a.kind === 'version') return b.kind === 'version' && a.version === b.version
  return b.kind === 'name'
}
