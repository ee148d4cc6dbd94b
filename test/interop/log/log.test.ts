/** The registry's log over HTTP, against golang.org/x/mod and tessera, in both directions. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { serve } from '@hono/node-server'
import { LockError } from '../../../core/codes/errors.ts'
import {
  checkProof,
  formatProof,
  formatRecord,
  formatVerifier,
  hashInTile,
  hashRange,
  inclusionRanges,
  noteSigner,
  openCheckpoint,
  parseEntries,
  parseVerifier,
  rootOf,
  tileOf,
  tilePath,
  tilesFor,
  type Node,
  type NoteVerifier,
} from '../../../core/registry/index.ts'
import { createRegistry, sqliteStore, type Store } from '../../../registry-server/index.ts'
import { logKey, options, ORIGIN, pemOf } from '../../registry-fixtures.ts'
import { temporary } from '../../world.ts'
import { buildLogcheck, GO } from './logcheck.ts'

const SIZES = [1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000]
const skip = GO ? false : 'Go is not installed'
const log = noteSigner(ORIGIN, 'ed25519', pemOf(logKey))

/** Records until the log has so many; what they say is of no matter to its tree. */
async function fill(store: Store, size: number): Promise<void> {
  for (let at = (await store.head()).size; at < size; at = (await store.head()).size) {
    const writes = Array.from({ length: Math.min(1_000, size - at) }, (_, i) => writeOf(at + i))
    await store.append(writes, () => null)
  }
}

function writeOf(index: number): Parameters<Store['append']>[0][number] {
  const name = `com.acme/n${index}`
  const hex = index.toString(16).padStart(64, '0')
  const digest = `sha256:${hex}` as const
  const predicate = {
    registry: ORIGIN,
    seen: { size: 0, root: Buffer.alloc(32).toString('base64') },
    action: 'deprecate',
    target: { kind: 'name', name },
  } as const
  return {
    statement: { kind: 'control', subject: { name: ORIGIN, sha256: hex }, predicate },
    identity: { kind: 'key', digest },
    record: { v: 1, kind: 'control', action: 'deprecate', name, statement: digest, bundle: digest, signer: { spki: digest } },
    payload: Buffer.from('{}'),
    bundle: Buffer.from('{}'),
    manifest: null,
    closure: null,
    received: 0,
  }
}

async function address(t: TestContext, store: Store): Promise<string> {
  const { fetch } = createRegistry(options({ store }))
  const server = serve({ fetch, hostname: '127.0.0.1', port: 0 })
  t.after(() => new Promise((resolve) => server.close(resolve)))
  await new Promise((resolve) => server.once('listening', resolve))
  const at = server.address()
  assert.ok(at !== null && typeof at === 'object')
  return `http://127.0.0.1:${at.port}/log/`
}

test('x/mod and tessera verify checkpoint, tiles, entries and proofs of our log at every size', { skip }, async (t) => {
  const logcheck = await buildLogcheck(await temporary(t))
  const store = sqliteStore(':memory:')
  const url = await address(t, store)
  for (const size of SIZES) {
    await fill(store, size)
    const indexes = [...new Set([0, 255, 256, 65_535, size - 1])].filter((index) => index < size)
    const said = await logcheck('read', url, formatVerifier(log), String(size), ...indexes.map(String))
    assert.equal(said, `ok ${size}\n`)
  }
  const [first] = await store.records(0, 1)
  assert.deepEqual(Buffer.from(first ?? []), formatRecord(writeOf(0).record))
})

test('a log that Go wrote verifies here, and no byte of checkpoint or proof can be another', { skip }, async (t) => {
  const folder = await temporary(t)
  const logcheck = await buildLogcheck(folder)
  for (const size of SIZES) {
    const written = join(folder, String(size))
    const verifier = parseVerifier((await logcheck('write', written, 'go.example/log', String(size))).trim())
    await checkWritten(written, size, verifier)
  }
})

async function checkWritten(folder: string, size: number, verifier: NoteVerifier): Promise<void> {
  const note = await readFile(join(folder, 'checkpoint'), 'utf8')
  const { root, size: stated } = openCheckpoint(note, verifier)
  assert.equal(stated, size)
  const tiles = new Map<string, Buffer>()
  const read = async (path: string): Promise<Buffer> => {
    const bytes = tiles.get(path) ?? (await readFile(join(folder, path)))
    tiles.set(path, bytes)
    return bytes
  }
  const hasher = async (ranges: ReturnType<typeof inclusionRanges>): Promise<(node: Node) => Uint8Array> => {
    const found = new Map<string, Buffer>()
    for (const tile of tilesFor(ranges, size)) found.set(tilePath(tile), await read(tilePath(tile)))
    return (node) => hashInTile(node, found.get(tilePath(tileOf(node, size))) as Buffer)
  }
  assert.deepEqual(Buffer.from(rootOf(size, await hasher([{ start: 0, end: size }]))), Buffer.from(root))
  for (const index of [0, size - 1]) {
    const ranges = inclusionRanges(index, size)
    const hashOf = await hasher(ranges)
    const hashes = ranges.map((range) => hashRange(range, hashOf))
    const tile = { level: 0, index: Math.floor(index / 256), width: Math.min(256, size - Math.floor(index / 256) * 256) }
    const record = parseEntries(await read(tilePath(tile, 'entries')))[index % 256]
    assert.equal(Buffer.from(record ?? []).toString(), `record ${index}`)
    const proof = formatProof({ index, hashes, checkpoint: note })
    assert.equal(checkProof(proof, Buffer.from(record ?? []), verifier).index, index)
    for (let at = 0; at < proof.length; at++) refuse(proof, at, Buffer.from(record ?? []), verifier)
  }
}

function refuse(proof: string, at: number, record: Uint8Array, verifier: NoteVerifier): void {
  const changed = Buffer.from(proof)
  changed[at] = (changed[at] ?? 0) ^ 1
  assert.throws(
    () => checkProof(changed.toString(), record, verifier),
    (error) => error instanceof LockError,
    `byte ${at} flipped`,
  )
}
