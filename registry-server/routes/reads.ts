/** What clients read before they connect: versions with all that proves them, objects by digest, the status. */
import type { Context, Hono } from 'hono'
import { LockError } from '../../core/codes/errors.ts'
import { nameKey, versionsOf } from '../../core/registry/index.ts'
import type { Env } from '../app.ts'
import { proofOf } from '../log-reader.ts'
import { etagOf, type Registry } from '../registry.ts'

const IMMUTABLE = 'public, max-age=31536000, immutable'

export function addReads(app: Hono<Env>, registry: Registry): void {
  const { store, policy, clock, status, checkpoint } = registry

  /** All versions of a name and their state: what the registry says, which a client does not believe. */
  app.get('/v1/servers/:name/versions', async (c) => {
    const name = c.req.param('name')
    const history = { size: (await store.head()).size, accepted: await store.logged(name) }
    const versions = versionsOf(history, name, policy.rules, clock())
    if (versions.length === 0) throw new LockError('NOT_LISTED', `the registry has no \`${name}\``)
    return c.json({ name: versions[0]?.name, versions })
  })

  /** One version with every statement that bears on it, each with its proof: what a client checks. */
  app.get('/v1/servers/:name/versions/:version', async (c) => {
    const name = c.req.param('name')
    const listed = await store.versions(name)
    const wanted = c.req.param('version')
    const found = listed.find(({ version, isLatest }) => (wanted === 'latest' ? isLatest : version === wanted))
    if (found === undefined) throw new LockError('NOT_LISTED', `the registry has no \`${name}@${wanted}\``)
    const head = await store.head()
    const signed = checkpoint(head)
    const logged = (await store.logged(name)).filter(({ index }) => index < head.size)
    const statements = await Promise.all(
      logged.map(async ({ index, record, bundle }) => ({
        index,
        record: Buffer.from(record).toString(),
        bundle: Buffer.from((await store.object(bundle)) ?? []).toString(),
        proof: await proofOf(index, head, signed, store),
      })),
    )
    const { text } = await status.current()
    return c.json({ name: found.name, version: found.version, manifest: found.manifest, key: nameKey(name), statements, status: text })
  })

  for (const kind of ['manifests', 'bundles', 'closures']) {
    app.get(`/v1/${kind}/:digest`, async (c) => {
      const bytes = await store.object(c.req.param('digest'))
      if (bytes === null) throw new LockError('NOT_LISTED', 'the registry has nothing of this digest')
      return immutable(c, bytes)
    })
  }

  app.get('/v1/digests/:digest', async (c) => {
    const digest = c.req.param('digest')
    return c.json({ digest, matches: await store.lookAlikes(digest) })
  })

  app.get('/v1/status', async (c) => {
    const { text, etag } = await status.current()
    const headers = { etag, 'content-type': 'application/json', 'cache-control': 'no-cache' }
    return c.req.header('if-none-match') === etag ? c.body(null, 304, headers) : c.body(text, 200, headers)
  })
}

function immutable(c: Context<Env>, bytes: Uint8Array): Response {
  const etag = etagOf(bytes)
  const headers = { etag, 'content-type': 'application/octet-stream', 'cache-control': IMMUTABLE }
  return c.req.header('if-none-match') === etag ? c.body(null, 304, headers) : c.body(Buffer.from(bytes), 200, headers)
}
