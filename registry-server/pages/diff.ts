/** What changed between two versions. */
import { html } from 'hono/html'
import { CODES } from '../../core/codes/codes.ts'
import { findingLines } from '../../core/compare/finding-lines.ts'
import type { Finding } from '../../core/compare/finding.ts'
import type { Line } from '../../core/compare/text-diff.ts'
import { wordPlace } from '../../core/compare/wording.ts'
import { compareManifests, type Manifest } from '../../core/registry/index.ts'
import type { Version } from '../catalog.ts'
import { serverAddress, versionAddress } from './addresses.ts'
import { chooser } from './servers.ts'
import { shown, type Markup } from './shown.ts'

/** Findings on one page. */
const MOST = 300

export function diffPage(versions: readonly Version[], before: Manifest, after: Manifest): Markup {
  const { name } = after
  const {
    findings,
    judgement: { text, breaks, bump },
  } = compareManifests(before, after)
  return html`<p class="crumb"><a href="${serverAddress(name)}">${name}</a></p>
    <h1 class="name">
      <a href="${versionAddress(name, before.version)}">${before.version}</a> →
      <a href="${versionAddress(name, after.version)}">${after.version}</a>
    </h1>
    ${chooser(name, versions, before.version, after.version)}
    ${findings.length === 0 ? html`<p class="empty">Nothing that a client or a model sees has changed.</p>` : html`<p class="lead">${shown(text, 500)}${bump === null ? '' : `. By its changes a ${bump} version.`}</p>`}
    ${
      breaks.length === 0
        ? ''
        : html`<section class="caution" aria-labelledby="breaks">
            <h2 id="breaks">Who calls it breaks</h2>
            <ul>
              ${breaks.slice(0, 100).map((one) => html`<li>${shown(one, 500)}</li>`)}
            </ul>
          </section>`
    }
    ${findings.slice(0, MOST).map(change)}
    ${findings.length > MOST ? html`<p class="note">${findings.length - MOST} more changes; the manifests have them all.</p>` : ''}`
}

function change(finding: Finding): Markup {
  const place = wordPlace(finding)
  return html`<article class="change">
    <h2><code>${shown(place, 600)}</code> <span class="muted">${CODES[finding.code].title}</span></h2>
    <div class="scroll" tabindex="0" role="region" aria-label="${place}">
      <table class="diff">
        <tbody>
          ${findingLines(finding).map(line)}
        </tbody>
      </table>
    </div>
  </article>`
}

const KINDS = { '-': 'removed', '+': 'added', ' ': 'same', '…': 'same' } as const

function line({ sign, parts }: Line): Markup {
  const words = parts.map(({ text, changed }) =>
    !changed ? shown(text) : sign === '-' ? html`<del>${shown(text)}</del>` : html`<ins>${shown(text)}</ins>`,
  )
  return html`<tr class="${KINDS[sign]}">
    <td class="sign">${sign}</td>
    <td>${words}</td>
  </tr>`
}
