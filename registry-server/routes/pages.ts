/** Pages for people: made here, without scripts. */
import { html } from 'hono/html'
import type { Call, Finished } from '../answer.ts'
import { finished, send } from '../answer.ts'
import { LockError } from '../../core/codes/errors.ts'
import { LIST_NAMES, entriesOf } from '../../core/surface/surface.ts'
import { nameKey, type Manifest, type Status } from '../../core/registry/index.ts'
import { versionsNamed, type Version } from '../catalog.ts'
import { inTime } from '../in-time.ts'
import { diffPage } from '../pages/diff.ts'
import { layout } from '../pages/layout.ts'
import { pendingPage, searchPage, serverPage } from '../pages/servers.ts'
import type { Markup } from '../pages/shown.ts'
import { statusPage } from '../pages/status.ts'
import { ICON, STYLESHEET } from '../pages/stylesheet.ts'
import { versionPage } from '../pages/version.ts'
import { nextCursor, pageQuery, parseCursor, queryIn, searchQuery } from '../parameters.ts'
import { pendingVersions } from '../pending.ts'
import { asProblem } from '../problem.ts'
import type { Registry } from '../registry.ts'
import type { LookAlike } from '../store.ts'
import type { Route } from './route.ts'

/** Nothing but our stylesheet and icon is loaded, and nothing runs. */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
const HTML = 'text/html; charset=utf-8'
/** Digests of a manifest under which others are looked for, and others that are shown. */
const ASKED = 200
const SHOWN = 50

/** Milliseconds that a page may take; a store that is away takes longer to say so. */
const WITHIN = 5_000

type Page = { readonly title: string; readonly content: Markup }

export type Pages = {
  readonly routes: readonly Route[]
  /** For addresses that are none. */
  readonly notFound: (c: Call) => Promise<Response>
}

export function makePages(registry: Registry): Pages {
  const { store, policy, status, proofs, signedHead, manifests } = registry
  const { approvals } = policy.rules

  async function servers(c: Call): Promise<Page> {
    const { search, cursor, limit } = queryIn(searchQuery, c)
    const listed = await store.list({ search, after: parseCursor(cursor), limit, latestOnly: true })
    const found = await Promise.all(
      listed.map(async ({ name, manifest }) => {
        const all = await versionsNamed(registry, name)
        return all.find(({ isLatest }) => isLatest) ?? all.find(({ state }) => state.digest === manifest) ?? []
      }),
    )
    return { title: 'Servers', content: searchPage(found.flat(), search, nextCursor(listed, limit)) }
  }

  async function pending(c: Call): Promise<Page> {
    const { cursor, limit } = queryIn(pageQuery, c)
    const { versions, next } = await pendingVersions(registry, cursor, limit)
    const withPrevious = await Promise.all(
      versions.map(async (version) => ({ ...version, previous: previousOf(await versionsNamed(registry, version.listed.name), version) })),
    )
    return { title: 'Awaiting approval', content: pendingPage(withPrevious, approvals, next) }
  }

  async function server(c: Call): Promise<Page> {
    const { name, versions } = await named(c)
    return { title: name, content: serverPage(versions) }
  }

  async function version(c: Call): Promise<Page> {
    const { name, versions } = await named(c)
    const found = pick(versions, c.req.param('version'))
    const manifest = await manifests.read(found.state.digest)
    const content = versionPage({
      version: found,
      manifest,
      needed: approvals,
      previous: previousOf(versions, found),
      proof: await proofs.proofOf(found.state.index, await signedHead()),
      lookAlikes: await othersWith(manifest),
    })
    return { title: `${name} ${manifest.version}`, content }
  }

  async function diff(c: Call): Promise<Page> {
    const { name, versions } = await named(c)
    const [from, to] = [pick(versions, c.req.query('from')), pick(versions, c.req.query('to'))]
    const [before, after] = await Promise.all([manifests.read(from.state.digest), manifests.read(to.state.digest)])
    return { title: `${name}: ${before.version} → ${after.version}`, content: diffPage(versions, before, after) }
  }

  async function statusNow(): Promise<Page> {
    return { title: 'Status', content: statusPage((await status.current()).status) }
  }

  /** @throws LockError `NOT_LISTED` */
  async function named(c: Call): Promise<{ readonly name: string; readonly versions: readonly Version[] }> {
    const versions = await versionsNamed(registry, `${c.req.param('space') ?? ''}/${c.req.param('own') ?? ''}`)
    const [newest] = versions
    if (newest === undefined) throw new LockError('NOT_LISTED', 'the registry has no server of this name')
    return { name: newest.listed.name, versions }
  }

  /** Servers of another name with the same surface, definition or description; each of them once. */
  async function othersWith({ name, surface }: Manifest): Promise<readonly LookAlike[]> {
    const digests = LIST_NAMES.flatMap((list) =>
      Object.values(entriesOf(surface[list]) ?? {}).flatMap(({ digest, parts }) => [
        digest,
        ...(parts?.description === undefined ? [] : [parts.description]),
      ]),
    )
    const found = new Map<string, LookAlike>()
    for (const digest of [surface.digest, ...digests].slice(0, ASKED)) {
      for (const other of await store.lookAlikes(digest)) {
        const key = `${nameKey(other.name)} ${other.kind === 'surface' ? '' : other.subject}`
        if (nameKey(other.name) === nameKey(name) || found.has(nameKey(other.name)) || found.has(key)) continue
        found.set(other.kind === 'surface' ? nameKey(other.name) : key, other)
        if (found.size === SHOWN) return [...found.values()]
      }
    }
    return [...found.values()]
  }

  async function answer(c: Call, path: string, make: (c: Call) => Promise<Page>): Promise<Response> {
    try {
      const [made, now] = await inTime(Promise.all([make(c), status.current()]), WITHIN)
      return await page(c, now.status, path, made, 200)
    } catch (error) {
      const problem = asProblem(error)
      if (problem === null) throw error
      const title = TITLES.get(problem.status) ?? 'Not understood'
      const content = html`<h1>${title}</h1>
        <p>${problem.detail.slice(0, 500)}</p>
        <p><a href="/">All servers</a></p>`
      return page(c, problem.status === 503 ? null : await lastStatus(), path, { title, content }, problem.status)
    }
  }

  /** Null where the store does not give it. */
  function lastStatus(): Promise<Status | null> {
    return inTime(status.current(), WITHIN).then(
      (now) => now.status,
      () => null,
    )
  }

  async function page(c: Call, now: Status | null, path: string, { title, content }: Page, code: number): Promise<Response> {
    const text = String(await layout(now, { title, path }, content))
    const { bytes, headers } = guarded(finished(text, HTML, 'no-cache'))
    return send(c, { bytes, headers: code === 503 ? { ...headers, 'retry-after': '1' } : headers }, code)
  }

  const pageAt = (path: string, summary: string, make: (c: Call) => Promise<Page>, query?: Route['query']): Route => ({
    method: 'get',
    path,
    summary,
    ...(query === undefined ? {} : { query }),
    answers: { 200: 'text/html' },
    handle: (c) => answer(c, path, make),
  })
  const file = (path: string, summary: string, type: string, bytes: string): Route => ({
    method: 'get',
    path,
    summary,
    answers: { 200: type },
    handle: (c) => send(c, guarded(finished(bytes, `${type}; charset=utf-8`, 'public, max-age=3600'))),
  })

  const routes = [
    pageAt('/', 'Page: the servers, and a search', servers, searchQuery),
    pageAt('/pending', 'Page: what awaits approval', pending, pageQuery),
    pageAt('/status', 'Page: what is revoked or paused', statusNow),
    pageAt('/servers/:space/:own', 'Page: a server with its versions', server),
    pageAt('/servers/:space/:own/versions/:version', 'Page: a version with all that it declares', version),
    pageAt('/servers/:space/:own/diff', 'Page: what changed from one version to another (`from`, `to`)', diff),
    file('/pages.css', 'The stylesheet of the pages', 'text/css', STYLESHEET),
    file('/icon.svg', 'The icon of the pages', 'image/svg+xml', ICON),
  ]
  const nothing = async (): Promise<Page> => {
    throw new LockError('ADDRESS_UNKNOWN', 'there is nothing at this address')
  }
  return { routes, notFound: (c) => answer(c, '', nothing) }
}

const TITLES = new Map([
  [404, 'Not here'],
  [503, 'Not now'],
])

/** Published just before. */
function previousOf(versions: readonly Version[], { listed }: Version): string | null {
  return versions[versions.findIndex((one) => one.listed.version === listed.version) + 1]?.listed.version ?? null
}

/** @throws LockError `NOT_LISTED` */
function pick(versions: readonly Version[], wanted: string | undefined): Version {
  const found = versions.find(({ listed, isLatest }) => (wanted === 'latest' ? isLatest : listed.version === wanted))
  if (found === undefined) throw new LockError('NOT_LISTED', 'the server has no such version')
  return found
}

function guarded({ bytes, headers }: Finished): Finished {
  return { bytes, headers: { ...headers, 'content-security-policy': POLICY, 'cross-origin-resource-policy': 'same-origin' } }
}
