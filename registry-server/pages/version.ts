/** One version: what it is, who stands for it, what proves it, and what the model is told. */
import { html } from 'hono/html'
import type { LookAlike } from '../store.ts'
import type { Manifest, PortableSource } from '../../core/registry/index.ts'
import { riskyParts, type RiskyPart } from '../../core/surface/risky.ts'
import type { Version } from '../catalog.ts'
import { diffAddress, serverAddress, versionAddress } from './addresses.ts'
import { badge, banners, signer } from './standing.ts'
import { block, instant, linked, shown, type Markup } from './shown.ts'
import { surface } from './surface.ts'

export type VersionView = {
  readonly version: Version
  readonly manifest: Manifest
  /** How many people must approve. */
  readonly needed: number
  /** Published before it. */
  readonly previous: string | null
  /** A C2SP tlog-proof. */
  readonly proof: string
  /** Of other names. */
  readonly lookAlikes: readonly LookAlike[]
}

export function versionPage(view: VersionView): Markup {
  const { version, manifest, needed, previous, proof, lookAlikes } = view
  const { listed, state, standing } = version
  const { name } = listed
  return html`<p class="crumb"><a href="${serverAddress(name)}">${name}</a></p>
    <h1 class="name">${listed.version} ${badge(standing)}</h1>
    ${banners(version, needed)}
    <dl class="facts">
      <dt>Source</dt>
      <dd>${source(manifest.source)}</dd>
      <dt>Published</dt>
      <dd>
        ${instant(listed.published)}${previous === null ? ', the first version' : html`, <a href="${diffAddress(name, previous, listed.version)}">what changed since ${previous}</a>`}
      </dd>
      <dt>Signed by</dt>
      <dd>
        ${state.publishers.length === 0 ? 'nobody whose signature still counts' : state.publishers.map((one) => html`<div>${one.role === 'author' ? 'its author' : 'an observer, not its author'}: ${signer(one.signer)}</div>`)}
      </dd>
      ${
        version.repository === null
          ? ''
          : html`<dt>Repository</dt>
              <dd>${linked(version.repository.uri)}</dd>`
      }
      <dt>Approved by</dt>
      <dd>
        ${state.approvals.length === 0 ? 'nobody yet' : state.approvals.map((one) => html`<div>${shown(one.person, 200)}, record ${one.index}${one.expires === undefined ? '' : html`, until ${instant(Date.parse(one.expires))}`}</div>`)}
      </dd>
      <dt>Manifest</dt>
      <dd>
        <a href="/v1/manifests/${state.digest}"><code>${state.digest}</code></a>
      </dd>
      <dt>Surface</dt>
      <dd><code>${manifest.surface.digest}</code></dd>
    </dl>
    ${alike(lookAlikes)} ${risks(riskyParts(manifest.surface))}
    <section aria-labelledby="log">
      <h2 id="log">In the log</h2>
      <p>Record ${state.index}.</p>
      ${standing === 'approved' || standing === 'deprecated' ? take(name, listed.version) : ''}
      <details>
        <summary>The proof, as C2SP tlog-proof</summary>
        ${block(proof)}
      </details>
    </section>
    ${surface(manifest.surface)}`
}

/** The name in the project is anybody's choice; the last part is one. */
function take(name: string, version: string): Markup {
  return html`<p>This checks the proof, every signature, the approvals and the status by your own policy, and pins what holds:</p>
    <pre class="command">mcp-lock pin ${name.slice(name.indexOf('/') + 1)} --from-registry ${name}@${version}</pre>`
}

function source(from: PortableSource): Markup {
  if ('remote' in from) return html`${from.remote.type}: <code>${shown(from.remote.url)}</code>`
  if ('image' in from) return html`image <code>${shown(`${from.image.name}@${from.image.digest}`)}</code>`
  const { type, name, version, integrity } = from.package
  return html`${type} package
    <code>${shown(`${name}@${version}`)}</code>${integrity === undefined ? '' : html`<br /><code class="muted">${shown(integrity)}</code>`}`
}

const WORDS: { readonly [kind in LookAlike['kind']]: string } = {
  surface: 'the whole surface',
  definition: 'the definition of',
  description: 'the description of',
  inputSchema: 'the arguments of',
}

function alike(others: readonly LookAlike[]): Markup {
  if (others.length === 0) return html``
  return html`<section aria-labelledby="alike" class="caution">
    <h2 id="alike">Others serve the same</h2>
    <p>A copy of a known server under another name may be there to be taken for it.</p>
    <ul>
      ${others.map(({ name, version, kind, subject }) => html`<li><a href="${versionAddress(name, version)}">${name} ${version}</a> has ${WORDS[kind]} ${subject === '' ? '' : html`<code>${shown(subject, 300)}</code>`}</li>`)}
    </ul>
  </section>`
}

/** An aid for the reader, and no verdict. */
function risks(parts: readonly RiskyPart[]): Markup {
  if (parts.length === 0) return html``
  return html`<section aria-labelledby="risky" class="caution">
    <h2 id="risky">Read first</h2>
    <ul>
      ${parts
        .flatMap(({ subject, risks }) => risks.map((risk) => ({ subject, ...risk })))
        .slice(0, 50)
        .map(
          ({ subject, pointer, why, excerpt }) =>
            html`<li>
              <code>${shown(`${subject}${pointer === '' ? '' : ` ${pointer}`}`, 300)}</code> ${shown(why, 300)}<br /><q
                >${shown(excerpt, 400)}</q
              >
            </li>`,
        )}
    </ul>
  </section>`
}
