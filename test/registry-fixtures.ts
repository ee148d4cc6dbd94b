/** What tests of the registry sign and send: keys, manifests, submissions. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { hintOf, pae, PAYLOAD_TYPE, publicGood, publicKeyOf } from '../core/signing/index.ts'
import {
  formatManifest,
  formatStatement,
  GITHUB_DEFAULTS,
  manifestDigest,
  noteSigner,
  subjectOf,
  type ControlPredicate,
  type Manifest,
  type ManifestPredicate,
  type Rules,
} from '../core/registry/index.ts'
import { seal, sealEntry } from '../core/surface/surface.ts'
import { createRegistry, sqliteStore, type RegistryOptions } from '../registry-server/index.ts'

export type TestKey = { readonly secret: KeyObject; readonly pem: string }

export function newKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { secret: privateKey, pem: publicKey.export({ format: 'pem', type: 'spki' }).toString() }
}

export const ORIGIN = 'registry.example/log'
export const [observer, alice, bob, admin] = [newKey(), newKey(), newKey(), newKey()]
export const NAME = 'com.acme/notes'

export const rules: Rules = {
  origin: ORIGIN,
  publishers: [{ names: 'com.acme/*', role: 'observer', signers: [{ key: observer.pem }] }],
  approvers: [
    { person: 'alice', identities: [{ key: alice.pem }] },
    { person: 'bob', identities: [{ key: bob.pem }] },
  ],
  admins: [{ person: 'admin', identities: [{ key: admin.pem }] }],
  github: GITHUB_DEFAULTS,
  approvals: 1,
}

export const logKey = newKey()
export const statusKey = newKey()

export function options(over: Partial<RegistryOptions> = {}): RegistryOptions {
  return {
    store: sqliteStore(':memory:'),
    signer: { log: noteSigner(ORIGIN, 'ed25519', pemOf(logKey)), status: statusKey.secret },
    policy: {
      rules,
      trust: { root: publicGood(), keys: [observer, alice, bob, admin].map(({ secret }) => publicKeyOf(secret)), thresholds: {} },
    },
    clock: () => Date.now(),
    log: () => {},
    ...over,
  }
}

export function pemOf({ secret }: TestKey): string {
  return secret.export({ format: 'pem', type: 'pkcs8' }).toString()
}

export type Requests = (path: string, init?: RequestInit) => Promise<Response>

/** A registry without a socket. */
export function registry(over: Partial<RegistryOptions> = {}): Requests {
  const { fetch } = createRegistry(options(over))
  return async (path, init) => fetch(new Request(`http://registry.test${path}`, init))
}

export function manifestOf(name = NAME, version = '1.0.0', description = 'Adds a note'): Manifest {
  const tools = { add: sealEntry('tools', { name: 'add', description, inputSchema: { type: 'object' } }) }
  return {
    name,
    version,
    source: { package: { type: 'npm', name: 'notes', version, integrity: 'sha512-AA==' } },
    observed: { era: 'legacy', protocolVersion: '2025-11-25', profile: 1 },
    surface: seal({ capabilities: { tools: {} }, tools }),
  }
}

/** A key-signed bundle v0.3. */
export function bundleOf(payload: Uint8Array, { secret }: TestKey): string {
  const key = publicKeyOf(secret)
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: hintOf(key) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: sign(null, pae(PAYLOAD_TYPE, payload), secret).toString('base64'), keyid: '' }],
    },
  })
}

/** The payload of a statement about a manifest, as its observer makes it. */
export function manifestPayload(manifest: Manifest, over: Partial<ManifestPredicate> = {}): Buffer {
  const predicate: ManifestPredicate = {
    role: 'observer',
    name: manifest.name,
    version: manifest.version,
    registry: ORIGIN,
    repository: null,
    surfaceDigest: manifest.surface.digest,
    previous: null,
    ...over,
  }
  const sha256 = manifestDigest(formatManifest(manifest)).slice('sha256:'.length)
  return formatStatement({ kind: 'manifest', subject: { name: `${predicate.name}@${predicate.version}`, sha256 }, predicate })
}

/** What a job of `acme/tools` says of itself when it publishes. */
export const BY_JOB = { role: 'author', repository: { uri: 'https://github.com/acme/tools', id: '42', ownerId: '7' } } as const

export function publication(
  manifest: Manifest,
  by = observer,
  over: Partial<ManifestPredicate> = {},
): { bundle: string; manifest: string } {
  return { bundle: bundleOf(manifestPayload(manifest, over), by), manifest: formatManifest(manifest).toString() }
}

export function control(predicate: Omit<ControlPredicate, 'registry'>, by: TestKey): { bundle: string } {
  const whole = { registry: ORIGIN, ...predicate }
  return { bundle: bundleOf(formatStatement({ kind: 'control', subject: subjectOf(whole), predicate: whole }), by) }
}

export function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
