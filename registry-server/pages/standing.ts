/** The state of a version in words: a badge for lists, banners for its own page. */
import { html } from 'hono/html'
import type { SignerId, VersionState } from '../../core/registry/index.ts'
import type { Standing, Version } from '../catalog.ts'
import { shown, type Markup } from './shown.ts'

const WORDS: { readonly [standing in Standing]: string } = {
  approved: 'approved',
  deprecated: 'deprecated',
  pending: 'awaits approval',
  paused: 'paused',
  revoked: 'revoked',
}

export function badge(standing: Standing): Markup {
  return html`<span class="badge ${standing}">${WORDS[standing]}</span>`
}

/** Whatever keeps a version from being used, or should. */
export function banners({ state }: Version, needed: number): readonly Markup[] {
  const { revoked, paused, deprecated, approvals } = state
  return [
    ...(revoked === null ? [] : [banner('revoked', 'Revoked: do not use it.', because(revoked))]),
    ...(paused === null ? [] : [banner('paused', 'Paused: clients refuse it until it is resumed.', `record ${paused.index}`)]),
    ...(deprecated === null ? [] : [banner('deprecated', 'Deprecated: it still works, and should be replaced.', because(deprecated))]),
    ...(approvals.length >= needed
      ? []
      : [banner('pending', 'Awaits approval: clients refuse it.', `${approvals.length} of ${needed} people have approved it`)]),
  ]
}

function banner(standing: Standing, words: string, detail: string): Markup {
  return html`<div class="banner ${standing}"><strong>${words}</strong> <span>${shown(detail, 1000)}</span></div>`
}

function because({ index, reason }: NonNullable<VersionState['revoked']>): string {
  const why = reason === undefined ? '' : reason.text === '' ? `${reason.code}, ` : `${reason.code}: ${reason.text}, `
  return `${why}record ${index}`
}

export function signer(id: SignerId): Markup {
  return 'spki' in id
    ? html`key <code>${id.spki}</code>`
    : html`<code>${shown(id.subject, 1000)}</code>, vouched for by <code>${shown(id.issuer, 1000)}</code>`
}

/** For a table; the page of the version has it in full. */
export function shortSigner(id: SignerId): Markup {
  return 'spki' in id ? html`key <code>${id.spki.slice(0, 'sha256:'.length + 12)}…</code>` : html`<code>${shown(id.subject, 120)}</code>`
}
