/** Lists: the servers, the versions of one, and what awaits approval. */
import { html } from 'hono/html'
import { counted } from '../../core/compare/wording.ts'
import type { Version } from '../catalog.ts'
import { diffAddress, pageAddress, serverAddress, versionAddress } from './addresses.ts'
import { badge, shortSigner } from './standing.ts'
import { instant, linked, shown, type Markup } from './shown.ts'

/** `next` is a cursor; null where there is no more. */
export function searchPage(servers: readonly Version[], search: string, next: string | null): Markup {
  return html`<h1>Servers</h1>
    <form class="search" action="/" method="get" role="search">
      <label for="search">Name contains</label>
      <input id="search" name="search" type="search" value="${search}" maxlength="200" autocomplete="off" spellcheck="false" />
      <button>Search</button>
    </form>
    ${servers.length === 0 ? html`<p class="empty">${search === '' ? 'Nothing is published yet.' : 'No name contains that.'}</p>` : list(servers)}
    ${more('/', search, next)}`
}

export function pendingPage(
  versions: readonly (Version & { readonly previous: string | null })[],
  needed: number,
  next: string | null,
): Markup {
  return html`<h1>Awaiting approval</h1>
    <p class="lead">
      A version is offered once ${counted(needed, 'person').replace('persons', 'people')} other than its publisher
      ${needed === 1 ? 'has' : 'have'} approved it.
    </p>
    ${
      versions.length === 0
        ? html`<p class="empty">Nothing awaits approval${next === null ? '' : ' on this page'}.</p>`
        : html`<ul class="cards">
            ${versions.map(
              ({ previous, ...version }) =>
                html`<li>
                  ${head(version)}
                  <p>
                    ${version.state.approvals.length} of ${needed} so far.
                    ${previous === null ? 'The first version.' : html`<a href="${diffAddress(version.listed.name, previous, version.listed.version)}">What changed since ${previous}</a>`}
                  </p>
                </li>`,
            )}
          </ul>`
    }
    ${more('/pending', '', next)}`
}

function list(servers: readonly Version[]): Markup {
  return html`<ul class="cards">
    ${servers.map((version) => html`<li>${head(version)}</li>`)}
  </ul>`
}

function head({ listed, standing }: Version): Markup {
  const { name, version, metadata, published } = listed
  return html`<h2><a href="${serverAddress(name)}">${name}</a></h2>
    <p class="facts">
      <a href="${versionAddress(name, version)}"><code>${version}</code></a> ${badge(standing)}
      <span class="muted">published ${instant(published)}</span>
    </p>
    ${metadata.description === undefined ? '' : html`<p>${shown(metadata.description, 300)}</p>`}`
}

function more(path: string, search: string, next: string | null): Markup {
  return next === null
    ? html``
    : html`<nav class="more" aria-label="Pages"><a href="${pageAddress(path, search, next)}">Next page</a></nav>`
}

/** @param versions at least one, the newest publication first */
export function serverPage(versions: readonly Version[]): Markup {
  const { name = '', metadata = {} } = (versions.find(({ isLatest }) => isLatest) ?? versions[0])?.listed ?? {}
  return html`<h1 class="name">${name}</h1>
    ${metadata.title === undefined ? '' : html`<p class="lead">${shown(metadata.title, 200)}</p>`}
    ${metadata.description === undefined ? '' : html`<p>${shown(metadata.description, 1000)}</p>`}
    ${metadata.websiteUrl === undefined ? '' : html`<p>Website, as the publisher says: ${linked(metadata.websiteUrl)}</p>`}
    <h2 id="versions">Versions</h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="versions">
      <table>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">State</th>
            <th scope="col">Published</th>
            <th scope="col">By</th>
            <th scope="col">Changes</th>
          </tr>
        </thead>
        <tbody>
          ${versions.map((version, i) => row(version, versions[i + 1]?.listed.version))}
        </tbody>
      </table>
    </div>
    ${versions.length < 2 ? '' : chooser(name, versions)}`
}

function row({ listed: { name, version, published }, state, standing, isLatest }: Version, before: string | undefined): Markup {
  return html`<tr>
    <th scope="row">
      <a href="${versionAddress(name, version)}"><code>${version}</code></a
      >${isLatest ? html` <span class="muted">latest</span>` : ''}
    </th>
    <td>${badge(standing)}</td>
    <td>${instant(published)}</td>
    <td>${state.publishers.map((one) => html`<div class="signer">${one.role}: ${shortSigner(one.signer)}</div>`)}</td>
    <td>${before === undefined ? '' : html`<a href="${diffAddress(name, before, version)}">since ${before}</a>`}</td>
  </tr>`
}

/** Any two versions. */
export function chooser(name: string, versions: readonly Version[], from?: string, to?: string): Markup {
  const options = (chosen: string | undefined): readonly Markup[] =>
    versions.map(({ listed: { version } }) => html`<option ${version === chosen ? html`selected` : ''}>${version}</option>`)
  return html`<form class="choose" action="${serverAddress(name)}/diff" method="get">
    <label for="from">Compare</label>
    <select id="from" name="from">
      ${options(from ?? versions[1]?.listed.version)}
    </select>
    <label for="to">with</label>
    <select id="to" name="to">
      ${options(to ?? versions[0]?.listed.version)}
    </select>
    <button>Show</button>
  </form>`
}
