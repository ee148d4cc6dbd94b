/** What clients read, as a share of what a bare Hono route answers of the same size: in turn, so that both meet the same machine. */
import { sha256 } from '../../core/json/digest.ts'
import type { Storage } from '../../test/e2e/registry-process.ts'
import { atLeast, atMost, row, type Target } from '../row.ts'
import type { BareQuestions } from './bare.ts'
import { startChild, type Child } from './child.ts'
import { manifestAt, nameAt } from './fill.ts'
import { inRounds, type Asked, type Share } from './in-rounds.ts'
import type { LoadQuestions } from './load.ts'
import type { ServerQuestions } from './server.ts'

const url = (file: string): URL => new URL(file, import.meta.url)
const versionPath = (index: number): string => `/v1/servers/${encodeURIComponent(nameAt(index))}/versions/1.0.0`
const manifestPath = (index: number): string => `/v1/manifests/${sha256(manifestAt(index))}`
const VERSION_ROUTE = '/v1/servers/:name/versions/:version'

/** Different records that are asked for, so that no page of a database is near by chance. */
const SAMPLE = 50_000

/** A registry that answers from a store of so many records. */
type Served = AsyncDisposable & {
  readonly size: number
  readonly server: Child<ServerQuestions>
  readonly cached: Asked
  readonly uncachedVersions: Asked
  readonly uncachedManifests: Asked
  readonly notModified: Asked
}

export async function reads(kind: string, stores: readonly { readonly size: number; readonly storage: Storage }[]): Promise<void> {
  await using loads = startChild<LoadQuestions>(url('load.ts'))
  const all: Served[] = []
  try {
    for (const { size, storage } of stores) {
      const served = await serve(size, storage)
      all.push(served)
      await readRows(`${kind}, ${size}`, served, loads)
    }
    const [smallest, largest] = [all[0], all.at(-1)]
    if (smallest === undefined || largest === undefined || smallest === largest) return
    const sizes = `${largest.size} / ${smallest.size} rows, ${kind}`
    say(`cached, ${sizes}`, await inRounds(loads, largest.cached, smallest.cached), atLeast(0.8))
    say(`uncached, ${sizes}`, await inRounds(loads, largest.uncachedManifests, smallest.uncachedManifests), atLeast(0.8))
  } finally {
    for (const served of all) await served[Symbol.asyncDispose]()
  }
}

async function readRows(which: string, served: Served, loads: Child<LoadQuestions>): Promise<void> {
  const { server, cached, uncachedManifests, uncachedVersions, notModified } = served
  say(`cached with proof, ${which}`, await againstBare(loads, cached, VERSION_ROUTE, versionPath(0)), atLeast(0.8))
  say(`uncached by digest, ${which}`, await againstBare(loads, uncachedManifests, '/v1/manifests/:digest', manifestPath(0)), atLeast(0.45))
  say(`uncached with proof, ${which}`, await againstBare(loads, uncachedVersions, VERSION_ROUTE, versionPath(0)), atLeast(0.45))
  say(`status 304, ${which}`, await againstBare(loads, notModified, '/v1/status', '/v1/status'), atLeast(1.1))
  row(`hot proof, ${which}`, await server.ask('proof'), atMost(20, 'µs'), '')
}

async function serve(size: number, storage: Storage): Promise<Served> {
  const server = startChild<ServerQuestions>(url('server.ts'))
  const { port, uncached } = await server.ask('open', { storage })
  const etag = (await fetch(`http://127.0.0.1:${port}/v1/status`)).headers.get('etag')
  const some = Array.from({ length: Math.min(size, SAMPLE) }, () => Math.floor(Math.random() * size))
  const [ours, theirs] = [
    { server, port, status: '200' },
    { server, port: uncached, status: '200' },
  ]
  return {
    size,
    server,
    cached: { ...ours, requests: [get(versionPath(0))] },
    uncachedVersions: { ...theirs, requests: some.map((index) => get(versionPath(index))) },
    uncachedManifests: { ...theirs, requests: some.map((index) => get(manifestPath(index))) },
    notModified: { ...ours, requests: [get('/v1/status', `if-none-match: ${etag}\r\n`)], status: '304' },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** The same bytes from a bare route at the same address. */
async function againstBare(loads: Child<LoadQuestions>, subject: Asked, route: string, path: string): Promise<Share> {
  const answer = await fetch(`http://127.0.0.1:${subject.port}${path}`)
  const type = answer.headers.get('content-type') ?? ''
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const body = type.startsWith('application/json') ? Buffer.from(bytes).toString() : bytes
  await using bare = startChild<BareQuestions>(url('bare.ts'))
  const port = await bare.ask('open', { route, body, type })
  return await inRounds(loads, subject, { server: bare, port, requests: [get(path)], status: '200' })
}

function say(what: string, { ratio, processor, subject, base }: Share, target: Target): void {
  const of = ({ perSecond, p99 }: Share['base']): string => `${perSecond.toFixed(0)}/s, p99 ${p99.toFixed(1)} ms`
  row(what, ratio, target, `${of(subject)} against ${of(base)}; by processor time ${processor.toFixed(2)} ×`)
}

function get(path: string, more = ''): string {
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${more}\r\n`
}
