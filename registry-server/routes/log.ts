/** `/log/…`: the transparency log as C2SP tlog-tiles. */
import type { Hono } from 'hono'
import { formatEntries, parseTilePath, widthAt, type Tile } from '../../core/registry/index.ts'
import type { Env } from '../app.ts'
import type { Registry } from '../registry.ts'

const IMMUTABLE = 'public, max-age=31536000, immutable'

export function addLog(app: Hono<Env>, { store, checkpoint }: Registry): void {
  app.get('/log/checkpoint', async (c) => {
    const head = await store.head()
    return c.body(checkpoint(head), 200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' })
  })
  app.get('/log/tile/*', async (c) => {
    const parsed = parseTilePath(c.req.path.slice('/log/'.length))
    const { size } = await store.head()
    if (parsed === null || parsed.tile.width > widthAt(parsed.tile.level, parsed.tile.index, size)) return c.notFound()
    const bytes = parsed.kind === 'hashes' ? await hashesOf(parsed.tile) : await entriesOf(parsed.tile)
    return c.body(bytes, 200, { 'content-type': 'application/octet-stream', 'cache-control': IMMUTABLE })
  })

  async function hashesOf({ level, index, width }: Tile): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await store.tile(level, index)
    return Buffer.from(bytes?.subarray(0, width * 32) ?? [])
  }
  async function entriesOf({ index, width }: Tile): Promise<Uint8Array<ArrayBuffer>> {
    return formatEntries(await store.records(index * 256, index * 256 + width))
  }
}
