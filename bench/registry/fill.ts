/**
 * A log of any length: one publication under as many names, appended as any other. Everything in it is what it would be,
 * tiles and digests too, but the signatures: one was made, and stands in every bundle.
 */
import { createHash } from 'node:crypto'
import { sha256 } from '../../core/json/digest.ts'
import { formatManifest, parseStatement, recordOf } from '../../core/registry/index.ts'
import type { Judge, Store, Write } from '../../registry-server/store.ts'
import { manifestOf, observer, publication } from '../../test/registry-fixtures.ts'

/** All of one length, so that a name can stand in another's place. */
export const nameAt = (index: number): string => `com.acme/s${String(index).padStart(7, '0')}`

/** About 2 KB, which no database makes smaller. */
const TEXT = createHash('shake256', { outputLength: 1350 }).update('manifest').digest('base64')
const FIRST = manifestOf(nameAt(0), '1.0.0', TEXT)
const MANIFEST = formatManifest(FIRST).toString()
const BUNDLE = publication(FIRST).bundle
const ENCODED = /"payload":"([^"]+)"/.exec(BUNDLE)?.[1] ?? ''
const PAYLOAD = Buffer.from(ENCODED, 'base64').toString()
const FIRST_SHA256 = sha256(MANIFEST).slice('sha256:'.length)
const STATEMENT = parseStatement(Buffer.from(PAYLOAD))
/** Of all that every record is made of. */
export const RECIPE = sha256(MANIFEST + PAYLOAD).slice('sha256:'.length)
const IDENTITY = { kind: 'key', digest: sha256(observer.pem) } as const

export function manifestAt(index: number): Buffer {
  return Buffer.from(MANIFEST.replace(nameAt(0), nameAt(index)))
}

export function writeAt(index: number): Write {
  if (STATEMENT.kind !== 'manifest') throw new Error('what was published is no manifest')
  const name = nameAt(index)
  const manifest = manifestAt(index)
  const digest = sha256(manifest).slice('sha256:'.length)
  const payload = Buffer.from(PAYLOAD.replaceAll(nameAt(0), name).replace(FIRST_SHA256, digest))
  const statement = {
    ...STATEMENT,
    subject: { name: `${name}@1.0.0`, sha256: digest },
    predicate: { ...STATEMENT.predicate, name },
  }
  const bundle = Buffer.from(BUNDLE.replace(ENCODED, payload.toString('base64')))
  return {
    statement,
    identity: IDENTITY,
    record: recordOf(statement, IDENTITY, payload, bundle),
    payload,
    bundle,
    manifest: { bytes: manifest, document: { ...FIRST, name }, metadata: {} },
    closure: null,
    received: 1_700_000_000_000 + index,
  }
}

export const everybodyMay: Judge = () => null

const BATCH = 2_000

/** Goes on where it was left. */
export async function fill(store: Store, size: number): Promise<void> {
  for (let from = (await store.head()).size; from < size; from += BATCH) {
    const count = Math.min(BATCH, size - from)
    await store.append(
      Array.from({ length: count }, (_, i) => writeAt(from + i)),
      everybodyMay,
    )
  }
}
