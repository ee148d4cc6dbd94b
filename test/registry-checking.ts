/** A client of a registry without a socket, over a memory in a folder, and what it makes of a pin. */
import assert from 'node:assert/strict'
import type { Pin } from '../core/lock/lockfile.ts'
import { DEFAULTS, NO_POLICY } from '../core/policy/policy.ts'
import type { RegistryPolicy } from '../core/policy/registry-policy.ts'
import { formatManifest, hashInTile, parseTilePath, type Manifest, type RegistryTrust } from '../core/registry/index.ts'
import { checkPin } from '../cli/registry/check-registry.ts'
import type { Registry } from '../cli/registry/open-registry.ts'
import { watchLog } from '../cli/registry/log-watch.ts'
import { memoryOf } from '../cli/registry/memory.ts'
import { apiOf } from './registry-client.ts'
import { manifestOf, type Requests } from './registry-fixtures.ts'
import { policy, statusText, trustOf, type Liar } from './registry-liar.ts'
import { pinOf } from './registry-pins.ts'

type Setting = {
  readonly over?: Partial<RegistryPolicy>
  readonly now?: () => number
  readonly name?: string
  /** That of `over`, where the signers have no certificates. */
  readonly trust?: RegistryTrust
}

export function client(
  folder: string,
  requests: Requests,
  { over = {}, now = () => Date.now(), name = 'required', ...setting }: Setting = {},
): Registry {
  const { trust = trustOf(over) } = setting
  const api = apiOf(requests)
  const memory = memoryOf(trust, { env: { HOME: folder }, platform: 'linux' })
  const servers = { notes: { ...DEFAULTS, registry: name } }
  const world = { now, stderr: () => {} }
  return {
    api,
    trust,
    memory,
    watch: watchLog(trust, memory, (tile) => api.tile(tile), world),
    policy: { ...NO_POLICY, servers, registry: { ...policy, ...over } },
    now,
  }
}

export async function codes(registry: Registry, checked: Pin = pinOf(manifestOf())): Promise<string[]> {
  const { findings, coverage } = await checkPin('notes', checked, registry)
  return [...findings.map(({ code }) => code), ...coverage.map(({ code }) => code.toLowerCase())]
}

/** What a lying registry answers. */
export function serving(
  lie: Liar,
  {
    manifest = manifestOf(),
    clock = Date.now,
    ...over
  }: { readonly status?: () => string; readonly manifest?: Manifest; readonly clock?: () => number } = {},
): Requests {
  const now = (): string => new Date(clock()).toISOString()
  const later = (): string => new Date(clock() + 60_000).toISOString()
  const status = over.status ?? (() => statusText({ issued: now(), expires: later(), log: lie.seen() }))
  return (path) => {
    const tile = parseTilePath(path.replace('/log/', ''))?.tile
    if (tile !== undefined) {
      const hashes = Array.from({ length: tile.width }, (_, i) => lie.hash({ level: 8 * tile.level, index: 256 * tile.index + i }))
      assert.equal(hashInTile({ level: 0, index: 0 }, Buffer.concat(hashes)).length, 32)
      return Promise.resolve(new Response(Buffer.concat(hashes)))
    }
    if (path.startsWith('/v1/digests/'))
      return Promise.resolve(Response.json({ matches: [{ name: manifest.name, version: manifest.version, kind: 'surface', subject: '' }] }))
    if (path.startsWith('/v1/manifests/')) return Promise.resolve(new Response(formatManifest(manifest)))
    return Promise.resolve(Response.json(lie.serve(manifest, status())))
  }
}
