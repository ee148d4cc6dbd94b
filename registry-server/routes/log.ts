/** `/log/…`: the transparency log as C2SP tlog-tiles. */
import { formatEntries, HASH_BYTES, parseTilePath, TILE_WIDTH, widthAt, type Tile } from '../../core/registry/index.ts'
import { LockError } from '../../core/codes/errors.ts'
import { finished, IMMUTABLE, send, type Call, type Finished } from '../answer.ts'
import { indexIn } from '../parameters.ts'
import type { Registry } from '../registry.ts'
import type { Route } from './route.ts'

const BYTES = 'application/octet-stream'
const TEXT = 'text/plain; charset=utf-8'

export function logRoutes({ store, signedHead, proofs, answers }: Registry): readonly Route[] {
  async function tile(c: Call): Promise<Response> {
    const path = c.req.path.slice('/log/'.length)
    const parsed = parseTilePath(path)
    if (parsed === null) throw notThere()
    // A tile that is kept was within the log.
    return send(c, await answers.forever(path, () => (parsed.kind === 'hashes' ? hashesOf(parsed.tile) : entriesOf(parsed.tile))))
  }
  async function hashesOf(tile: Tile): Promise<Finished> {
    await checkWithin(tile)
    const bytes = await store.tile(tile.level, tile.index)
    return finished(Buffer.from(bytes?.subarray(0, tile.width * HASH_BYTES) ?? []), BYTES, IMMUTABLE)
  }
  async function entriesOf(tile: Tile): Promise<Finished> {
    await checkWithin(tile)
    const first = tile.index * TILE_WIDTH
    return finished(formatEntries(await store.records(first, first + tile.width)), BYTES, IMMUTABLE)
  }
  async function checkWithin({ level, index, width }: Tile): Promise<void> {
    if (width > widthAt(level, index, (await store.head()).size)) throw notThere()
  }
  async function proof(c: Call): Promise<Response> {
    const index = indexIn(c)
    const head = await signedHead()
    if (index >= head.size) throw new LockError('NOT_LISTED', `the log has ${head.size} records`)
    return send(c, { bytes: await proofs.proofOf(index, head), headers: { 'content-type': TEXT, 'cache-control': 'no-cache' } })
  }

  return [
    {
      method: 'get',
      path: '/log/checkpoint',
      summary: 'The head of the log, a signed note (C2SP tlog-checkpoint)',
      answers: { 200: 'text/plain' },
      handle: async (c) => send(c, finished((await signedHead()).checkpoint, TEXT, 'no-cache')),
    },
    {
      method: 'get',
      path: '/log/tile/*',
      summary: 'Tiles of the log and its entry bundles (C2SP tlog-tiles)',
      answers: { 200: BYTES },
      handle: tile,
    },
    {
      method: 'get',
      path: '/v1/proof/:index',
      summary: 'That a record is in the log, in its present head (C2SP tlog-proof)',
      answers: { 200: 'text/plain' },
      handle: proof,
    },
  ]
}

function notThere(): LockError {
  return new LockError('NOT_LISTED', 'the log has no such tile')
}
