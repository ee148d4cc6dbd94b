/** Manifests out of the store, parsed: they never change. */
import { LRUCache } from 'lru-cache'
import { parseManifest, type Manifest } from '../core/registry/index.ts'
import type { Store } from './store.ts'

export type ManifestCache = { /** Of a version that is listed. */ readonly read: (digest: string) => Promise<Manifest> }

/** UTF-8 bytes of the manifests that are kept; parsed, they take several times as much. */
const MAX_BYTES = 16 * 1024 * 1024

export function manifestCache(store: Pick<Store, 'object'>): ManifestCache {
  const kept = new LRUCache<string, Manifest>({ maxSize: MAX_BYTES })
  return {
    read: async (digest) => {
      const found = kept.get(digest)
      if (found !== undefined) return found
      const bytes = await store.object(digest)
      if (bytes === null) throw new Error(`the store has no manifest ${digest}`)
      const manifest = parseManifest(bytes)
      kept.set(digest, manifest, { size: bytes.length })
      return manifest
    },
  }
}
