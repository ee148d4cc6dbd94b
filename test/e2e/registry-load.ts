/** Publishes to replicas of a registry, whatever becomes of them, and knows what it was answered; then looks at the log. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkPin } from '../../cli/registry/check-registry.ts'
import {
  checkProof,
  edgeTiles,
  formatRecord,
  formatVerifier,
  grow,
  leafHash,
  noteSigner,
  openCheckpoint,
  parseEntries,
  parseVerifier,
  tilePath,
  widthAt,
  type Checkpoint,
  type LogRecord,
  type TileBytes,
} from '../../core/registry/index.ts'
import { client } from '../registry-checking.ts'
import { logKey, manifestOf, ORIGIN, pemOf, post, publication, type Requests } from '../registry-fixtures.ts'
import { trustOf } from '../registry-liar.ts'
import { pinOf } from '../registry-pins.ts'
import type { Replica } from './registry-process.ts'

const log = parseVerifier(formatVerifier(noteSigner(ORIGIN, 'ed25519', pemOf(logKey))))

export type Seen = {
  /** The record of each answered publication, by its index. */
  readonly answered: Map<number, string>
  /** The proof of each, as it was answered. */
  readonly proofs: Map<number, string>
  /** Publications, by number, without an answer so far. */
  readonly unanswered: Set<number>
  /** Roots by size, of every head that anybody was shown. */
  readonly heads: Map<number, string>
  /** Answered publications that had been written before, and not answered. */
  again: number
  /** Whatever a client that remembers found right. */
  checks: number
}

export function nothingSeen(): Seen {
  return { answered: new Map(), proofs: new Map(), unanswered: new Set(), heads: new Map(), again: 0, checks: 0 }
}

const never = (): boolean => false

/** Publishes number `n` until it is answered, at whichever replica is there; or it is over, or an answer is lost and it `givesUp`. */
export async function publish(n: number, replicas: readonly Replica[], seen: Seen, isOver = never, givesUp = never): Promise<void> {
  const body = publication(manifestOf(`com.acme/s${n}`))
  seen.unanswered.add(n)
  for (let turn = n; ; turn++) {
    const url = replicas[turn % replicas.length]?.url() ?? null
    const answer = url === null ? null : await ask(`${url}/v1/statements`, post(body))
    if (answer !== null) {
      assert.ok(answer.status === 200 || answer.status === 201, answer.text)
      const { index, record, proof } = JSON.parse(answer.text) as {
        index: number
        record: LogRecord
        proof: string
      } // else the next lines fail
      const bytes = formatRecord(record)
      assert.equal(record.name, `com.acme/s${n}`)
      const proven = checkProof(proof, bytes, log)
      assert.equal(proven.index, index)
      seeHead(proven.checkpoint, seen)
      assert.ok(!seen.answered.has(index), `index ${index} was given twice`)
      seen.answered.set(index, bytes.toString())
      seen.proofs.set(index, proof)
      if (answer.status === 200) seen.again++
      seen.unanswered.delete(n)
      return
    }
    if (isOver() || (url !== null && givesUp())) return
    await sleep(5)
  }
}

/** Null where there was no whole answer, or the registry is busy. */
async function ask(url: string, init?: RequestInit): Promise<{ readonly status: number; readonly text: string } | null> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(60_000) })
    const text = await response.text()
    return response.status === 503 ? null : { status: response.status, text }
  } catch {
    return null
  }
}

/** One log has one root at each size. */
function seeHead({ size, root }: Checkpoint, { heads }: Seen): void {
  const text = Buffer.from(root).toString('base64')
  assert.equal(heads.get(size) ?? text, text, `a fork at ${size} records`)
  heads.set(size, text)
}

/** A client that looks at the head now and then, at whichever replica, and never sees it go back. */
export async function observe(replicas: readonly Replica[], seen: Seen, isOver: () => boolean): Promise<void> {
  let last = 0
  for (let turn = 0; !isOver(); turn++) {
    const url = replicas[turn % replicas.length]?.url() ?? null
    const answer = url === null ? null : await ask(`${url}/log/checkpoint`)
    if (answer !== null) {
      const head = openCheckpoint(answer.text, log)
      const { size } = head
      seeHead(head, seen)
      assert.ok(size >= last, `the log went back from ${last} to ${size} records`)
      last = size
    }
    await sleep(10)
  }
}

/** A client that checks what was answered, by its proof too, at whichever replica, and remembers what it has seen of log and status. */
export async function checkAgain(replicas: readonly Replica[], seen: Seen, isOver: () => boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-lock-client-'))
  const over = { approvals: 0 }
  const trust = trustOf(over)
  for (let turn = 0; !isOver(); turn++) {
    const proven = [...seen.proofs]
    const [index = 0, proof] = proven[Math.floor(Math.random() * proven.length)] ?? []
    const url = replicas[turn % replicas.length]?.url() ?? null
    if (proof !== undefined && url !== null) {
      const { name = '' } = JSON.parse(seen.answered.get(index) ?? '') as LogRecord // as it was proven
      const requests: Requests = async (path, init) => fetch(`${url}${path}`, init).catch(() => new Response(null, { status: 503 }))
      const pin = { ...pinOf(manifestOf(name)), registry: { name, version: '1.0.0', proof } }
      const { findings } = await checkPin('notes', pin, client(folder, requests, { over, trust, name }))
      const refused = findings.filter(({ code }) => code !== 'MCP_REGISTRY_UNREACHABLE')
      assert.deepEqual(refused, [])
      if (findings.length === 0) seen.checks++
    }
    await sleep(50)
  }
  await rm(folder, { recursive: true, force: true })
}

/** Reads the whole log as anybody can, and compares it with all that was ever said. Returns how many records there are. */
export async function audit(
  url: string,
  { answered, unanswered, heads }: Seen,
): Promise<{ readonly records: number; readonly late: number }> {
  const { size, root } = openCheckpoint(await (await fetch(`${url}/log/checkpoint`)).text(), log)
  const records: Uint8Array[] = []
  for (let index = 0; records.length < size; index++) {
    const path = tilePath({ level: 0, index, width: widthAt(0, index, size) }, 'entries')
    records.push(...parseEntries(new Uint8Array(await (await fetch(`${url}/log/${path}`)).arrayBuffer())))
  }
  const roots = rootsAt(new Set([...heads.keys(), size]), records)
  assert.equal(Buffer.from(root).toString('base64'), roots.get(size))
  // Whatever two heads were shown, one begins the other.
  for (const [n, shown] of heads) assert.equal(roots.get(n), shown, `the head of ${n} records`)
  const texts = records.map((record) => Buffer.from(record).toString())
  for (const [index, record] of answered) assert.equal(texts[index], record, `record ${index} was answered and is another`)
  const names = texts.map((text) => (JSON.parse(text) as LogRecord).name)
  assert.equal(new Set(names).size, size, 'a publication is there twice')
  const late = names.filter((name) => unanswered.has(Number(name?.slice('com.acme/s'.length)))).length
  assert.equal(answered.size + late, size, 'records that nobody sent')
  return { records: size, late }
}

/** The roots, in base64, of the first records at each of the sizes; growing from one to the next. */
function rootsAt(sizes: ReadonlySet<number>, records: readonly Uint8Array[]): Map<number, string> {
  const leaves = records.map(leafHash)
  const tiles = new Map<string, TileBytes>()
  const roots = new Map<number, string>()
  let from = 0
  for (const size of [...sizes].toSorted((a, b) => a - b)) {
    const edge = edgeTiles(from).flatMap(({ level, index }) => tiles.get(`${level}/${index}`) ?? [])
    const grown = grow(from, leaves.slice(from, size), edge)
    for (const tile of grown.tiles) tiles.set(`${tile.level}/${tile.index}`, tile)
    roots.set(size, Buffer.from(grown.root).toString('base64'))
    from = size
  }
  return roots
}
