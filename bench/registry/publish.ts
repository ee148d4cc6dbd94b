/** What is published: signed by certificates against the pool that verifies them, and by two replicas against one append per lock. */
import { formatManifest } from '../../core/registry/index.ts'
import type { Storage } from '../../test/e2e/registry-process.ts'
import { BY_JOB, manifestOf, manifestPayload } from '../../test/registry-fixtures.ts'
import { makeBundle, type SigningKey } from '../../test/sigstore/bundle.ts'
import type { Sigstore } from '../../test/sigstore/sigstore.ts'
import { certified, startWorkshop } from '../../test/sigstore/vector-workshop.ts'
import { median } from '../pairs.ts'
import { atLeast, row } from '../row.ts'
import { startChild } from './child.ts'
import type { LoadQuestions } from './load.ts'
import type { Audit, ServerQuestions } from './server.ts'
import type { WriterQuestions } from './writer.ts'

const url = (file: string): URL => new URL(file, import.meta.url)

const ROUNDS = 7
const BUNDLES = 120
const CONNECTIONS = 50

export async function signedPublications(kind: string, storage: Storage): Promise<void> {
  await using sigstore = await startWorkshop()
  await using server = startChild<ServerQuestions>(url('server.ts'))
  await using loads = startChild<LoadQuestions>(url('load.ts'))
  const { port } = await server.ask('open', { storage, root: JSON.stringify(sigstore.trustedRoot) })
  const key = certified(sigstore, 'ci')
  const ratios: number[] = []
  const rates: { readonly verified: number; readonly published: number; readonly p99: number }[] = []
  let accepted = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const sent = Array.from({ length: BUNDLES }, (_, i) => publicationAt(round * BUNDLES + i, sigstore, key))
    const verified = await server.ask(
      'verify',
      sent.map(({ bundle }) => bundle),
    )
    const { perSecond, p99, statuses } = await loads.ask('load', {
      port,
      requests: sent.map(posted),
      connections: CONNECTIONS,
      count: BUNDLES,
    })
    accepted += statuses['201'] ?? 0
    if (statuses['201'] !== BUNDLES) throw new Error(`publications were answered by ${JSON.stringify(statuses)}`)
    if (round === 0) continue
    ratios.push(perSecond / verified)
    rates.push({ verified, published: perSecond, p99 })
  }
  const [verified, published, p99] = (['verified', 'published', 'p99'] as const).map((of) =>
    median(rates.map((rate) => rate[of])).toFixed(0),
  )
  row(
    `publish / verify, Sigstore, ${kind}`,
    median(ratios),
    atLeast(0.8),
    `${published}/s, p99 ${p99} ms, against ${verified}/s in 2 threads`,
  )
  sayWhole(await server.ask('audit'), accepted)
}

function publicationAt(index: number, sigstore: Sigstore, key: SigningKey): { readonly bundle: string; readonly manifest: string } {
  const manifest = manifestOf(`io.github.acme/s${index}`)
  const bundle = makeBundle(sigstore, key, manifestPayload(manifest, BY_JOB), { rekor: 2, tsa: true })
  return { bundle: JSON.stringify(bundle), manifest: formatManifest(manifest).toString() }
}

function posted(sent: object): string {
  const body = JSON.stringify(sent)
  const head = `POST /v1/statements HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`
  return `${head}\r\n\r\n${body}`
}

const GATHERED = 2_000
const ALONE = 150

export async function replicas(storage: Storage): Promise<void> {
  await using one = startChild<WriterQuestions>(url('writer.ts'))
  await using other = startChild<WriterQuestions>(url('writer.ts'))
  await using server = startChild<ServerQuestions>(url('server.ts'))
  const writers = [one, other]
  for (const writer of writers) await writer.ask('open', storage)
  let next = 0
  let written = 0
  const together = async (how: 'gathered' | 'alone', count: number): Promise<number> => {
    for (const writer of writers) {
      await writer.ask('prepare', { from: next, count })
      next += count
    }
    const start = performance.now()
    const counts = await Promise.all(writers.map((writer) => writer.ask(how)))
    const seconds = (performance.now() - start) / 1000
    written += counts.reduce((sum, of) => sum + of, 0)
    return (writers.length * count) / seconds
  }
  const pairs: (readonly [number, number])[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const pair = [await together('gathered', GATHERED), await together('alone', ALONE)] as const
    if (round > 0) pairs.push(pair)
  }
  const [gathered, alone] = [median(pairs.map(([rate]) => rate)), median(pairs.map(([, rate]) => rate))]
  row(
    '2 replicas / one append per lock, PostgreSQL',
    median(pairs.map(([a, b]) => a / b)),
    atLeast(8),
    `${gathered.toFixed(0)}/s against ${alone.toFixed(0)}/s`,
  )
  await server.ask('open', { storage })
  sayWhole(await server.ask('audit'), written)
}

function sayWhole({ size, names, isWhole }: Audit, accepted: number): void {
  const good = isWhole && size === accepted && names === accepted
  console.log(
    good
      ? `  ${accepted} answered, ${size} records in the log, none twice, and its root is theirs`
      : `  LOST OR DOUBLED: ${accepted} answered, ${size} records about ${names} names, the root is ${isWhole ? '' : 'NOT '}theirs`,
  )
}
