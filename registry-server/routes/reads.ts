/** What clients read before they connect: versions with all that proves them, objects by digest, the status. */
import { LockError } from '../../core/codes/errors.ts'
import { nameKey, toHistory, versionsOf } from '../../core/registry/index.ts'
import { finished, finishedJson, IMMUTABLE, send, type Call, type Finished } from '../answer.ts'
import { digestIn, nameIn, versionIn } from '../parameters.ts'
import type { Registry } from '../registry.ts'
import type { Route } from './route.ts'
import { SHAPES } from './shapes.ts'

export function readRoutes(registry: Registry): readonly Route[] {
  const { store, policy, clock, status, signedHead, proofs, answers } = registry

  async function versions(c: Call): Promise<Response> {
    const name = nameIn(c)
    const history = toHistory((await store.head()).size, await store.logged(name))
    const states = versionsOf(history, policy.rules, clock())
    if (states.length === 0) throw new LockError('NOT_LISTED', `the registry has no \`${name}\``)
    return send(c, finishedJson({ name: states[0]?.name, versions: states }))
  }

  async function version(c: Call): Promise<Response> {
    const [name, wanted] = [nameIn(c), versionIn(c)]
    const { text, etag } = await status.current()
    return send(c, await answers.untilCommit(`${nameKey(name)} ${wanted}`, etag, () => document(name, wanted, text)))
  }

  /** Every record about the name and about everything, in one head. */
  async function document(name: string, wanted: string, statusText: string): Promise<Finished> {
    const found = (await store.versions(name)).find(({ version, isLatest }) => (wanted === 'latest' ? isLatest : version === wanted))
    if (found === undefined) throw new LockError('NOT_LISTED', `the registry has no \`${name}@${wanted}\``)
    const head = await signedHead()
    const served = (await store.served(name)).filter(({ index }) => index < head.size)
    const statements = await Promise.all(
      served.map(async ({ index, record, bundle }) => ({
        index,
        record: Buffer.from(record).toString(),
        bundle: Buffer.from(bundle).toString(),
        proof: await proofs.proofOf(index, head),
      })),
    )
    const { manifest, version } = found
    return finishedJson({ name: found.name, version, manifest, key: nameKey(name), statements, status: statusText })
  }

  async function object(c: Call): Promise<Response> {
    const digest = digestIn(c)
    return send(
      c,
      await answers.forever(digest, async () => {
        const bytes = await store.object(digest)
        if (bytes === null) throw new LockError('NOT_LISTED', 'the registry has nothing of this digest')
        return finished(Buffer.from(bytes), 'application/octet-stream', IMMUTABLE, digest)
      }),
    )
  }

  async function lookAlikes(c: Call): Promise<Response> {
    const digest = digestIn(c)
    return send(c, finishedJson({ digest, matches: await store.lookAlikes(digest) }))
  }

  async function currentStatus(c: Call): Promise<Response> {
    const { text, etag } = await status.current()
    return send(c, { bytes: text, headers: { etag, 'content-type': 'application/json', 'cache-control': 'no-cache' } })
  }

  return [
    {
      method: 'get',
      path: '/v1/servers/:name/versions',
      summary: 'All versions of a name and their state, as the registry sees it; a client does not believe it',
      answers: { 200: SHAPES.versions },
      handle: versions,
    },
    {
      method: 'get',
      path: '/v1/servers/:name/versions/:version',
      summary: 'One version, or `latest`, with every statement that bears on it and its proof: what a client checks',
      answers: { 200: SHAPES.version },
      handle: version,
    },
    ...(['manifests', 'bundles', 'closures'] as const).map((kind): Route => ({
      method: 'get',
      path: `/v1/${kind}/:digest`,
      summary: `One of the ${kind}, by the SHA-256 of its bytes`,
      answers: { 200: 'application/octet-stream' },
      handle: object,
    })),
    {
      method: 'get',
      path: '/v1/digests/:digest',
      summary: 'Who else serves the same definition, description, input schema or surface',
      answers: { 200: SHAPES.matches },
      handle: lookAlikes,
    },
    {
      method: 'get',
      path: '/v1/status',
      summary: 'What is revoked or paused, signed',
      answers: { 200: SHAPES.status },
      handle: currentStatus,
    },
  ]
}
