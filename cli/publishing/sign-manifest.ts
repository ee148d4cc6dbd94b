/** A manifest statement for any registry, in a file: for authors who publish elsewhere, and its way into ours. */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import {
  digestOf,
  formatManifest,
  judgeManifest,
  manifestDigest,
  parseManifest,
  parseStatement,
  type Manifest,
} from '../../core/registry/index.ts'
import { sha256 } from '../../core/json/digest.ts'
import { openEnvelope } from '../../core/signing/envelope.ts'
import { MAX_BUNDLE } from '../../core/signing/limits.ts'
import { MAX_MANIFEST } from '../../core/registry/manifest.ts'
import { displaySafe } from '../../core/text.ts'
import { policyInForce } from '../project/policy-in-force.ts'
import { findRoot } from '../project/project.ts'
import { consent } from '../signing/consent.ts'
import { prepare } from '../signing/prepare.ts'
import { nameOf } from '../signing/who-signs.ts'
import { readNamedFile, writeFileAtomic } from '../world/files.ts'
import type { World } from '../world/world.ts'
import { historyOf, type Opened } from './desk.ts'
import { send, signStatement, type FilingOptions } from './file-statement.ts'
import { manifestStatement } from './manifest-statement.ts'
import { wordManifest } from './publish.ts'

const SUFFIX = '.sigstore.json'

/** Signs the manifest of a file into a bundle beside it. @throws LockError, and nothing is written then */
export async function signManifest(file: string, manifest: Manifest, options: FilingOptions, world: World): Promise<void> {
  const inForce = await policyInForce(await findRoot(world), null, null, world.cwd)
  const anybody = { signers: inForce.policy.signers, require: () => {} }
  const prepared = await prepare(options, inForce, anybody, world)
  const statement = manifestStatement(manifest, prepared.identity, { role: 'author', registry: null, previous: null })
  const publications = prepared.publication === null ? [] : [prepared.publication]
  await consent(
    prepared.identity,
    { what: `${wordManifest(manifest)}, as its author, for any registry`, publications, yes: options.yes },
    world,
  )
  const bundle = await signStatement(statement, prepared, inForce)
  if (world.signal.aborted) throw new LockError('INTERRUPTED', 'stopped before the bundle was written')
  await writeFileAtomic(resolve(world.cwd, `${file}${SUFFIX}`), bundle)
  const shown = displaySafe(`${file}${SUFFIX}`, 300)
  world.stderr(`wrote ${shown}: signed by ${nameOf(prepared.identity)}; to send it: mcp-lock publish --statement ${shown}\n`)
}

/** @throws LockError `FILE_UNREADABLE`, `MANIFEST_INVALID` */
export async function readManifestFile(file: string, world: World): Promise<Manifest> {
  return parseManifest(Buffer.from(await readNamedFile('file', file, world.cwd, MAX_MANIFEST)))
}

/** Sends what was signed before, with the manifest beside it. @throws LockError, and nothing is sent then */
export async function sendSigned(file: string, { yes }: Pick<FilingOptions, 'yes'>, opened: Opened, world: World): Promise<void> {
  if (!file.endsWith(SUFFIX)) throw new LockError('USAGE', `--statement: expected a file of \`mcp-lock sign\`, FILE${SUFFIX}`)
  const bundle = await readNamedFile('file', file, world.cwd, MAX_BUNDLE)
  const manifest = await readManifestFile(file.slice(0, -SUFFIX.length), world)
  const { identity, payload } = openEnvelope(bundle, opened.trust.bundles)
  const statement = parseStatement(payload)
  const text = formatManifest(manifest)
  if (digestOf(statement) !== manifestDigest(text))
    throw new LockError('MANIFEST_MISMATCH', 'the manifest beside it is not the one that was signed')
  const refusal = judgeManifest({ identity, statement }, manifest, await historyOf(manifest.name, opened), opened.trust.rules)
  if (refusal !== null) throw new LockError(refusal.code, displaySafe(refusal.detail, 1_000))
  const host = displaySafe(opened.api.url.host, 200)
  const publications = [`the manifest, the statement and who signed it become public at ${host}, and stay in its log`]
  await consent(identity, { verb: 'send', what: wordManifest(manifest), publications, yes }, world)
  await send({ bundle, manifest: text.toString() }, sha256(payload), identity, opened, world)
}
