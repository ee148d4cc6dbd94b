import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { LockError } from '../core/codes/errors.ts'
import { openCheckpoint, signCheckpoint } from '../core/log/checkpoint.ts'
import { formatEntries, parseEntries } from '../core/log/entries.ts'
import { formatNote, formatVerifier, noteSigner, parseNote, parseVerifier, signNote, verifiedBy } from '../core/log/note.ts'
import { checkProof, formatProof } from '../core/log/proof.ts'
import { hashInTile, parseTilePath, tileOf, tilePath, tilesFor, widthAt } from '../core/log/tile.ts'
import { hashRange, inclusionRanges, leafHash, nodeHash, rootOf, type Hash, type Node } from '../core/log/tree.ts'

const newPem = (): string => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const log = noteSigner('log.example/acme', 'ed25519', newPem())
const witness = noteSigner('witness.example/one', 'cosignature', newPem())

/** The documentation of Go's sumdb/note package has this key and note. */
const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const GO_NOTE =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

function code(of: () => unknown): string {
  try {
    of()
  } catch (error) {
    if (error instanceof LockError) return error.code
    throw error
  }
  return 'accepted'
}

test('a note of another implementation verifies, and no other text does', () => {
  const verifier = parseVerifier(GO_KEY)
  assert.equal(formatVerifier(verifier), GO_KEY)
  assert.ok(verifiedBy(parseNote(GO_NOTE), verifier))
  assert.equal(formatNote(parseNote(GO_NOTE)), GO_NOTE)
  assert.equal(
    code(() => verifiedBy(parseNote(GO_NOTE.replace('think', 'Think')), verifier)),
    'NOTE_INVALID',
  )
  assert.ok(!verifiedBy(parseNote(GO_NOTE), log))
})

test('any byte of a checkpoint changed: refused, and never anything but refused', () => {
  const note = Buffer.from(signCheckpoint({ origin: log.name, size: 7, root: leafHash(Buffer.from('a')) }, log))
  assert.equal(openCheckpoint(note.toString(), log).size, 7)
  for (let i = 0; i < note.length; i++) {
    const changed = Buffer.from(note)
    changed[i] = (changed[i] as number) ^ 1
    assert.match(
      code(() => openCheckpoint(changed.toString(), log)),
      /^(NOTE_INVALID|CHECKPOINT_UNTRUSTED)$/,
      `byte ${i}`,
    )
  }
  fc.assert(
    fc.property(fc.string(), (text) =>
      assert.match(
        code(() => openCheckpoint(text, log)),
        /^NOTE_INVALID$/,
      ),
    ),
  )
})

test('witnesses count by the threshold', () => {
  const note = parseNote(signCheckpoint({ origin: log.name, size: 1, root: leafHash(Buffer.from('a')) }, log))
  const cosigned = formatNote({ ...note, signatures: [...note.signatures, signNote(note.text, witness, 1_700_000_000)] })
  const policy = { verifiers: [parseVerifier(formatVerifier(witness))], threshold: 1 }
  assert.equal(openCheckpoint(cosigned, log, policy).size, 1)
  assert.equal(
    code(() => openCheckpoint(formatNote(note), log, policy)),
    'CHECKPOINT_UNTRUSTED',
  )
  assert.equal(
    code(() => openCheckpoint(cosigned, log, { ...policy, threshold: 2 })),
    'CHECKPOINT_UNTRUSTED',
  )
  assert.equal(
    code(() => openCheckpoint(cosigned, { ...log, name: 'log.example/other' })),
    'CHECKPOINT_UNTRUSTED',
  )
})

test('tiles have the paths of C2SP', () => {
  assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067')
  assert.equal(tilePath({ level: 1, index: 0, width: 17 }), 'tile/1/000.p/17')
  assert.equal(tilePath({ level: 0, index: 3, width: 256 }, 'entries'), 'tile/entries/003')
  const parts = [fc.integer({ min: 0, max: 63 }), fc.integer({ min: 0, max: 2 ** 50 }), fc.integer({ min: 1, max: 256 })] as const
  fc.assert(
    fc.property(...parts, (level, index, width) => {
      const tile = { level, index, width }
      assert.deepEqual(parseTilePath(tilePath(tile)), { tile, kind: 'hashes' })
    }),
  )
  for (const path of ['tile/0/0', 'tile/64/000', 'tile/00/000', 'tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/x000/001', 'tile/0/../001'])
    assert.equal(parseTilePath(path), null, path)
  // The example of the specification: a tree of 70,000.
  assert.deepEqual(
    [273, 274].map((at) => widthAt(0, at, 70_000)),
    [112, 0],
  )
  assert.deepEqual(
    [0, 1, 2].map((at) => widthAt(1, at, 70_000)),
    [256, 17, 0],
  )
  assert.equal(widthAt(2, 0, 70_000), 1)
})

test('roots and proofs come out of tiles alone', () => {
  const size = 70_000
  const leaves = Array.from({ length: size }, (_, i) => leafHash(Buffer.from(String(i))))
  const tiles = new Map<string, Hash[]>()
  for (let level = 0, hashes: Hash[] = leaves; hashes.length > 0; level++) {
    const above: Hash[] = []
    for (let at = 0; at < hashes.length; at += 256) {
      const tile = hashes.slice(at, at + 256)
      tiles.set(tilePath({ level, index: at / 256, width: tile.length }), tile)
      if (tile.length === 256) above.push(rootOfTile(Buffer.concat(tile)))
    }
    hashes = above
  }
  const asked = new Set<string>()
  const hashOf = (node: Node): Hash => {
    const path = tilePath(tileOf(node, size))
    asked.add(path)
    return hashInTile(node, Buffer.concat(tiles.get(path) as Hash[]))
  }
  const root = rootOf(size, hashOf)
  for (const index of [0, 255, 256, 65_535, 65_536, 69_999]) {
    const ranges = inclusionRanges(index, size)
    asked.clear()
    const hashes = ranges.map((range) => hashRange(range, hashOf))
    assert.deepEqual(
      [...asked].sort(),
      tilesFor(ranges, size)
        .map((tile) => tilePath(tile))
        .sort(),
    )
    const text = formatProof({ index, hashes, checkpoint: signCheckpoint({ origin: log.name, size, root }, log) })
    assert.equal(checkProof(text, Buffer.from(String(index)), log).index, index)
    assert.equal(
      code(() => checkProof(text, Buffer.from('x'), log)),
      'PROOF_INVALID',
    )
    const bytes = Buffer.from(text)
    for (let i = 0; i < bytes.length; i += 7) {
      const changed = Buffer.from(bytes)
      changed[i] = (changed[i] as number) ^ 1
      assert.notEqual(
        code(() => checkProof(changed.toString(), Buffer.from(String(index)), log)),
        'accepted',
        `byte ${i}`,
      )
    }
  }
})

/** The hash that stands for a full tile in the one above. */
function rootOfTile(bytes: Uint8Array): Hash {
  return nodeHash(hashInTile({ level: 7, index: 0 }, bytes), hashInTile({ level: 7, index: 1 }, bytes))
}

test('entry bundles are read as they were written; what ends within an entry is refused', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (records) => {
      const bytes = formatEntries(records)
      assert.deepEqual(
        parseEntries(bytes).map((one) => [...one]),
        records.map((one) => [...one]),
      )
      if (bytes.length > 0)
        assert.equal(
          code(() => parseEntries(bytes.subarray(0, -1))),
          'LOG_MALFORMED',
        )
    }),
  )
})
