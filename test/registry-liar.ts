/** A registry that accepts whatever it is given, and signs it: its keys are right, its answers lie. */
import { publicGood, publicKeyOf, type Trust } from '../core/signing/index.ts'
import { openEnvelope } from '../core/signing/envelope.ts'
import { sha256 } from '../core/json/digest.ts'
import { nodeHash } from '../core/log/tree.ts'
import {
  formatManifest,
  formatProof,
  formatRecord,
  formatVerifier,
  hashRange,
  inclusionRanges,
  leafHash,
  manifestDigest,
  noteSigner,
  parseStatement,
  recordOf,
  registryTrust,
  rootOf,
  signCheckpoint,
  signStatus,
  type Hash,
  type Manifest,
  type Node,
  type RegistryPolicy,
  type RegistryTrust,
  type Served,
  type Status,
} from '../core/registry/index.ts'
import { admin, alice, bob, logKey, observer, ORIGIN, pemOf, rules, statusKey, type TestKey } from './registry-fixtures.ts'

export const signer = noteSigner(ORIGIN, 'ed25519', pemOf(logKey))

/** What a client of the tests' registry has in its policy. */
export const policy: RegistryPolicy = {
  url: 'https://registry.test',
  log: formatVerifier(signer),
  status: statusKey.pem,
  publishers: rules.publishers,
  approvers: rules.approvers,
  admins: rules.admins,
  approvals: 1,
  github: {},
  unreachable: 'fail',
}

export function trustOf(over: Partial<RegistryPolicy> = {}, root = publicGood()): RegistryTrust {
  return registryTrust({ ...policy, ...over }, root, {})
}

export type Liar = {
  readonly add: (...bundles: readonly { readonly bundle: string }[]) => Liar
  readonly seen: () => { size: number; root: string }
  readonly checkpoint: () => string
  readonly hash: (node: Node) => Hash
  readonly serve: (manifest: Manifest, status?: string) => Served
  readonly size: () => number
}

/** @param keys of whoever signs, beside those of the fixtures */
export function liar(...keys: readonly TestKey[]): Liar {
  const all = [observer, alice, bob, admin, ...keys].map(({ secret }) => publicKeyOf(secret))
  return liarOf({ root: publicGood(), keys: all, thresholds: {} })
}

/** @param trust by which whoever signs is known */
export function liarOf(trust: Trust): Liar {
  const entries: { record: Buffer; bundle: string }[] = []
  const hashes = new Map<string, Hash>()
  const compute = ({ level, index }: Node): Hash =>
    level === 0
      ? leafHash(entries[index]?.record ?? new Uint8Array())
      : nodeHash(hash({ level: level - 1, index: 2 * index }), hash({ level: level - 1, index: 2 * index + 1 }))
  const hash = (node: Node): Hash => {
    const key = `${node.level}/${node.index}`
    const made = hashes.get(key) ?? compute(node)
    hashes.set(key, made)
    return made
  }
  const root = (): Hash => rootOf(entries.length, hash)
  const checkpoint = (): string => signCheckpoint({ origin: ORIGIN, size: entries.length, root: root() }, signer)
  const self: Liar = {
    add: (...bundles) => {
      for (const { bundle } of bundles) {
        const { identity, payload } = openEnvelope(bundle, trust)
        entries.push({ record: formatRecord(recordOf(parseStatement(payload), identity, payload, Buffer.from(bundle))), bundle })
      }
      return self
    },
    seen: () => ({ size: entries.length, root: Buffer.from(root()).toString('base64') }),
    checkpoint,
    hash,
    size: () => entries.length,
    serve: (manifest, status = statusText({ log: self.seen() })) => ({
      name: manifest.name,
      version: manifest.version,
      manifest: manifestDigest(formatManifest(manifest)),
      statements: entries.map(({ record, bundle }, index) => ({
        index,
        record: record.toString(),
        bundle,
        proof: formatProof({
          index,
          hashes: inclusionRanges(index, entries.length).map((range) => hashRange(range, hash)),
          checkpoint: checkpoint(),
        }),
      })),
      status,
    }),
  }
  return self
}

export const NOW = Date.parse('2026-11-26T12:00:00Z')

export function statusOf(over: Partial<Status> = {}): Status {
  return {
    statusVersion: 1,
    registry: ORIGIN,
    epoch: 7,
    issued: new Date(NOW - 60_000).toISOString(),
    expires: new Date(NOW + 60_000).toISOString(),
    log: { size: 0, root: Buffer.from(sha256('').slice('sha256:'.length), 'hex').toString('base64') },
    paused: [],
    revoked: { manifests: {}, versions: {}, names: {}, signers: [] },
    ...over,
  }
}

export function statusText(over: Partial<Status> = {}, by: TestKey = statusKey): string {
  return signStatus(statusOf(over), by.secret)
}
