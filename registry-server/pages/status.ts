/** The status of the registry: what is revoked or paused, as it is signed. */
import { html } from 'hono/html'
import type { Status, Target } from '../../core/registry/index.ts'
import { instant, shown, type Markup } from './shown.ts'
import { signer } from './standing.ts'

type Row = { readonly what: Markup; readonly index: number; readonly code: string }

export function statusPage({ epoch, issued, expires, log, registry, paused, revoked }: Status): Markup {
  const rows: readonly Row[] = [
    ...Object.entries(revoked.manifests).map(([digest, one]) => ({ what: html`manifest <code>${digest}</code>`, ...one })),
    ...Object.entries(revoked.versions).map(([version, one]) => ({ what: html`version <code>${version}</code>`, ...one })),
    ...Object.entries(revoked.names).map(([name, one]) => ({ what: html`all of <code>${name}</code>`, ...one })),
    ...revoked.signers.map(({ identity, fromIndex, index }) => ({
      what: html`${signer(identity)}, from record ${fromIndex} on`,
      index,
      code: '',
    })),
  ]
  return html`<h1>Status</h1>
    <dl class="facts">
      <dt>Epoch</dt>
      <dd>${epoch}</dd>
      <dt>Signed</dt>
      <dd>${instant(Date.parse(issued))}, holds until ${instant(Date.parse(expires))}</dd>
      <dt>Log</dt>
      <dd><code>${shown(registry, 300)}</code></dd>
      <dt>Head</dt>
      <dd>${log.size} records, root <code>${log.root}</code></dd>
      <dt>Raw</dt>
      <dd><a href="/v1/status">signed status</a>, <a href="/log/checkpoint">checkpoint</a></dd>
    </dl>
    <h2>Paused</h2>
    ${
      paused.length === 0
        ? html`<p class="empty">Nothing.</p>`
        : html`<ul>
            ${paused.map(({ target, index }) => html`<li>${targeted(target)}, record ${index}</li>`)}
          </ul>`
    }
    <h2>Revoked</h2>
    ${
      rows.length === 0
        ? html`<p class="empty">Nothing.</p>`
        : html`<ul>
            ${rows.map(({ what, index, code }) => html`<li>${what}${code === '' ? '' : html`: ${shown(code, 100)}`}, record ${index}</li>`)}
          </ul>`
    }
    <h2>Check it</h2>
    <p>Every entry is a record of the log. This recomputes the status from all records, and the head from their hashes:</p>
    <pre class="command">mcp-lock registry verify-log</pre>`
}

function targeted(target: Target): Markup {
  switch (target.kind) {
    case 'all':
      return html`<strong>everything</strong>`
    case 'name':
      return html`all of <code>${target.name}</code>`
    case 'version':
      return html`version <code>${target.name}@${target.version}</code>`
    case 'manifest':
      return html`manifest <code>${target.digest}</code> of <code>${target.name}@${target.version}</code>`
    case 'signer':
      return signer(target.identity)
  }
}
